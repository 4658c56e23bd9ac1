"""An order as it is kept, and how it is found."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from gateway import Db, queries
from plugins.commerce.orders.number import read_number

SQL = queries(Path(__file__).with_name("order.sql"))


class OrderLink(Struct, frozen=True):
    """What the link to an order's page holds: the order's id."""

    order: str


class OrderLine(Struct, frozen=True):
    """A line with its snapshot and counters. Money is minor units."""

    line: int
    product: str
    variant: str
    sku: str
    name: str
    title: str
    unit: str
    price: int
    qty: int
    discount: int
    tax: int
    total: int
    cancelled: int
    packed: int
    shipped: int
    delivered: int
    returned: int

    @property
    def full_name(self) -> str:
        """ "T-shirt (Red, M)"."""
        return f"{self.name} ({self.title})" if self.title else self.name


class Order(Struct, frozen=True):
    """An order, field by field as table commerce_order has it; *address* is decoded."""

    id: str
    number: str
    cart: str
    contact: str
    conversation: str
    channel: str
    language: str
    state: str
    name: str
    email: str
    phone: str
    delivery: str
    delivery_title: str
    pickup: bool
    address: dict[str, Any]
    currency: str
    subtotal: int
    discount: int
    delivery_fee: int
    tax: int
    tax_included: bool
    rounding: int
    total: int
    code: str
    payment: str
    payment_title: str
    paid: int
    refunded: int
    payment_state: str
    fulfilment: str
    note: str
    cancel_reason: str
    placed_at: int
    expires_at: int
    closed_at: int
    version: int
    lines: Sequence[OrderLine]


def next_id(order: Order) -> str:
    """The id of what one act on *order* adds to it (a parcel, a fact): the order's, and a place that grows
    with each act."""
    return f"{order.id}-{order.version:06d}"


async def order_of(db: Db, id: str) -> Order | None:
    """The order with this id."""
    row = await db.one(SQL["order"], id=id)
    return None if row is None else await _whole(db, row)


async def numbered(db: Db, written: str) -> Order | None:
    """The order with the number *written* ("k7q-3m9t" is K7Q3M9T); None also for a number whose check does
    not fit."""
    number = read_number(written)
    row = await db.one(SQL["numbered"], number=number) if number else None
    return None if row is None else await _whole(db, row)


async def of_contact(
    db: Db, contact: str, *, offset: int = 0, limit: int = 9
) -> tuple[Sequence[Order], bool]:
    """The orders of *contact*, newest first, without lines, and whether there are more."""
    rows = await db.all(SQL["of_contact"], contact=contact, limit=limit + 1, offset=offset)
    return [order_from(row) for row in rows[:limit]], len(rows) > limit


async def latest_open(db: Db, contact: str) -> Order | None:
    """The newest order of *contact* that is neither completed nor given up."""
    row = await db.one(SQL["open_of_contact"], contact=contact)
    return None if row is None else await _whole(db, row)


async def lines_of(db: Db, order: str) -> Sequence[OrderLine]:
    """The lines of an order (its id), in their order."""
    names = OrderLine.__struct_fields__
    return [OrderLine(*(row[name] for name in names)) for row in await db.all(SQL["lines"], id=order)]


def order_from(row: Mapping[str, Any] | Any, lines: Sequence[OrderLine] = ()) -> Order:
    """The order of a row of commerce_order."""
    values = {name: row[name] for name in Order.__struct_fields__ if name != "lines"}
    for name in ("pickup", "tax_included"):
        values[name] = bool(values[name])
    return Order(**{**values, "address": msgspec.json.decode(row["address"])}, lines=lines)


async def _whole(db: Db, row: Any) -> Order:
    return order_from(row, await lines_of(db, row["id"]))
