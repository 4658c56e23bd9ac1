"""A code as the owner reads it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

from msgspec import Struct

from gateway import Db
from plugins.commerce.codes.code import SQL, Code, Kind, code_of
from plugins.commerce.common import money

#: Codes on a page.
PAGE = 100


class Shown(Struct, frozen=True):
    """A code: *percent* of one that is a percentage, *amount* of a fixed one, both as decimal text; "" and 0
    are no limit."""

    code: str
    kind: Kind
    percent: str
    amount: str
    currency: str
    min_subtotal: str
    max_discount: str
    category: str
    contact: str
    first_order: bool
    usage_limit: int
    per_customer: int
    used: int
    starts_at: str
    ends_at: str
    active: bool
    title: str


class Codes(Struct, frozen=True):
    """A page of codes by name; *after* is what to ask for next, "" at the end."""

    codes: Sequence[Shown]
    after: str = ""


async def page(db: Db, currency: str, after: str = "", limit: int = PAGE) -> Codes:
    """The codes behind *after*, *limit* of them."""
    rows = await db.all(SQL["list"], after=after, page=limit + 1)
    codes = [shown(code_of(row), currency) for row in rows[:limit]]
    return Codes(codes, codes[-1].code if len(rows) > limit else "")


def shown(code: Code, currency: str) -> Shown:
    """*code* for a shop that sells in *currency*."""
    return Shown(
        code=code.code, kind=code.kind, currency=code.currency,
        percent=_percent(code.value) if code.kind == "percentage" else "",
        amount=money.major(code.value, code.currency) if code.kind == "fixed" else "",
        min_subtotal=_money(code.min_subtotal, currency), max_discount=_money(code.max_discount, currency),
        category=code.category, contact=code.contact, first_order=code.first_order,
        usage_limit=code.usage_limit, per_customer=code.per_customer, used=code.used,
        starts_at=_moment(code.starts_at), ends_at=_moment(code.ends_at), active=code.active,
        title=code.title,
    )  # fmt: skip


def _percent(value: int) -> str:
    whole, rest = divmod(value, 100)
    return f"{whole}.{rest:02d}".rstrip("0").rstrip(".")


def _money(amount: int, currency: str) -> str:
    return money.major(amount, currency) if amount else ""


def _moment(at: int) -> str:
    return datetime.fromtimestamp(at / 1_000_000, UTC).isoformat() if at else ""
