"""Reservations: goods are promised to an order in the transaction that places it, all lines or none.

Nothing is read and then written: each change is one conditional update, so that it does not matter who else
sells the same at the same moment. Variants are gone through in the order of their ids, so that two orders
never wait for each other."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Literal

from msgspec import Struct

from gateway import Db, queries
from plugins.commerce.common.ids import new_id

SQL = queries(Path(__file__).with_name("hold.sql"))


class Want(Struct, frozen=True):
    """*qty* of *variant* for the order's line *line*."""

    line: int
    variant: str
    qty: int


class Live(Struct, frozen=True):
    """A reservation that holds goods."""

    id: str
    variant: str
    location: str
    line: int
    qty: int


async def hold(db: Db, order: str, wants: Sequence[Want], *, expires_at: int, now: int) -> Sequence[str]:
    """Reserve all of *wants* for *order*, until *expires_at* (microseconds; 0 for good, which needs no
    `commit`). Returns the variants of which too little is left; when it returns any, nothing is reserved."""
    ordered = sorted(wants, key=lambda want: (want.variant, want.line))
    got: list[Want] = []
    for want in ordered:
        if await db.run(SQL["reserve"], variant=want.variant, qty=want.qty, now=now):
            got.append(want)
    if len(got) < len(ordered):
        for want in got:
            await db.run(SQL["give_back"], variant=want.variant, location="main", qty=want.qty, now=now)
        return list(dict.fromkeys(want.variant for want in ordered if want not in got))
    for want in got:
        await _keep(
            db, order, Live("", want.variant, "main", want.line, want.qty),
            "held" if expires_at else "committed", expires_at, now,
        )  # fmt: skip
    return []


async def undo(db: Db, order: str, now: int) -> None:
    """Take a `hold` of this very transaction back, as if it had never been."""
    for one in await live(db, order):
        await db.run(SQL["give_back"], variant=one.variant, location=one.location, qty=one.qty, now=now)
        await db.run(SQL["forget"], id=one.id)


async def commit(db: Db, order: str) -> None:
    """What *order* holds is not given up by itself any more: it was paid, or is paid on delivery."""
    await db.run(SQL["commit"], order=order)


async def release(db: Db, order: str, *, lines: Mapping[int, int] | None = None, now: int) -> None:
    """Give back what *order* still holds: all of it, and twice is once; or of *lines* (line to quantity) at
    most that many, and no more than is held."""
    await _part(db, order, lines, "released", now, "")


async def take(db: Db, order: str, lines: Mapping[int, int], *, now: int, actor: str) -> None:
    """Goods of *order* leave the house: on hand and reserved go down together, with a stock move. Of each of
    *lines* (line to quantity) no more than is held: what has left already does not leave again."""
    await _part(db, order, lines, "taken", now, actor)


async def live(db: Db, order: str) -> Sequence[Live]:
    """What *order* holds, in the order of variants."""
    return [
        Live(row["id"], row["variant"], row["location"], row["line"], row["qty"])
        for row in await db.all(SQL["live"], order=order)
    ]


async def _part(
    db: Db, order: str, lines: Mapping[int, int] | None, state: Literal["released", "taken"], now: int,
    actor: str,
) -> None:  # fmt: skip
    """Have as many of *lines* (of all, when None) end in *state*."""
    left = dict(lines) if lines is not None else None
    waiting = list(await live(db, order))
    while waiting:
        one = waiting.pop(0)
        qty = one.qty if left is None else min(one.qty, left.get(one.line, 0))
        if qty <= 0:
            continue
        if not await _ends(db, order, one, qty, state, now):
            # Somebody else has just changed it: what it holds now is looked at anew.
            waiting = [each for each in await live(db, order) if _behind(each, one)]
            continue
        if left is not None:
            left[one.line] -= qty
        await db.run(
            SQL["leave" if state == "taken" else "give_back"],
            variant=one.variant, location=one.location, qty=qty, now=now,
        )  # fmt: skip
        if state == "taken":
            await db.run(
                SQL["move"], id=_id(now), variant=one.variant, delta=-qty, order=order, actor=actor, now=now
            )


def _behind(each: Live, one: Live) -> bool:
    """Whether *each* comes at or behind *one* in the order in which they are gone through."""
    return (each.variant, each.line, each.id) >= (one.variant, one.line, one.id)


async def _ends(db: Db, order: str, one: Live, qty: int, state: str, now: int) -> bool:
    """*qty* of *one* ends in *state*; False when it is not what it was any more."""
    if qty == one.qty:
        return bool(await db.run(SQL["end"], id=one.id, qty=one.qty, state=state))
    if not await db.run(SQL["lessen"], id=one.id, qty=one.qty, part=qty):
        return False
    await _keep(db, order, Live("", one.variant, one.location, one.line, qty), state, 0, now)
    return True


async def _keep(db: Db, order: str, one: Live, state: str, expires_at: int, now: int) -> None:
    await db.run(
        SQL["keep"], id=_id(now), variant=one.variant, location=one.location, order=order, line=one.line,
        qty=one.qty, state=state, expires_at=expires_at, now=now,
    )  # fmt: skip


def _id(now: int) -> str:
    return new_id(datetime.fromtimestamp(now / 1_000_000, UTC))
