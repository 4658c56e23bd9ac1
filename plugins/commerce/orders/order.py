"""An order as it is kept, and how it is found."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from gateway import Db


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


async def order_of(db: Db, id: str) -> Order | None:
    """The order with this id."""
    raise NotImplementedError


async def numbered(db: Db, written: str) -> Order | None:
    """The order with the number *written* ("k7q-3m9t" is K7Q3M9T); None also for a number whose check does
    not fit."""
    raise NotImplementedError


async def of_contact(
    db: Db, contact: str, *, offset: int = 0, limit: int = 9
) -> tuple[Sequence[Order], bool]:
    """The orders of *contact*, newest first, without lines, and whether there are more."""
    raise NotImplementedError
