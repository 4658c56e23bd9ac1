"""Times and lengths of time in words, for people."""

from __future__ import annotations

import datetime

from gateway.clock import SECOND


def ago(seconds: float) -> str:
    """A length of time in the largest unit of which there are two: "90 s", "12 min", "36 h", "5 days"."""
    for size, unit in ((86_400, "days"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{int(seconds / size)} {unit}"
    return f"{max(0, int(seconds))} s"


def moment(at: int) -> str:
    """Microseconds UTC as "2026-01-31 09:30 UTC"; "never" for 0."""
    if not at:
        return "never"
    return datetime.datetime.fromtimestamp(at / SECOND, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
