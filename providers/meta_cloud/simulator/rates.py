"""How fast a number may send, and to one user (wire.md 2.10); all in seconds of the simulator's clock."""

from __future__ import annotations

from msgspec import Struct

from gateway.simulator import rates
from providers.meta_cloud.simulator.errors import GraphError

#: One message to the same user every PAIR_PAUSE seconds; BURST may go out within the first of these
#: pauses, and are paid for with waiting.
PAIR_PAUSE, BURST = 6.0, 45


class Pair(Struct):
    """What was sent to one user: *free* is when everything is paid for, *began* when the burst began."""

    free: float = 0.0
    began: float = 0.0
    sent: int = 0

    def take(self, now: float) -> bool:
        """Send one; False when it is too early."""
        if now >= self.free:
            self.free, self.began, self.sent = now + PAIR_PAUSE, now, 1
            return True
        if now - self.began < PAIR_PAUSE and self.sent < BURST:
            self.free, self.sent = self.free + PAIR_PAUSE, self.sent + 1
            return True
        return False


class Rates(rates.Rates):
    """Counts what each business number sends and receives, and to whom."""

    def __init__(self) -> None:
        super().__init__()
        self._pairs: dict[tuple[str, str], Pair] = {}

    def check_number(self, number: str, rate: float, now: float) -> None:
        """Raise `GraphError` 130429 when *number* is too fast."""
        if not self.take(number, rate, now):
            raise GraphError(130429, "Cloud API message throughput has been reached.")

    def check_pair(self, number: str, user: str, now: float) -> None:
        """Raise `GraphError` 131056 when *number* is too fast for *user*."""
        if not self._pairs.setdefault((number, user), Pair()).take(now):
            raise GraphError(131056, "Too many messages to this recipient.")

    def forget(self) -> None:
        """Begin anew."""
        super().forget()
        self._pairs.clear()
