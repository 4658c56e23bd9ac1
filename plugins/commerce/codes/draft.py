"""A code as the owner writes it: money and percentages as decimal text, times as ISO 8601."""

from __future__ import annotations

import re
import secrets
from datetime import datetime
from typing import Any

from msgspec import Struct

from gateway import Db
from plugins.commerce.codes.code import LONGEST, SQL, Kind, fold_code
from plugins.commerce.common import days, money
from plugins.commerce.common.ids import DIGITS, micros

_CODE = re.compile(r"[^\W_][\w-]*")
_PERCENT = re.compile(r"[0-9]{1,3}(\.[0-9]{1,2})?", re.ASCII)
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
#: The shortest code that an owner may write, and the length of one that we make.
SHORTEST, MADE = 3, 10


class Draft(Struct, frozen=True, forbid_unknown_fields=True):
    """A new code: one of *percent* ("10"), *amount* ("250.00") and *free_delivery*. Without a *code* one is
    made that nobody guesses. "" and 0 are no limit. *category* is an id or a path ("Fresh > Fruit"),
    *contact* the id of the only customer who may use it, *per_customer* how often one customer may. Times
    are "2026-12-31T23:59:00+03:00", or a day; *ends_at* is then its end."""

    code: str = ""
    percent: str = ""
    amount: str = ""
    free_delivery: bool = False
    min_subtotal: str = ""
    max_discount: str = ""
    category: str = ""
    contact: str = ""
    first_order: bool = False
    usage_limit: int = 0
    per_customer: int = 0
    starts_at: str = ""
    ends_at: str = ""
    title: str = ""


class Change(Struct, frozen=True, forbid_unknown_fields=True):
    """What is to be another: what is None stays. What a code takes off does not change: make another one."""

    min_subtotal: str | None = None
    max_discount: str | None = None
    usage_limit: int | None = None
    per_customer: int | None = None
    starts_at: str | None = None
    ends_at: str | None = None
    active: bool | None = None
    title: str | None = None


class Wrong(ValueError):
    """What was written cannot be a code; says why."""


async def create(db: Db, draft: Draft, *, currency: str, zone: str, now: datetime) -> str:
    """Make the code of *draft*; as it is kept. Raises `Wrong`."""
    code = _named(draft.code)
    kind, value = _what(draft, currency)
    row = {
        "code": code, "kind": kind, "value": value, "currency": currency if kind == "fixed" else "",
        "min_subtotal": _money(draft.min_subtotal, currency), "contact": draft.contact,
        "max_discount": _money(draft.max_discount, currency), "category": await _category(db, draft.category),
        "first_order": int(draft.first_order), "usage_limit": _count(draft.usage_limit),
        "per_customer": _count(draft.per_customer), "active": 1, "title": _title(draft.title),
    }  # fmt: skip
    row |= _times(moment(draft.starts_at, zone), moment(draft.ends_at, zone, end=True))
    if not await db.run(SQL["add"], **row, now=micros(now)):
        raise Wrong(f"there is a code {code} already; change it, or take another name")
    return code


async def change(db: Db, code: str, wanted: Change, *, currency: str, zone: str) -> bool:
    """Change the code that is kept as *code*; False when there is none. Raises `Wrong`."""
    row = await db.one(SQL["one"], code=code)
    if row is None:
        return False
    values: dict[str, Any] = {name: row[name] for name in Change.__struct_fields__}
    given = {name: value for name in values if (value := getattr(wanted, name)) is not None}
    for name in ("min_subtotal", "max_discount"):
        if name in given:
            given[name] = _money(given[name], currency)
    for name in ("usage_limit", "per_customer"):
        if name in given:
            given[name] = _count(given[name])
    for name in ("starts_at", "ends_at"):
        if name in given:
            given[name] = moment(given[name], zone, end=name == "ends_at")
    if "title" in given:
        given["title"] = _title(given["title"])
    values |= given | {"active": int(given.get("active", values["active"]))}
    values |= _times(values["starts_at"], values["ends_at"])
    return await db.run(SQL["change"], code=code, **values) > 0


def moment(text: str, zone: str, *, end: bool = False) -> int:
    """*text* as microseconds UTC, 0 for "". A day is that of *zone*: its beginning, or its *end*. Raises
    `Wrong`."""
    written = text.strip()
    if not written:
        return 0
    try:
        if _DAY.fullmatch(written):
            return days.bounds(written, zone)[1 if end else 0]
        found = datetime.fromisoformat(written)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None or not days.FIRST < found.year <= days.LAST:
        raise Wrong(f'"{written[:40]}" is no time: write 2026-12-31, or 2026-12-31T18:00:00+03:00')
    return micros(found)


def _named(written: str) -> str:
    if not written.strip():
        return "".join(secrets.choice(DIGITS) for _ in range(MADE))
    code = fold_code(written)
    if len(code) < SHORTEST or not _CODE.fullmatch(code):
        raise Wrong(
            f'"{written[:40]}" cannot be a code: take {SHORTEST} to {LONGEST} letters and digits, such as '
            "KARIBU10"
        )
    return code


def _what(draft: Draft, currency: str) -> tuple[Kind, int]:
    given = [bool(draft.percent), bool(draft.amount), draft.free_delivery]
    if sum(given) != 1:
        raise Wrong("a code takes off a percentage, or an amount, or the delivery: say one of them")
    if draft.free_delivery:
        return "free_delivery", 0
    if draft.amount:
        value = _money(draft.amount, currency)
        if not value:
            raise Wrong("a code of 0 takes nothing off")
        return "fixed", value
    return "percentage", _basis_points(draft.percent)


def _basis_points(written: str) -> int:
    percent = written.strip().removesuffix("%").strip()
    if not _PERCENT.fullmatch(percent):
        raise Wrong(f'"{written[:40]}" is no percentage: write 10, or 12.5')
    whole, _, rest = percent.partition(".")
    value = int(whole) * 100 + int(f"{rest:0<2}")
    if not 0 < value <= 10_000:
        raise Wrong("a percentage is more than 0 and at most 100")
    return value


def _money(written: str, currency: str) -> int:
    try:
        return money.minor(written, currency) if written.strip() else 0
    except ValueError as error:
        raise Wrong(str(error)) from None


def _count(number: int) -> int:
    if not 0 <= number <= 10**9:
        raise Wrong("a limit is a number from 0 (none) to 1,000,000,000")
    return number


def _title(text: str) -> str:
    return " ".join(text.replace("\x00", "").split())[:200]


def _times(starts_at: int, ends_at: int) -> dict[str, int]:
    if ends_at and ends_at <= starts_at:
        raise Wrong("the code would end before it begins")
    return {"starts_at": starts_at, "ends_at": ends_at}


async def _category(db: Db, named: str) -> str:
    if not named.strip():
        return ""
    found = await db.value(SQL["category"], named=named.strip())
    if found is None:
        raise Wrong(f'there is no category "{named[:80]}": name its id, or its path such as "Fresh > Fruit"')
    return str(found)
