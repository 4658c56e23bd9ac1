"""Whether a code counts for a cart: a pure function of the code and of what is known of the customer."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import Literal

from msgspec import Struct

from gateway import Db
from plugins.commerce.codes.code import SQL, Code
from plugins.commerce.price.bill import Good

#: Why a code does not count. `commerce.codes.words.why_not` says it to the customer.
Why = Literal[
    "", "unknown", "early", "expired", "used_up", "used", "another", "first_order", "other_items", "minimum"
]


class Customer(Struct, frozen=True):
    """Who uses a code; *phone* is that of the order, "" while it is not known."""

    contact: str
    phone: str = ""


class Facts(Struct, frozen=True):
    """What a code is checked against: *subtotal* of what is in the cart, and *counted* of the part of it that
    the code is for, in *currency*; how often this customer has *used* it, and how many *orders* they have
    that were not given up."""

    contact: str
    currency: str
    subtotal: int
    counted: int
    used: int = 0
    orders: int = 0
    now: int = 0


def check(code: Code | None, facts: Facts) -> Why:
    """ "" when *code* counts, else why it does not: the first reason that the customer can do nothing about
    goes before what they can."""
    if code is None or not code.active or (code.kind == "fixed" and code.currency != facts.currency):
        return "unknown"
    if code.contact and code.contact != facts.contact:
        return "another"
    if code.ends_at and facts.now >= code.ends_at:
        return "expired"
    if facts.now < code.starts_at:
        return "early"
    if code.usage_limit and code.used >= code.usage_limit:
        return "used_up"
    if code.per_customer and facts.used >= code.per_customer:
        return "used"
    if code.first_order and facts.orders:
        return "first_order"
    if code.category and not facts.counted:
        return "other_items"
    return "minimum" if facts.subtotal < code.min_subtotal else ""


async def facts_of(
    db: Db, code: Code | None, who: Customer, goods: Sequence[Good], *, currency: str, now: int
) -> Facts:
    """What `check` wants to know of *code* for *who*, whose cart has *goods*."""
    used = orders = 0
    if code is not None and code.per_customer:
        used = await db.value(SQL["used_by"], code=code.code, contact=who.contact, phone=who.phone, order="")
    if code is not None and code.first_order:
        orders = await db.value(SQL["orders_of"], contact=who.contact)
    subtotal = sum(good.gross for good in goods)
    counted = sum(good.gross for good in goods if good.counts)
    return Facts(who.contact, currency, subtotal, counted, used, orders, now)


async def categories_of(db: Db, code: Code | None) -> Collection[str] | None:
    """The categories that *code* is for, with all below it; None when it is for everything."""
    if code is None or not code.category:
        return None
    return {row["id"] for row in await db.all(SQL["below"], category=code.category)}
