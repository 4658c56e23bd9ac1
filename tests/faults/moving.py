"""How long lanes stood still after a process was killed, paused or stopped: pure functions."""

from __future__ import annotations

import math
from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import NamedTuple

from tests.faults.keys import Key, of_reply
from tests.faults.numbers import Number
from tests.faults.provider import Acceptance

#: Seconds. What was on its way to the provider when its sender was struck may still be accepted by then.
ON_ITS_WAY = 0.05
#: Seconds. An event that has no other so near before it, nor one before the lanes moved, stands alone.
APART = 7.0


class Event(NamedTuple):
    """Something was done to the owner of *shards*. *at* is `time.time`."""

    at: float
    shards: frozenset[int]


class Stand(NamedTuple):
    """Seconds from an event until a number whose shard it struck sent again; *alone*: nothing else struck."""

    seconds: float
    alone: bool


def stands(events: Sequence[Event], accepted: Iterable[Acceptance], numbers: Sequence[Number]) -> list[Stand]:
    """For every event and number that it struck: how long until the next accepted send of that number.

    Numbers that sent nothing any more are left out: the run was over.
    """
    times: defaultdict[str, list[float]] = defaultdict(list)
    for acceptance in accepted:
        times[acceptance.number].append(acceptance.at)
    found = []
    for place, event in enumerate(events):
        before = events[place - 1].at if place else -math.inf
        following = events[place + 1].at if place + 1 < len(events) else math.inf
        for number in numbers:
            sends = times[number.id]
            at = bisect_right(sends, event.at + ON_ITS_WAY)
            if number.shard in event.shards and at < len(sends):
                alone = event.at - before > APART and following > sends[at]
                found.append(Stand(sends[at] - event.at, alone))
    return found


def answer_times(acked_at: Mapping[Key, float], accepted: Iterable[Acceptance]) -> list[float]:
    """Seconds from the 200 of each message to the first acceptance of its reply (0 when that came first)."""
    first: dict[Key, float] = {}
    for acceptance in accepted:
        if (key := of_reply(acceptance.text)) is not None:
            first.setdefault(key, acceptance.at)
    return [max(first[key] - at, 0.0) for key, at in acked_at.items() if key in first]


def percentiles(name: str, seconds: Sequence[float]) -> dict[str, int]:
    """Figures in ms: the median, the 99th percentile, the worst, and of how many."""
    if not seconds:
        return {f"{name}: none": 0}
    ordered = sorted(seconds)
    places = {"p50": 0.5, "p99": 0.99, "max": 1.0}
    return {f"{name}: of": len(ordered)} | {
        f"{name}, ms: {word}": int(1000 * ordered[max(0, math.ceil(share * len(ordered)) - 1)])
        for word, share in places.items()
    }
