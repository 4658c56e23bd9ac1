"""Many counts at once, with few statements: for files and for the API. In a transaction, as `level`."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from msgspec import Struct

from gateway import Db, queries
from plugins.commerce.common.ids import micros, new_id
from plugins.commerce.common.spread import all_of, run_of
from plugins.commerce.stock.level import MOST, Level, floor_of

SQL = queries(Path(__file__).with_name("bulk.sql"))


class Change(Struct, frozen=True):
    """What is to be true of a variant's count: *on_hand*, or *delta* more of it. What is None stays. With a
    number it is counted from now on, unless *tracked* says otherwise. *reason* and *reference* are written
    down instead of those of all. With a *key* it is made once: the same key of the same variant changes
    nothing more."""

    variant: str
    on_hand: int | None = None
    delta: int | None = None
    tracked: bool | None = None
    backorder: bool | None = None
    low_at: int | None = None
    reason: str = ""
    reference: str = ""
    key: str = ""

    @property
    def once(self) -> str:
        """The id of its move, the same for the same key; "" without one."""
        if not self.key:
            return ""
        digest = hashlib.sha256(f"{self.variant}|{self.key}".encode()).digest()
        return f"K{base64.b32encode(digest[:20]).decode()}"


class Why(Struct, frozen=True):
    """What is written down beside a change. *reason* is as in `commerce_stock_move`."""

    reason: str
    actor: str
    now: datetime
    reference: str = ""


class Count(Struct, frozen=True):
    """A row of `commerce_stock`."""

    tracked: int = 0
    backorder: int = 0
    on_hand: int = 0
    reserved: int = 0
    low_at: int = 0

    def after(self, change: Change) -> Count | None:
        """The row behind *change*; None when less would be there than is promised, or than nothing."""
        on_hand = self.on_hand + (change.delta or 0) if change.on_hand is None else change.on_hand
        tracked = 1 if change.on_hand is not None else self.tracked
        tracked = tracked if change.tracked is None else int(change.tracked)
        backorder = self.backorder if change.backorder is None else int(change.backorder)
        low_at = self.low_at if change.low_at is None else change.low_at
        if not floor_of(self.on_hand, self.reserved, tracked, backorder) <= on_hand <= MOST:
            return None
        return Count(tracked, backorder, on_hand, self.reserved, low_at)

    @property
    def row(self) -> dict[str, int]:
        """The columns that are written."""
        return {each: getattr(self, each) for each in ("tracked", "backorder", "on_hand", "low_at")}


async def begin(db: Db, counts: Mapping[str, Count], why: Why) -> None:
    """The counts of new variants."""
    now = micros(why.now)
    rows = [{"variant": variant, "now": now, **count.row} for variant, count in counts.items()]
    await db.many(SQL["add"], rows)
    await _note(db, [(Change(variant), count.on_hand) for variant, count in counts.items()], why)


async def change(db: Db, changes: Sequence[Change], why: Why) -> list[Level | None]:
    """Make all of *changes*, in order; for each the level before and after, None where it cannot be: less
    would be left than is promised, or there is no such variant."""
    counts = await _locked(db, [each.variant for each in changes], why)
    made = await _made(db, changes)
    before, levels, moves = dict(counts), list[Level | None](), list[tuple[Change, int]]()
    for each in changes:
        old = counts.get(each.variant)
        new = old if each.once in made else old.after(each) if old else None
        if old is None or new is None:
            levels.append(None)
            continue
        counts[each.variant] = new
        if each.once not in made:
            moves.append((each, new.on_hand - old.on_hand))
            made |= {each.once} - {""}
        left, now_left = old.on_hand - old.reserved, new.on_hand - new.reserved
        levels.append(Level(each.variant, left, now_left, new.low_at if new.tracked else 0))
    now = micros(why.now)
    moved = [variant for variant in sorted(counts) if counts[variant] != before[variant]]
    await db.many(SQL["put"], [{"variant": each, "now": now, **counts[each].row} for each in moved])
    await _note(db, moves, why)
    return levels


async def _locked(db: Db, variants: Sequence[str], why: Why) -> dict[str, Count]:
    """The counts, which nobody else changes before this transaction has ended."""
    wanted, now = sorted(set(variants)), micros(why.now)
    rows = await all_of(db, SQL["lock"], "ids", wanted, now=now)
    missing = set(wanted) - {row["variant"] for row in rows}
    if missing and await run_of(db, SQL["begin_counting"], "ids", sorted(missing)):
        rows += await all_of(db, SQL["lock"], "ids", sorted(missing), now=now)
    return {row["variant"]: count_of(row) for row in rows}


async def _made(db: Db, changes: Sequence[Change]) -> set[str]:
    """The moves with a key that were made before; asked once the counts are nobody else's."""
    keyed = sorted({each.once for each in changes} - {""})
    return {str(row["id"]) for row in await all_of(db, SQL["made"], "ids", keyed)} if keyed else set()


def count_of(row: Any) -> Count:
    """What *row* counts; nothing is counted where there is none."""
    if row["tracked"] is None:
        return Count()
    return Count(row["tracked"], row["backorder"], row["on_hand"], row["reserved"], row["low_at"])


async def _note(db: Db, moves: Sequence[tuple[Change, int]], why: Why) -> None:
    rows = [
        {
            "id": each.once or new_id(why.now), "variant": each.variant, "delta": delta, "actor": why.actor,
            "reason": each.reason or why.reason, "reference": each.reference or why.reference,
            "now": micros(why.now),
        }
        for each, delta in moves
        if delta or each.key
    ]  # fmt: skip
    await db.many(SQL["note"], rows)
