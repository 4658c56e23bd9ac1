"""A day in numbers."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct

from gateway import Db
from plugins.commerce.common.days import bounds
from plugins.commerce.owner.funnel import Funnel, funnel
from plugins.commerce.owner.statements import SQL


class Low(Struct, frozen=True):
    """Something that runs low, and how much is *left*."""

    variant: str
    sku: str
    name: str
    left: int


class Figures(Struct, frozen=True):
    """What happened on a *day* by the tenant's clock. *orders* were placed for *total*, of which *paid* is
    paid by now and *given_up* orders were cancelled or expired; *waiting* are all that nobody has accepted
    yet. *best* is what sold best, *missed* what people looked for in vain, each with how often."""

    day: str
    currency: str
    orders: int
    total: int
    paid: int
    given_up: int
    waiting: int
    people: Funnel
    best: Sequence[tuple[str, int]]
    missed: Sequence[tuple[str, int]]
    low: Sequence[Low]


async def figures(db: Db, day: str, zone: str, currency: str) -> Figures:
    """The numbers of *day* (as "2026-11-22") in *zone*."""
    first, last = bounds(day, zone)
    placed = await db.one(SQL["placed"], first=first, last=last)
    assert placed is not None
    people = await funnel(db, day, day)
    best = await db.all(SQL["best"], first=first, last=last)
    missed = await db.all(SQL["missed"], day=day)
    return Figures(
        day=day,
        currency=currency,
        orders=placed["orders"],
        total=int(placed["total"]),
        paid=int(placed["paid"]),
        given_up=int(placed["given_up"]),
        waiting=await db.value(SQL["waiting"]),
        people=people[0] if people else Funnel(day),
        best=[(row["name"], int(row["qty"])) for row in best],
        missed=[(row["words"], int(row["times"])) for row in missed],
        low=await running_low(db, limit=10),
    )


async def running_low(db: Db, *, state: str = "", limit: int = 50) -> Sequence[Low]:
    """What has fallen below its line and is there still; of one *state* (due, told) only, when given."""
    rows = await db.all(SQL["low"], state=state, limit=limit)
    return [
        Low(
            row["variant"],
            row["sku"],
            f"{row['name']} ({row['title']})" if row["title"] else row["name"],
            row["left_over"],
        )
        for row in rows
    ]
