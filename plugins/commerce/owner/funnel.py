"""How far customers come: each contact counts once a day at each stage."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from gateway import Chat, Db
from plugins.commerce.common.days import day_of
from plugins.commerce.common.ids import micros
from plugins.commerce.owner.statements import SQL

Stage = Literal["browse", "cart", "checkout", "order"]


class Funnel(Struct, frozen=True):
    """How many people came how far on a *day* by the tenant's clock."""

    day: str
    browse: int = 0
    cart: int = 0
    checkout: int = 0
    order: int = 0


async def reached(chat: Chat, stage: Stage) -> None:
    """The contact has come to *stage* today (in a flow: in a step)."""
    where = {"day": day_of(chat.now, chat.tenant.time_zone), "stage": stage, "contact": chat.contact.id}
    if await chat.db.value(SQL["seen"], **where):  # most messages: no write for them
        return
    if await chat.db.run(SQL["reached"], **where, now=micros(chat.now)):
        chat.count("steps", stage=stage)


async def funnel(db: Db, first: str, last: str) -> Sequence[Funnel]:
    """The days from *first* to *last*, both with them, on which somebody came; oldest first."""
    days: dict[str, dict[str, int]] = {}
    for row in await db.all(SQL["funnel"], first=first, last=last):
        days.setdefault(row["day"], {})[row["stage"]] = row["people"]
    return [Funnel(day, **days[day]) for day in sorted(days)]
