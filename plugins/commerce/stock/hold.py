"""Reservations: goods are promised to an order in the transaction that places it, all lines or none."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from msgspec import Struct

from gateway import Db


class Want(Struct, frozen=True):
    """*qty* of *variant* for the order's line *line*."""

    line: int
    variant: str
    qty: int


async def hold(db: Db, order: str, wants: Sequence[Want], *, expires_at: int, now: int) -> Sequence[str]:
    """Reserve all of *wants* for *order*, until *expires_at* (0 for good). Returns the variants of which
    too little is left; when it returns any, the caller must undo the transaction, for some may be
    reserved."""
    raise NotImplementedError


async def commit(db: Db, order: str) -> None:
    """What *order* holds is not given up by itself any more: it was paid, or is paid on delivery."""
    raise NotImplementedError


async def release(db: Db, order: str, *, lines: Mapping[int, int] | None = None, now: int) -> None:
    """Give back what *order* still holds; of *lines* (line to quantity) only, when given. Twice is once."""
    raise NotImplementedError


async def take(db: Db, order: str, lines: Mapping[int, int], *, now: int, actor: str) -> None:
    """Goods of *order* leave the house: on hand and reserved go down together, with a stock move."""
    raise NotImplementedError
