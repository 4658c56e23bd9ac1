"""How much there is: set, moved, and watched."""

from __future__ import annotations

from msgspec import Struct

from gateway import Db


class Level(Struct, frozen=True):
    """Before and after a change: what could be sold, and below which the owner is told (0 never)."""

    variant: str
    before: int
    after: int
    low_at: int


async def move(
    db: Db, variant: str, delta: int, *, reason: str, reference: str, actor: str, now: int
) -> Level | None:
    """Add *delta* to what is on hand. None when that cannot be: less than what is reserved would be left,
    or there is no such variant."""
    raise NotImplementedError


async def set_on_hand(
    db: Db, variant: str, on_hand: int, *, reason: str, reference: str, actor: str, now: int
) -> Level | None:
    """Have *on_hand* of it, as a move of the difference. None as in `move`."""
    raise NotImplementedError
