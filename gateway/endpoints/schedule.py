"""When a delivery is tried again: a pure function of the answer, the try and the time.

The pauses of the schedule make up 75 hours. Each is made longer by a random part, never shorter, so that
what failed at one moment does not come back at one moment.
"""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from gateway.clock import DAY, HOUR, MINUTE, SECOND

#: Seconds before the second try, the third, ...
PAUSES = (5.0, 300.0, 1800.0, 7200.0, 18_000.0, 36_000.0, 50_400.0, 72_000.0, 86_400.0)
#: The longest that a Retry-After is obeyed, in seconds.
PATIENCE = HOUR / SECOND
#: Microseconds of failures without a success, after which an endpoint is disabled.
GIVE_UP = 5 * DAY

_SPREAD, _LEAST = 0.2, 5.0
#: Failures in a row that are free, and the longest pause of an endpoint that goes on failing, in seconds.
_FREE, _CAP = 5, MINUTE / SECOND

Fate = Literal["done", "waiting", "failed", "gone"]


class Verdict(Struct, frozen=True):
    """*delay* is seconds until the next try of a delivery that waits. *hold* is for how many seconds the
    endpoint wants nothing at all. "gone" fails the delivery and disables its endpoint."""

    fate: Fate
    delay: float = 0.0
    hold: float = 0.0


def judge(
    status: int, tries: int, chance: float, retry_after: float = 0.0, pauses: tuple[float, ...] = PAUSES
) -> Verdict:
    """What follows from *status* (0: no answer) of try number *tries* (1 is the first). *chance* is uniform
    in [0, 1)."""
    if 200 <= status < 300:
        return Verdict("done")
    if status == 410:
        return Verdict("gone")
    hold = min(retry_after, PATIENCE) if status in (429, 503) else 0.0
    if tries > len(pauses):
        return Verdict("failed", hold=hold)
    pause = pauses[tries - 1]
    return Verdict("waiting", max(pause + chance * max(pause * _SPREAD, _LEAST), hold), hold)


def breather(failures: int) -> float:
    """Seconds for which an endpoint is left alone after *failures* in a row."""
    return 0.0 if failures < _FREE else min(_CAP, 2.0 ** min(failures - _FREE, 10))
