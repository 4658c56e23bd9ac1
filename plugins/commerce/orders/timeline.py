"""The timeline of an order: who did what, when. It is only ever added to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from gateway import Db, queries

SQL = queries(Path(__file__).with_name("timeline.sql"))


class Event(Struct, frozen=True):
    """What happened to an order: *kind* as in `note`, *at* in microseconds UTC. *actor* is customer, shop,
    system, or the name of somebody of the staff or of a plugin."""

    at: int
    actor: str
    kind: str
    data: dict[str, Any]


async def note(
    db: Db, order: str, *, now: int, actor: str, kind: str, data: Mapping[str, Any] | None = None
) -> None:
    """Add an event: *kind* is placed, accepted, packed, shipped, out_for_delivery, delivered,
    failed_delivery, cancelled, expired, paid, refunded, noticed, changed, …"""
    kept = msgspec.json.encode(data or {}).decode()
    while True:  # two may add at once: who comes second takes the next place
        last = await db.value(SQL["last"], order=order)
        place = f"{int(last or 0) + 1:09d}"
        if await db.run(SQL["add"], order=order, id=place, at=now, actor=actor, kind=kind, data=kept):
            return


async def events_of(db: Db, order: str) -> Sequence[Event]:
    """What happened to an order (its id), oldest first."""
    return [
        Event(row["at"], row["actor"], row["kind"], msgspec.json.decode(row["data"]))
        for row in await db.all(SQL["all"], order=order)
    ]
