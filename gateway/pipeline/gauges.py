"""What the process shows of itself while it runs: queues, their age, and how late the loop comes round."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from gateway.clock import SECOND, Clock
from gateway.observe import Metrics
from gateway.pipeline.doubt import Doubts
from gateway.pipeline.send import Sender

LAG_EVERY = 0.25


class Lag:
    """How late the loop comes round."""

    def __init__(self, metrics: Metrics, clock: Clock) -> None:
        self._metrics, self._clock = metrics, clock

    async def run(self) -> None:
        """Measure for ever."""
        while True:
            before = self._clock.monotonic()
            await asyncio.sleep(LAG_EVERY)
            self._metrics.loop_lag_seconds.observe(max(0.0, self._clock.monotonic() - before - LAG_EVERY))


class Gauges:
    """Queue depths and ages, from memory; *sizes* by the queue's name."""

    def __init__(
        self, metrics: Metrics, clock: Clock, sender: Sender, doubts: Doubts,
        sizes: Mapping[str, Callable[[], int]],
    ) -> None:  # fmt: skip
        self._metrics, self._clock = metrics, clock
        self._sender, self._doubts, self._sizes = sender, doubts, sizes

    async def run(self) -> None:
        """Set them every two seconds."""
        while True:
            for name, size in self._sizes.items():
                self._metrics.queue.labels(name).set(size())
            now = self._clock.now()
            oldest = min((part.created_at for part in self._sender.known.values()), default=now)
            self._metrics.oldest_seconds.labels("outbox").set((now - oldest) / SECOND)
            doubt = min((part.doubt_since for _, _, part in self._doubts.open()), default=now)
            self._metrics.oldest_seconds.labels("in_doubt").set((now - doubt) / SECOND)
            await asyncio.sleep(2.0)
