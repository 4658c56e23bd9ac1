"""A cart as it is now, with live prices and stock."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway import Db
from plugins.commerce.catalogue.item import Item


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


async def open_cart(db: Db, language: str, contact: str) -> Cart | None:
    """The open cart of *contact* with its lines as they were added; None when there is none, or nothing is
    in it."""
    raise NotImplementedError
