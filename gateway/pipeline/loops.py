"""The loop detectors: two robots that answer each other are stopped, people are not.

`LoopDetector` watches for the same text to the same conversation, again and again within a minute. `Echoes`
watches both sides: who answers each of our answers at once, in the same words, is a machine.
"""

from __future__ import annotations

import re
from collections import OrderedDict

from gateway.clock import MINUTE, SECOND

WINDOW = 60_000_000  # microseconds
#: How soon (microseconds) behind our answer a machine answers; and one that takes its time.
FAST, SLOW = 5 * SECOND, 2 * MINUTE
#: Different words that each side may have, numbers in them left out: a greeting, and what follows it.
SHAPES = 3
#: Letters of a text that people do not write again and again; of shorter ones it takes three times as many.
LONG = 12
#: What differs from one answer of a machine to the next: a count, a date, an id.
_NUMBERS = re.compile(r"[0-9a-f]*[0-9][0-9a-f]*(?:[-.:,/ ][0-9a-f]*[0-9][0-9a-f]*)*", re.IGNORECASE)


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


class _Run:
    """How often in a row both sides have said the same; *answered*: when we last did, 0 since they wrote."""

    __slots__ = ("answered", "fast", "heard", "said", "slow")

    def __init__(self, shape: str) -> None:
        self.heard, self.said = {shape}, set[str]()
        self.fast = self.slow = self.answered = 0


class Echoes:
    """Watches typed messages and our answers to them, by conversation. A loop are *limit* / 2 of a contact's
    messages in a row, each within 5 seconds of our answer, or 2 × *limit*, each within 2 minutes; in at most
    3 different wordings on either side, numbers left out. Of wordings under 12 letters it takes three times
    as many."""

    def __init__(self, limit: int, *, remember: int = 10_000) -> None:
        self._fast, self._slow, self._remember = max(2, limit // 2), max(4, limit * 2), remember
        self._runs: OrderedDict[tuple[str, str], _Run] = OrderedDict()

    def heard(self, key: tuple[str, str], text: str, now: int) -> bool:
        """A contact wrote *text* in the conversation *key* ("" for what is not typed); whether that is a
        loop by now."""
        run = self._runs.pop(key, None)
        if not text:
            return False
        shape = shape_of(text)
        gap = now - run.answered if run is not None and run.answered else SLOW + 1
        if run is None or gap > SLOW or len(run.heard | {shape}) > SHAPES:
            run = _Run(shape)
        else:
            run.heard.add(shape)
            run.slow, run.fast, run.answered = run.slow + 1, (run.fast + 1 if gap <= FAST else 0), 0
        self._runs[key] = run
        if len(self._runs) > self._remember:
            self._runs.popitem(last=False)
        times = 1 if min(map(_letters, run.heard)) >= LONG else 3
        return run.fast >= self._fast * times or run.slow >= self._slow * times

    def said(self, key: tuple[str, str], body: str, now: int) -> None:
        """We answered with *body*, and that is durable."""
        run = self._runs.get(key)
        if run is None:
            return
        run.said.add(shape_of(body))
        if len(run.said) > SHAPES:
            del self._runs[key]  # what we say is not always the same: this is a conversation
            return
        run.answered = now


def shape_of(text: str) -> str:
    """*text* without what differs from one time to the next: numbers, case and space."""
    return " ".join(_NUMBERS.sub("#", text[:500]).lower().split())


def _letters(shape: str) -> int:
    return sum(map(str.isalpha, shape))
