"""Lengths of time as a person writes them: "100ms", "120s", "5m", "1h", or a number of seconds."""

from __future__ import annotations

import math
import re
from datetime import timedelta
from typing import Annotated, Any

#: A field that takes a duration and holds seconds. The text marks it for `gateway.settings.decode`.
MARK = "duration"
Duration = Annotated[float, MARK]

REMEDY = 'write a number of seconds or a text such as "100ms", "120s", "5m" or "1h"'
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, "d": 86400.0}
_WRITTEN = re.compile(r"([0-9]{1,12}(?:\.[0-9]{1,6})?)\s*(ms|s|m|h|d)", re.ASCII)


def length(time: str | float | timedelta) -> float:
    """The seconds in *time*, which code may name as a `timedelta` too."""
    return time.total_seconds() if isinstance(time, timedelta) else seconds(time)


def text(seconds: float) -> str:
    """*seconds* as a person writes them: "14d", "90s", in the largest unit that tells them whole."""
    thousandths = round(seconds * 1000)
    for unit, worth in reversed(_UNITS.items()):
        if thousandths and thousandths % round(worth * 1000) == 0:
            return f"{thousandths // round(worth * 1000)}{unit}"
    return "0s"


def seconds(value: Any) -> float:
    """The seconds in *value*. Raises ValueError, saying what is wrong, for what is not a length of time."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise ValueError(f"a length of time cannot be a {type(value).__name__}")
    if isinstance(value, str):
        match = _WRITTEN.fullmatch(value.strip())
        if match is None:
            raise ValueError(f"{value[:40]!r} is not a length of time")
        return float(match[1]) * _UNITS[match[2]]
    if not math.isfinite(value):
        raise ValueError("a length of time must be finite")
    if value < 0:
        raise ValueError("a length of time cannot be negative")
    return float(value)
