"""How fast a number may send; in seconds of the simulator's clock."""

from __future__ import annotations

from msgspec import Struct


class Bucket(Struct):
    """A second's worth of messages, which fills again as time goes by."""

    level: float
    at: float

    def take(self, rate: float, now: float) -> bool:
        """Take one message out; False when there is none."""
        self.level = min(rate, self.level + (now - self.at) * rate)
        self.at = now
        # Seconds are floats: a message that is almost there is there.
        if self.level < 0.999:
            return False
        self.level -= 1
        return True


class Rates:
    """Counts what each number sends."""

    def __init__(self) -> None:
        self._buckets: dict[str, Bucket] = {}

    def take(self, number: str, rate: float, now: float) -> bool:
        """One message of *number*, of which *rate* a second are allowed."""
        return self._buckets.setdefault(number, Bucket(rate, now)).take(rate, now)

    def forget(self) -> None:
        """Begin anew."""
        self._buckets.clear()
