"""Quiet hours by the contact's clock, against a calendar that is read minute by minute."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from functools import cache
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from gateway.policy.facts import Zones
from gateway.policy.quiet import quiet_until

MINUTE = 60_000_000

#: Both changes of the clock of 2026 in three zones, and a zone that is half an hour off and never changes.
CHANGES = {
    "Europe/Madrid": (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)),
    "America/New_York": (datetime(2026, 3, 8, tzinfo=UTC), datetime(2026, 11, 1, tzinfo=UTC)),
    "Australia/Lord_Howe": (datetime(2026, 4, 4, tzinfo=UTC), datetime(2026, 10, 3, tzinfo=UTC)),
    "Asia/Kolkata": (datetime(2026, 3, 29, tzinfo=UTC), datetime(2026, 10, 25, tzinfo=UTC)),
}
_CLOCKS = st.integers(0, 24 * 60).map(lambda minutes: f"{minutes // 60:02d}:{minutes % 60:02d}")


@cache
def _calendar(zone: str, spring: bool) -> tuple[int, tuple[int, ...]]:
    """Four days around a change: their first moment, and what the clock shows in each minute."""
    begin = CHANGES[zone][0 if spring else 1] - timedelta(days=2)
    known = ZoneInfo(zone)
    shown = []
    for minute in range(6 * 24 * 60):
        clock = (begin + timedelta(minutes=minute)).astimezone(known)
        shown.append(clock.hour * 60 + clock.minute)
    return int(begin.timestamp()) * 1_000_000, tuple(shown)


def _quiet(shown: int, start: str, end: str) -> bool:
    begins, ends = (int(each[:2]) * 60 + int(each[3:]) for each in (start, end))
    begins, ends = begins % 1440, ends % 1440
    if begins < ends:
        return begins <= shown < ends
    return begins != ends and (shown >= begins or shown < ends)


def _read(zone: str, spring: bool, minute: int, start: str, end: str) -> int:
    """The first minute from *minute* on that is not quiet, read off the calendar."""
    _, shown = _calendar(zone, spring)
    while _quiet(shown[minute], start, end):
        minute += 1
    return minute


@pytest.mark.parametrize("zone", CHANGES)
@pytest.mark.parametrize("spring", [True, False])
@settings(max_examples=150, deadline=None)
@given(minute=st.integers(24 * 60, 4 * 24 * 60), start=_CLOCKS, end=_CLOCKS)
@example(minute=30 * 60, start="21:00", end="07:00")
@example(minute=47 * 60, start="21:00", end="02:30")
@example(minute=49 * 60, start="00:30", end="01:30")
@example(minute=49 * 60, start="21:00", end="24:00")
@example(minute=1501, start="02:01", end="02:00")
def test_the_first_minute_that_is_not_quiet_is_the_calendars(
    zone: str, spring: bool, minute: int, start: str, end: str
) -> None:
    """Whatever the hours are, over midnight or not, on days of 23, 24 and 25 hours."""
    begin, _ = _calendar(zone, spring)
    now = begin + minute * MINUTE

    found = quiet_until(now, Zones((zone,), "contact", zone), start, end)

    expected = _read(zone, spring, minute, start, end)
    assert not found.fell_back
    assert (found.until or now) == begin + expected * MINUTE


@pytest.mark.parametrize(("start", "end"), [("21:00", "07:00"), ("21:00", "02:30"), ("01:30", "03:30")])
@pytest.mark.parametrize("zone", [*list(CHANGES)[:3]])
@pytest.mark.parametrize("spring", [True, False])
def test_every_minute_around_a_change_is_the_calendars(zone: str, spring: bool, start: str, end: str) -> None:
    """All of them, with the hours at which the clock jumps among them."""
    begin, _ = _calendar(zone, spring)
    for minute in range(24 * 60, 4 * 24 * 60):
        found = quiet_until(begin + minute * MINUTE, Zones((zone,), "contact", zone), start, end)
        expected = _read(zone, spring, minute, start, end)
        assert (found.until or begin + minute * MINUTE) == begin + expected * MINUTE


def _at(text: str) -> int:
    return int(datetime.fromisoformat(text).timestamp()) * 1_000_000


def test_it_has_to_be_day_in_all_zones_that_a_contact_may_be_in() -> None:
    """A number of a country with several zones: New York and Los Angeles are three hours apart."""
    zones = Zones(("America/New_York", "America/Los_Angeles"), "phone", "UTC")

    morning = quiet_until(_at("2026-01-15T13:00:00+00:00"), zones, "21:00", "08:00")
    evening = quiet_until(_at("2026-01-16T02:30:00+00:00"), zones, "21:00", "08:00")
    day = quiet_until(_at("2026-01-15T20:00:00+00:00"), zones, "21:00", "08:00")

    assert morning.until == _at("2026-01-15T08:00:00-08:00")
    assert evening.until == _at("2026-01-16T08:00:00-08:00")
    assert day.until == 0


def test_zones_that_never_agree_leave_it_to_the_tenants() -> None:
    """Half of the day is quiet, and they are twelve hours apart: it is said that the tenant's was gone by."""
    zones = Zones(("Etc/GMT+6", "Etc/GMT-6"), "phone", "Africa/Nairobi")

    night = quiet_until(_at("2026-01-15T20:00:00+00:00"), zones, "19:00", "07:30")
    noon = quiet_until(_at("2026-01-15T09:00:00+00:00"), zones, "19:00", "07:30")

    assert (night.until, night.fell_back) == (_at("2026-01-16T07:30:00+03:00"), True)
    assert (noon.until, noon.fell_back) == (0, True)


@pytest.mark.parametrize(("start", "end"), [("00:00", "00:00"), ("08:30", "08:30"), ("00:00", "24:00")])
def test_hours_that_begin_where_they_end_are_none(start: str, end: str) -> None:
    """Otherwise nothing would ever go."""
    now = _at("2026-01-15T03:00:00+00:00")

    for hour in range(24):
        assert quiet_until(now + hour * 60 * MINUTE, Zones(), start, end).until == 0
