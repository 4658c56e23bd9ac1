"""The loop detector: two robots that answer each other are stopped, people are not.

It watches for the same text to the same conversation, again and again within a minute.
"""

from __future__ import annotations

from collections import OrderedDict

WINDOW = 60_000_000  # microseconds


class LoopDetector:
    """Counts equal texts per conversation. Memory is bounded: the quietest conversations are forgotten."""

    def __init__(self, limit: int, *, remember: int = 10_000) -> None:
        self._limit = limit
        self._remember = remember
        self._seen: OrderedDict[tuple[str, str, int], tuple[int, int]] = OrderedDict()

    def stops(self, tenant: str, conversation: str, body: str, now: int) -> bool:
        """Whether sending *body* once more would go on with a loop. Counts it when it would not.
        *now* is when it is sent, which for a message for later lies ahead."""
        key = (tenant, conversation, hash(body))
        since, count = self._seen.pop(key, (now, 0))
        if abs(now - since) > WINDOW:
            since, count = now, 0
        looping = count >= self._limit
        self._seen[key] = (since, count if looping else count + 1)
        if len(self._seen) > self._remember:
            self._seen.popitem(last=False)
        return looping
