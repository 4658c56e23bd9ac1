"""How much there is: set, moved, and watched. In a transaction, in which the row is then nobody else's."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from gateway import Db, queries
from plugins.commerce.common.ids import new_id

SQL = queries(Path(__file__).with_name("level.sql"))
#: The largest number that is counted to.
MOST = 10**12


class Level(Struct, frozen=True):
    """Before and after a change: what could be sold, and below which the owner is told (0 never)."""

    variant: str
    before: int
    after: int
    low_at: int

    def fell(self, usual: int = 0) -> bool:
        """Whether the change crossed the line below which the owner is told; *usual* is the line of what
        has none of its own. True once on the way down, however many changes follow."""
        line = self.low_at or usual
        return self.after < line <= self.before


def floor_of(on_hand: int, reserved: int, tracked: int, backorder: int) -> int:
    """The least that may be on hand after a change, where *on_hand* was before: what is promised, or nothing.
    What was sold before it was there may have made it less than nothing; that does not hinder what comes."""
    return reserved if tracked and not backorder else min(0, on_hand)


async def move(
    db: Db, variant: str, delta: int, *, reason: str, reference: str, actor: str, now: int
) -> Level | None:
    """Add *delta* to what is on hand. None when that cannot be: less than what is reserved would be left,
    or there is no such variant."""
    row = await _locked(db, variant, now)
    if row is None:
        return None
    what = {"variant": variant, "reason": reason, "reference": reference, "actor": actor, "now": now}
    return await _put(db, row, row["on_hand"] + delta, row["tracked"], what)


async def set_on_hand(
    db: Db, variant: str, on_hand: int, *, reason: str, reference: str, actor: str, now: int
) -> Level | None:
    """Have *on_hand* of it, as a move of the difference; from now on it is counted. None as in `move`."""
    row = await _locked(db, variant, now)
    if row is None:
        return None
    what = {"variant": variant, "reason": reason, "reference": reference, "actor": actor, "now": now}
    return await _put(db, row, on_hand, 1, what)


async def _locked(db: Db, variant: str, now: int) -> Any:
    """The row, which nobody else changes before this transaction has ended."""
    row = await db.one(SQL["lock"], variant=variant, now=now)
    if row is None and await db.run(SQL["begin_counting"], variant=variant, now=now):
        row = await db.one(SQL["lock"], variant=variant, now=now)
    return row


async def _put(db: Db, row: Any, on_hand: int, tracked: int, what: Mapping[str, Any]) -> Level | None:
    if not floor_of(row["on_hand"], row["reserved"], tracked, row["backorder"]) <= on_hand <= MOST:
        return None
    delta = on_hand - row["on_hand"]
    if delta or tracked != row["tracked"]:
        await db.run(SQL["put"], variant=what["variant"], on_hand=on_hand, tracked=tracked, now=what["now"])
    if delta:
        id = new_id(datetime.fromtimestamp(what["now"] / 1_000_000, UTC))
        await db.run(SQL["note"], id=id, delta=delta, **what)
    before, after = row["on_hand"] - row["reserved"], on_hand - row["reserved"]
    return Level(what["variant"], before, after, row["low_at"] if tracked else 0)
