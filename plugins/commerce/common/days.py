"""Days by the tenant's clock."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

#: Years of which days are counted: around them clocks and databases come to their ends.
FIRST, LAST = 1970, 9998


def day_of(now: datetime, zone: str) -> str:
    """The day that it is in *zone* at *now*: "2026-11-22"."""
    return now.astimezone(ZoneInfo(zone)).date().isoformat()


def bounds(day: str, zone: str) -> tuple[int, int]:
    """When *day* begins in *zone*, and when the next one does: microseconds UTC. Raises `ValueError` for what
    is no day, or none of our times."""
    begins = date.fromisoformat(day)
    if not FIRST <= begins.year <= LAST:
        raise ValueError(f"{day} is no day between {FIRST} and {LAST}")
    return _midnight(begins, zone), _midnight(begins + timedelta(days=1), zone)


def _midnight(day: date, zone: str) -> int:
    local = datetime.combine(day, time(), ZoneInfo(zone))
    return int(local.astimezone(UTC).timestamp()) * 1_000_000
