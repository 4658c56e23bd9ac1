"""How fast a number may speak: token buckets, on a clock that is handed in.

A provider counts what it sees in any one second. A bucket that holds a tenth of the rate and refills
at nine tenths of it never lets more than the rate through in any window of a second.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable


class Bucket:
    """Tokens that come back with time."""

    __slots__ = ("_at", "_now", "capacity", "rate", "tokens")

    def __init__(self, rate: float, capacity: float, now: Callable[[], float]) -> None:
        self.rate, self.capacity = rate, capacity
        self.tokens = capacity
        self._now = now
        self._at = now()

    def wait(self) -> float:
        """Seconds until a token is there; 0 when one is."""
        self._refill()
        return 0.0 if self.tokens >= 1.0 else (1.0 - self.tokens) / self.rate

    def take(self) -> None:
        """Use one token. May go into debt, which delays the next."""
        self._refill()
        self.tokens -= 1.0

    @property
    def full(self) -> bool:
        """Whether nothing was used lately."""
        self._refill()
        return self.tokens >= self.capacity

    def _refill(self) -> None:
        now = self._now()
        if now > self._at:
            self.tokens = min(self.capacity, self.tokens + (now - self._at) * self.rate)
            self._at = now


class NumberPace:
    """One business number: its rate, and how it slows when the provider says that it is too fast."""

    def __init__(self, rate: float, now: Callable[[], float]) -> None:
        self._top = rate
        self._now = now
        self._slowed_at = 0.0
        self._factor = 1.0
        self._bucket = Bucket(rate * 0.9, max(1.0, rate * 0.1), now)

    def wait(self) -> float:
        """Seconds until the next send."""
        self._recover()
        return self._bucket.wait()

    def take(self) -> None:
        """Count a send."""
        self._bucket.take()

    def slow(self) -> None:
        """The provider said "too fast": half the rate, and no token for a second."""
        self._recover()
        self._factor = max(0.05, self._factor * 0.5)
        self._slowed_at = self._now()
        self._bucket.rate = self._top * 0.9 * self._factor
        self._bucket.tokens = min(self._bucket.tokens, 1.0 - self._bucket.rate)

    def _recover(self) -> None:
        """Five hundredths more each minute, until the top rate is back."""
        if self._factor >= 1.0:
            return
        minutes = (self._now() - self._slowed_at) / 60
        if minutes >= 1:
            self._factor = min(1.0, self._factor + 0.05 * int(minutes))
            self._slowed_at = self._now()
            self._bucket.rate = self._top * 0.9 * self._factor


class PairPace:
    """Pairs of number and contact: a burst, then one message per interval. Full buckets are forgotten."""

    def __init__(
        self, burst: int, interval: float, now: Callable[[], float], *, remember: int = 20_000
    ) -> None:
        self._burst, self._interval, self._now, self._remember = burst, interval, now, remember
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()

    def wait(self, conversation: str) -> float:
        """Seconds until this contact may get the next message."""
        bucket = self._buckets.get(conversation)
        return bucket.wait() if bucket else 0.0

    def take(self, conversation: str) -> None:
        """Count a send."""
        bucket = self._buckets.pop(conversation, None)
        if bucket is None:
            bucket = Bucket(1.0 / self._interval, float(self._burst), self._now)
            while len(self._buckets) >= self._remember:
                self._buckets.popitem(last=False)
        bucket.take()
        self._buckets[conversation] = bucket
