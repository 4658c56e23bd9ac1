"""When a job comes again: rules of RFC 5545, read in the tenant's time zone.

A rule names times of the clock on the wall. A time that a day has twice (the clocks go back) is its first; a
time that a day has not (they go forward) is the moment at which the clock jumps over it. A rule that only
counts hours, minutes or seconds knows no clock on the wall: it counts from midnight UTC.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from gateway.clock import SECOND
from gateway.errors import PluginError
from gateway.message import instant, moment

_DAYS = {"mon": "MO", "tue": "TU", "wed": "WE", "thu": "TH", "fri": "FR", "sat": "SA", "sun": "SU"}
_LENGTH = {"SECONDLY": 1, "MINUTELY": 60, "HOURLY": 3600}
_DAY = timedelta(days=1)
#: A Monday; what is counted in days, weeks and months is counted from here.
_ANCHOR = datetime(2001, 1, 1)
#: How far a next occurrence may lie: a leap day is eight years away at most.
_HORIZON = 9 * 366 * _DAY
_EXAMPLE = 'a rule is such as "FREQ=DAILY;BYHOUR=8;BYMINUTE=0"; see every(), daily() and weekly()'


def every(*, days: int = 0, hours: int = 0, minutes: int = 0) -> str:
    """The rule for a job that comes every so many minutes, hours or days; one of them. Minutes and hours are
    counted from midnight UTC, a day is at midnight in the tenant's zone."""
    given = {"DAILY": days, "HOURLY": hours, "MINUTELY": minutes}
    found = [f"FREQ={name};INTERVAL={count}" for name, count in given.items() if count]
    if len(found) != 1 or min(given.values()) < 0:
        raise PluginError("every() takes one of days, hours and minutes, 1 or more: every(minutes=15)")
    return found[0]


def daily(*times: str) -> str:
    """The rule for a job that comes each day at *times* ("08:00")."""
    return f"FREQ=DAILY;{_at(times, 'daily')}"


def weekly(days: str, *times: str) -> str:
    """The rule for a job that comes on *days* ("mon", or "mon,thu") of each week at *times*."""
    names = [each.strip().lower()[:3] for each in days.split(",")]
    if unknown := [each for each in names if each not in _DAYS]:
        raise PluginError(f"weekly() knows no day {unknown[0]!r}: write {', '.join(_DAYS)}")
    return f"FREQ=WEEKLY;BYDAY={','.join(_DAYS[each] for each in names)};{_at(times, 'weekly')}"


def _at(times: tuple[str, ...], who: str) -> str:
    """The hours and the minutes of a rule; several times share their minute."""
    found = [re.fullmatch(r"([01]?\d|2[0-3]):([0-5]\d)", each) for each in times]
    if not times or not all(found):
        raise PluginError(f'{who}() takes times of the day as "08:00"')
    hours = sorted({int(each[1]) for each in found if each})
    minutes = {int(each[2]) for each in found if each}
    if len(minutes) > 1:
        raise PluginError(f"{who}(): times of one rule share their minute; write a Recurring for each")
    return f"BYHOUR={','.join(map(str, hours))};BYMINUTE={minutes.pop()};BYSECOND=0"


def check(rule: str) -> str:
    """*rule* as it is kept. Raises `PluginError` with what to write instead."""
    try:
        parts = _parts(rule)
        _complete(parts)
        if not next_after(_text(parts), "UTC", instant(datetime(2026, 1, 1, tzinfo=UTC))):
            raise ValueError("it never comes")
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise PluginError(f"the rule {rule!r} cannot be read: {error}; {_EXAMPLE}") from None
    return _text(parts)


def next_after(rule: str, zone: str, after: int) -> int:
    """The first occurrence of *rule* in *zone* after *after* (both microseconds UTC); 0 when there is
    none."""
    parts = _parts(rule)
    step = _LENGTH.get(parts["FREQ"], 0) * int(parts.get("INTERVAL", "1")) * SECOND
    if step and not parts.keys() - {"FREQ", "INTERVAL"}:
        day = 86_400 * SECOND
        midnight = after // day * day
        return min(after + step - (after - midnight) % step, midnight + day)
    place = _zone(zone)
    local = moment(after).astimezone(place).replace(tzinfo=None)
    return next((at for at in _instants(parts, place, local - _DAY) if at > after), 0)


def _instants(parts: dict[str, str], zone: ZoneInfo, since: datetime) -> Iterator[int]:
    """Occurrences since the wall clock showed *since*, as moments in time."""
    start = _start(parts, since)
    found = rrulestr(_text(parts), dtstart=start).replace(until=since + _HORIZON)  # type: ignore[union-attr]
    for wall in found.xafter(since.replace(microsecond=0), inc=True):
        yield _moment_of(wall, zone)


def _start(parts: dict[str, str], since: datetime) -> datetime:
    """A beginning from which *parts* count the same as from the anchor, close before *since*."""
    interval = int(parts.get("INTERVAL", "1"))
    if parts["FREQ"] in _LENGTH:
        return since.replace(hour=0, minute=0, second=0, microsecond=0)
    if parts["FREQ"] in ("DAILY", "WEEKLY"):
        length = interval * (7 if parts["FREQ"] == "WEEKLY" else 1)
        days = max(0, (since - _ANCHOR).days // length * length)
        return _ANCHOR + timedelta(days=days)
    return _ANCHOR


def _moment_of(wall: datetime, zone: ZoneInfo) -> int:
    """When the clock in *zone* shows *wall*, or first shows a later time."""
    aware = wall.replace(tzinfo=zone)
    at = aware.astimezone(UTC)
    if at.astimezone(zone).replace(tzinfo=None) == wall:
        return instant(at)
    before, late = aware.replace(fold=1).astimezone(UTC), at
    while late - before > timedelta(seconds=1):  # the moment of the jump lies between the two
        middle = before + (late - before) / 2
        if middle.astimezone(zone).replace(tzinfo=None) >= wall:
            late = middle
        else:
            before = middle
    return instant(late.replace(microsecond=0))


def _parts(rule: str) -> dict[str, str]:
    text = rule.strip().upper().removeprefix("RRULE:")
    parts = dict(each.split("=", 1) for each in text.split(";") if each)
    if refused := parts.keys() & {"COUNT", "UNTIL", "DTSTART"}:
        raise ValueError(f"{refused.pop()} ends it, and a recurring job does not end")
    return parts


def _complete(parts: dict[str, str]) -> None:
    """Whether the rule says itself on which days it comes."""
    needed = {
        "WEEKLY": {"BYDAY"},
        "MONTHLY": {"BYDAY", "BYMONTHDAY"},
        "YEARLY": {"BYDAY", "BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYMONTH"},
    }.get(parts["FREQ"], set())
    if needed and not needed & parts.keys():
        raise ValueError(f"FREQ={parts['FREQ']} needs {' or '.join(sorted(needed))}")
    if int(parts.get("INTERVAL", "1")) < 1:
        raise ValueError("INTERVAL is 1 or more")


def _text(parts: dict[str, str]) -> str:
    return ";".join(f"{name}={value}" for name, value in parts.items())


@lru_cache(maxsize=512)
def _zone(name: str) -> ZoneInfo:
    """The zone, UTC for one that the machine does not know (any more)."""
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError):
        return ZoneInfo("UTC")
