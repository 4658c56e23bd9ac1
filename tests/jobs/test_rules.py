"""When a job comes again, held against a calendar that is walked through minute by minute."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import PluginError
from gateway.jobs.rules import check, daily, every, next_after, weekly
from gateway.message import instant, moment
from tests.support.examples import examples

#: With an hour's change in each half of the year; with half an hour's, in the south; with none.
ZONES = ("Europe/Madrid", "Australia/Lord_Howe", "Africa/Nairobi")
DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
MINUTE = timedelta(minutes=1)
#: Days around which clocks change in one of the zones, and one on which none does.
CHANGES = (date(2026, 3, 29), date(2026, 10, 25), date(2026, 4, 5), date(2026, 10, 4), date(2026, 7, 1))


def walked(zone: str, hour: int, minute: int, days: set[int], since: datetime) -> list[datetime]:
    """The first minute of each of the next days, of those in *days*, at which the clock in *zone* shows the
    time or a later one; after *since*."""
    place, found, seen = ZoneInfo(zone), [], set()
    at = since.replace(second=0, microsecond=0) - timedelta(days=2)
    before = at.astimezone(place)
    while at < since + timedelta(days=8):
        at += MINUTE
        local = at.astimezone(place)
        wanted = (hour, minute)
        passed = (local.hour, local.minute) >= wanted and (
            (before.hour, before.minute) < wanted or before.date() != local.date()
        )
        if passed and local.date() not in seen:
            seen.add(local.date())
            if local.weekday() in days and at > since:
                found.append(at)
        before = local
    return found


@pytest.mark.parametrize("zone", ZONES)
@given(
    day=st.sampled_from(CHANGES), shift=st.integers(-36, 36), hour=st.integers(0, 23),
    minute=st.sampled_from((0, 1, 15, 30, 45, 59)), days=st.sets(st.integers(0, 6), min_size=1),
)  # fmt: skip
@examples(15)
def test_a_time_of_the_day(zone: str, day: date, shift: int, hour: int, minute: int, days: set[int]) -> None:
    """Each day at a time, or on some days of the week: once a day, also where clocks change, at the first
    moment at which the clock shows it or has jumped over it."""
    since = datetime(day.year, day.month, day.day, 12, tzinfo=UTC) + timedelta(hours=shift)
    names = ",".join(DAYS[each] for each in sorted(days))
    time = f"{hour:02}:{minute:02}"
    rule = daily(time) if len(days) == 7 else weekly(names, time)
    at = instant(since)
    for expected in walked(zone, hour, minute, days, since)[:5]:
        at = next_after(rule, zone, at)
        assert moment(at) == expected


@given(at=st.integers(1_770_000_000, 1_830_000_000), minutes=st.sampled_from((1, 7, 15, 30, 45, 60, 720)))
@examples(50)
def test_every_so_many_minutes(at: int, minutes: int) -> None:
    """Counted from midnight UTC, whatever the zone; a clock that changes makes no gap and no crowd."""
    rule = every(minutes=minutes) if minutes % 60 else every(hours=minutes // 60)
    found = moment(next_after(rule, "Europe/Madrid", at * 1_000_000))
    since = moment(at * 1_000_000)
    midnight = found.replace(hour=0, minute=0)
    assert timedelta(0) < found - since <= timedelta(minutes=minutes)
    assert ((found - midnight) % timedelta(minutes=minutes)) == timedelta(0)


def test_what_the_helpers_write() -> None:
    """Rules of RFC 5545, that a person can read."""
    assert daily("08:00", "18:00") == "FREQ=DAILY;BYHOUR=8,18;BYMINUTE=0;BYSECOND=0"
    assert weekly("mon,thu", "8:30") == "FREQ=WEEKLY;BYDAY=MO,TH;BYHOUR=8;BYMINUTE=30;BYSECOND=0"
    assert every(minutes=15) == "FREQ=MINUTELY;INTERVAL=15"
    assert every(days=2) == "FREQ=DAILY;INTERVAL=2"


@pytest.mark.parametrize("rule", [
    "FREQ=MONTHLY;BYMONTHDAY=1;BYHOUR=9", "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "RRULE:FREQ=DAILY;BYHOUR=8",
    "FREQ=MONTHLY;BYDAY=-1FR;BYHOUR=17;BYMINUTE=0", "FREQ=HOURLY;BYHOUR=8,9,10;BYMINUTE=5",
])  # fmt: skip
def test_rules_are_taken(rule: str) -> None:
    """Any rule that says itself when it comes; occurrences only ever go forward."""
    kept, at = check(rule), instant(datetime(2026, 11, 21, tzinfo=UTC))
    for _ in range(5):
        later = next_after(kept, "America/New_York", at)
        assert later > at
        at = later


@pytest.mark.parametrize(("rule", "words"), [
    ("", "cannot be read"), ("DAILY", "cannot be read"), ("FREQ=NEVER", "cannot be read"),
    ("FREQ=DAILY;COUNT=3", "COUNT ends it"), ("FREQ=WEEKLY", "needs BYDAY"),
    ("FREQ=DAILY;INTERVAL=0", "1 or"),
    ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30", "it never comes"), ("FREQ=DAILY;BYHOUR=25", "cannot be read"),
])  # fmt: skip
def test_rules_are_refused(rule: str, words: str) -> None:
    """With the reason, and what to write."""
    with pytest.raises(PluginError, match=words) as caught:
        check(rule)
    assert "FREQ=DAILY;BYHOUR=8" in str(caught.value)


@pytest.mark.parametrize("write", [
    lambda: daily(), lambda: daily("8"), lambda: daily("08:00", "09:30"), lambda: weekly("someday", "08:00"),
    lambda: every(), lambda: every(minutes=5, hours=1), lambda: every(minutes=-5),
])  # fmt: skip
def test_helpers_refuse(write: object) -> None:
    """What is no time, no day, or two things at once."""
    with pytest.raises(PluginError):
        write()  # type: ignore[operator]
