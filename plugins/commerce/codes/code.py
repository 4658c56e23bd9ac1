"""A discount code: what it takes off, and under which conditions."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from typing import Any, Literal

import msgspec
from msgspec import Struct

from gateway import Db, queries
from plugins.commerce.price.bill import Off

SQL = queries(Path(__file__).with_name("codes.sql"))
#: The longest code.
LONGEST = 40
Kind = Literal["percentage", "fixed", "free_delivery"]


class Code(Struct, frozen=True):
    """As the table has it: *value* is basis points of a percentage, minor units of *currency* of a fixed
    amount; times are microseconds UTC; 0 and "" are no limit."""

    code: str
    kind: Kind
    value: int = 0
    currency: str = ""
    min_subtotal: int = 0
    max_discount: int = 0
    category: str = ""
    contact: str = ""
    first_order: bool = False
    usage_limit: int = 0
    per_customer: int = 0
    used: int = 0
    starts_at: int = 0
    ends_at: int = 0
    active: bool = True
    title: str = ""

    @property
    def off(self) -> Off:
        """What it takes off."""
        return Off(self.kind, self.value, self.max_discount)


def fold_code(written: str) -> str:
    """*written* as codes are kept: capitals, without spaces and what is not seen; "" for what is none."""
    plain = unicodedata.normalize("NFKC", written[: 4 * LONGEST])
    seen = "".join(sign for sign in plain if not unicodedata.category(sign).startswith(("Z", "C")))
    kept = unicodedata.normalize("NFKC", seen.upper())
    return kept if len(kept) <= LONGEST else ""


def code_of(row: Any) -> Code:
    """A row of the table."""
    known = {field: row[field] for field in Code.__struct_fields__}
    return msgspec.convert(
        known | {"active": bool(row["active"]), "first_order": bool(row["first_order"])}, Code
    )


async def code_named(db: Db, code: str) -> Code | None:
    """The code that is kept as *code*."""
    row = await db.one(SQL["one"], code=code) if code else None
    return None if row is None else code_of(row)
