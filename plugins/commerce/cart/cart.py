"""A cart as it is now, with live prices and stock."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from msgspec import Struct

from gateway import Db, queries
from plugins.commerce.catalogue.item import Item
from plugins.commerce.catalogue.read import items

SQL = queries(Path(__file__).with_name("cart.sql"))


class CartLine(Struct, frozen=True):
    """*qty* of *item*; *price_seen* is what one cost when the customer saw it last."""

    item: Item
    qty: int
    price_seen: int


class Cart(Struct, frozen=True):
    """An open cart. *version* grows with each change."""

    id: str
    contact: str
    version: int
    currency: str
    note: str
    code: str
    lines: Sequence[CartLine]

    @property
    def count(self) -> int:
        """How many pieces are in it."""
        return sum(line.qty for line in self.lines)

    def line(self, variant: str) -> CartLine | None:
        """The line of *variant*."""
        return next((line for line in self.lines if line.item.variant == variant), None)


async def open_cart(db: Db, language: str, contact: str) -> Cart | None:
    """The open cart of *contact* with its lines as they were added; None when there is none, or nothing is
    in it."""
    row = await db.one(SQL["open"], contact=contact)
    if row is None:
        return None
    rows = await db.all(SQL["lines"], cart=row["id"])
    known = await items(db, language, [each["variant"] for each in rows]) if rows else {}
    lines = [
        CartLine(known[each["variant"]], each["qty"], each["price_seen"])
        for each in rows
        if each["variant"] in known
    ]
    if not lines:
        return None
    return Cart(row["id"], contact, row["version"], row["currency"], row["note"], row["code"], lines)
