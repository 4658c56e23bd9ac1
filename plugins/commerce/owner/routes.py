"""The owner's numbers over the API."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from msgspec import Struct

from gateway import ApiRequest, PluginRoute, Problem, api
from plugins.commerce.common.days import bounds, day_of
from plugins.commerce.owner.figures import Figures, Low, figures, running_low
from plugins.commerce.owner.funnel import Funnel, funnel
from plugins.commerce.owner.statements import SQL


class Owner(Struct, frozen=True):
    """A number that gets news of the shop. *since* is microseconds UTC."""

    contact: str
    since: int


class Days(Struct, frozen=True, forbid_unknown_fields=True):
    """Days as "2026-11-22"; without them the last 30."""

    first: str = ""
    last: str = ""


class Day(Struct, frozen=True, forbid_unknown_fields=True):
    """A day as "2026-11-22"; without it today."""

    day: str = ""


class FunnelAnswer(Struct, frozen=True):
    """The days on which somebody came, oldest first."""

    items: Sequence[Funnel]


class LowAnswer(Struct, frozen=True):
    """What runs low, what fell first coming first; at most 200."""

    items: Sequence[Low]


class OwnersAnswer(Struct, frozen=True):
    """Who gets news of the shop."""

    items: Sequence[Owner]


async def show_funnel(request: ApiRequest) -> FunnelAnswer:
    """How far customers came, day by day."""
    zone, asked = request.tenant.time_zone, request.query
    first = _checked(asked.first, zone, "first") or day_of(request.now - timedelta(days=29), zone)
    last = _checked(asked.last, zone, "last") or day_of(request.now, zone)
    return FunnelAnswer(await funnel(request.db, first, last))


async def show_day(request: ApiRequest) -> Figures:
    """A day in numbers."""
    zone = request.tenant.time_zone
    day = _checked(request.query.day, zone, "day") or day_of(request.now, zone)
    return await figures(request.db, day, zone, request.settings.currency)


async def show_low(request: ApiRequest) -> LowAnswer:
    """What runs low."""
    return LowAnswer(await running_low(request.db, limit=200))


async def show_owners(request: ApiRequest) -> OwnersAnswer:
    """Who gets news of the shop."""
    rows = await request.db.all(SQL["owners"])
    return OwnersAnswer([Owner(row["contact"], row["since"]) for row in rows])


async def remove_owner(request: ApiRequest) -> None:
    """This number gets no more of it."""
    if not await request.db.run(SQL["leave"], contact=request.path["contact"]):
        raise Problem(404, "no_such_owner", "no owner of yours has this contact's id")


def _checked(day: str, zone: str, name: str) -> str:
    if not day:
        return ""
    try:
        bounds(day, zone)
    except ValueError:
        raise Problem(422, "no_day", f"{name}: {day[:20]!r} is no day; write it as 2026-11-22") from None
    return day


ROUTES: tuple[PluginRoute, ...] = (
    api("GET", "/funnel", show_funnel, query=Days, answer=FunnelAnswer),
    api("GET", "/day", show_day, query=Day, answer=Figures),
    api("GET", "/low-stock", show_low, answer=LowAnswer),
    api("GET", "/owners", show_owners, answer=OwnersAnswer),
    api("DELETE", "/owners/{contact}", remove_owner),
)
