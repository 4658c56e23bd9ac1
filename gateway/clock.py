"""Time as the gateway sees it: integer microseconds UTC, handed in so that a test can own it."""

from __future__ import annotations

import datetime
import time
from typing import Protocol

SECOND = 1_000_000
MINUTE = 60 * SECOND
HOUR = 60 * MINUTE
DAY = 24 * HOUR


_EPOCH = datetime.datetime(1970, 1, 1, tzinfo=datetime.UTC)


def rfc3339(at: int) -> str:
    """Microseconds UTC as "2026-12-24T06:00:00Z"."""
    return (_EPOCH + datetime.timedelta(microseconds=at)).isoformat().replace("+00:00", "Z")


def stamp(at: int | None) -> str | None:
    """Microseconds UTC as `rfc3339` writes them; None for 0 and None, which are never."""
    return rfc3339(at) if at else None


class Clock(Protocol):
    """What the pipeline asks for the time."""

    def now(self) -> int:
        """Microseconds since 1970-01-01 UTC."""

    def monotonic(self) -> float:
        """Seconds that never jump; for durations and deadlines only."""


class SystemClock:
    """The machine's own clocks."""

    def now(self) -> int:
        return time.time_ns() // 1000

    def monotonic(self) -> float:
        return time.monotonic()


class ManualClock:
    """A clock that stands still until a test advances it."""

    def __init__(self, now: int = 1_794_900_000 * SECOND) -> None:
        self._now = now
        self._monotonic = 0.0

    def now(self) -> int:
        return self._now

    def monotonic(self) -> float:
        return self._monotonic

    def advance(self, seconds: float) -> None:
        """Move both clocks forward by *seconds*."""
        self._now += int(seconds * SECOND)
        self._monotonic += seconds
