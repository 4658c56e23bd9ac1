"""Quiet hours by the contact's clock: pure functions of a moment and of zones.

A clock shows a time twice, or never, on two days of the year. So nothing is added to it: the moments at which
the hours may begin or end are found, and the first at which the clock is outside of them counts.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from msgspec import Struct

from gateway.clock import DAY, HOUR, SECOND
from gateway.policy.facts import Zones

_DAY_MINUTES = 24 * 60


class Quiet(Struct, frozen=True):
    """*until* is when it is over, 0 when it is not quiet now. *fell_back*: the zones never agree within two
    days, so the tenant's was gone by."""

    until: int
    fell_back: bool = False


def quiet_until(now: int, zones: Zones, start: str, end: str) -> Quiet:
    """Until when nothing is sent at *now* (microseconds UTC), with quiet hours from *start* until *end*
    ("21:00", "24:00"). Both at the same moment of the day: there are none."""
    begins, ends = _minutes(start) % _DAY_MINUTES, _minutes(end) % _DAY_MINUTES
    if begins == ends:
        return Quiet(0)
    until = _agreed(now, [ZoneInfo(name) for name in zones.names], begins, ends)
    if until is not None:
        return Quiet(until)
    until = _agreed(now, [ZoneInfo(zones.tenant)], begins, ends)
    return Quiet(until or 0, fell_back=True)


def _minutes(clock: str) -> int:
    hours, minutes = clock.split(":")
    return int(hours) * 60 + int(minutes)


def _agreed(now: int, zones: Sequence[ZoneInfo], begins: int, ends: int) -> int | None:
    """The first moment from *now* on that all *zones* allow, 0 when that is *now*; None without one within
    two days: a clock that jumps may leave out the only minute that a day has."""
    moment = now
    while moment <= now + 2 * DAY:
        after = max(_over(moment, zone, begins, ends) for zone in zones)
        if after == moment:
            return moment if moment > now else 0
        moment = after
    return None


def _over(moment: int, zone: ZoneInfo, begins: int, ends: int) -> int:
    """*moment*, or the first one after it that is outside the hours in *zone*."""
    if not _inside(moment, zone, begins, ends):
        return moment
    found = [at for at in _turns(moment, zone, ends) if at > moment and not _inside(at, zone, begins, ends)]
    return min(found)


def _inside(moment: int, zone: ZoneInfo, begins: int, ends: int) -> bool:
    clock = datetime.fromtimestamp(moment // SECOND, zone)
    minute = clock.hour * 60 + clock.minute
    return begins <= minute < ends if begins < ends else minute >= begins or minute < ends


def _turns(moment: int, zone: ZoneInfo, ends: int) -> Iterator[int]:
    """The moments of the next days at which the clock shows *ends*, or jumps."""
    day = datetime.fromtimestamp(moment // SECOND, zone).date()
    for ahead in range(-1, 4):
        date = day + timedelta(days=ahead)
        for fold in (0, 1):
            clock = datetime(date.year, date.month, date.day, ends // 60, ends % 60, fold=fold, tzinfo=zone)
            yield int(clock.timestamp()) * SECOND
    for hours in range(0, 72, 6):
        jump = _jump(zone.key, (moment + hours * HOUR) // (6 * HOUR))
        if jump:
            yield jump


@lru_cache(4096)
def _jump(zone: str, quarter: int) -> int:
    """When within a quarter of a UTC day the offset of *zone* changes; 0 when it does not."""
    known = ZoneInfo(zone)
    low, high = quarter * 6 * 3600, (quarter + 1) * 6 * 3600
    before = datetime.fromtimestamp(low, UTC).astimezone(known).utcoffset()
    if datetime.fromtimestamp(high, UTC).astimezone(known).utcoffset() == before:
        return 0
    while high - low > 1:
        middle = (low + high) // 2
        if datetime.fromtimestamp(middle, UTC).astimezone(known).utcoffset() == before:
            low = middle
        else:
            high = middle
    return high * SECOND
