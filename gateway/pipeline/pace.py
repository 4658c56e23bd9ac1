"""How fast a number may speak, and how often anybody may ask: token buckets, on a clock that is handed in.

A provider counts what it sees in any one second. A bucket that holds a tenth of the rate and refills
at nine tenths of it never lets more than the rate through in any window of a second.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable

from gateway.channel import Channel

#: How many names `Buckets` remembers. A name that was forgotten has a full bucket again.
REMEMBERED = 20_000


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

    def aim(self, rate: float) -> None:
        """The top rate is another from now on."""
        if rate != self._top:
            self._top, bucket = rate, self._bucket
            bucket.rate, bucket.capacity = rate * 0.9 * self._factor, max(1.0, rate * 0.1)
            bucket.tokens = min(bucket.tokens, bucket.capacity)

    def wait(self) -> float:
        """Seconds until the next send."""
        self._recover()
        return self._bucket.wait()

    def take(self) -> None:
        """Count a send."""
        self._bucket.take()

    def wait_first(self, seconds: float) -> None:
        """Nothing for *seconds*, then one by one: another process may have used up the provider's window."""
        bucket = self._bucket
        bucket.tokens = min(bucket.tokens, 1.0 - bucket.rate * seconds)

    def slow(self) -> None:
        """The provider said "too fast": half the rate, and no token for a second."""
        self._recover()
        self._factor = max(0.05, self._factor * 0.5)
        self._slowed_at = self._now()
        self._bucket.rate = self._top * 0.9 * self._factor
        self.wait_first(1.0)

    def _recover(self) -> None:
        """Five hundredths more each minute, until the top rate is back."""
        if self._factor >= 1.0:
            return
        minutes = (self._now() - self._slowed_at) / 60
        if minutes >= 1:
            self._factor = min(1.0, self._factor + 0.05 * int(minutes))
            self._slowed_at = self._now()
            self._bucket.rate = self._top * 0.9 * self._factor


def share_of(channel: Channel, rate: float) -> float:
    """Messages a second that *channel* may send: the numbers of a tenant share its `messages_per_minute`
    evenly, and none has more than *rate*."""
    tenant = channel.tenant_settings
    most = tenant.policy.messages_per_minute
    return min(rate, most / 60 / max(1, len(tenant.channels))) if most else rate


class Buckets:
    """A bucket for each name: *burst* tokens, of which *rate* come back in a second.

    Of a bucket only the moment is kept at which it will be full again, so each question is one look-up.
    """

    def __init__(
        self, rate: float, burst: int, now: Callable[[], float], *, remember: int = REMEMBERED
    ) -> None:
        self.rate, self.burst = rate, burst
        self._now, self._remember = now, remember
        self._full: OrderedDict[str, float] = OrderedDict()

    def __len__(self) -> int:
        return len(self._full)

    def wait(self, name: str) -> float:
        """Seconds until *name* has a token; 0 when it has one."""
        now = self._now()
        missing = max(0.0, self._full.get(name, now) - now) * self.rate
        # A billionth of a token: what is counted in fractions does not come out even.
        return max(0.0, missing + 1 - self.burst - 1e-9) / self.rate

    def take(self, name: str) -> None:
        """Use a token of *name*."""
        now = self._now()
        self._full[name] = max(now, self._full.pop(name, now)) + 1 / self.rate
        if len(self._full) > self._remember:
            self._full.popitem(last=False)
