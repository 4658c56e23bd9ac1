"""Sends the statuses of what was accepted: batched, sometimes twice, sometimes out of order."""

from __future__ import annotations

import asyncio
import heapq
import itertools
import random
import time

from tests.faults.delivery import Carrier
from tests.faults.provider import Acceptance
from tests.faults.webhooks import StatusNote, statuses

_BATCH = 20


class Postman:
    """Holds statuses until they are due, then delivers them until they are acknowledged.

    `acked` holds (wamid, status) of every status that was answered 200.
    """

    def __init__(
        self, carrier: Carrier, rng: random.Random, *, twice: float = 0.05, swap: float = 0.1
    ) -> None:
        self._carrier, self._rng, self._twice, self._swap = carrier, rng, twice, swap
        self._due: list[tuple[float, int, StatusNote]] = []
        self._tie = itertools.count()
        self._flying: set[asyncio.Task[None]] = set()
        self.acked: set[tuple[str, str]] = set()

    @property
    def idle(self) -> bool:
        """Whether every status was delivered."""
        return not self._due and not self._flying

    async def announce(self, acceptance: Acceptance) -> None:
        """Plan the statuses of *acceptance*; one in ten comes before the answer to the send does."""
        first = 0.0 if self._rng.random() < 0.1 else self._rng.uniform(0.05, 0.4)
        delays = [first, first + self._rng.uniform(0.02, 0.4)]
        if self._rng.random() < self._swap:
            delays.reverse()
        for status, delay in zip(("sent", "delivered"), delays, strict=True):
            self._plan(acceptance, status, delay)
            if self._rng.random() < self._twice:
                self._plan(acceptance, status, delay + self._rng.uniform(0, 2))

    def _plan(self, acceptance: Acceptance, status: str, delay: float) -> None:
        at = int(acceptance.at)
        note = StatusNote(
            acceptance.wamid, status, acceptance.to, acceptance.correlation, at, acceptance.number
        )
        heapq.heappush(self._due, (time.monotonic() + delay, next(self._tie), note))

    async def run(self) -> None:
        """Deliver what is due, for ever; cancel it to end."""
        while True:
            while batch := self._take():
                task = asyncio.create_task(self._deliver(batch))
                self._flying.add(task)
                task.add_done_callback(self._flying.discard)
            await asyncio.sleep(0.02)

    async def close(self) -> None:
        """Give up what is on its way."""
        for task in self._flying:
            task.cancel()
        await asyncio.gather(*self._flying, return_exceptions=True)

    def _take(self) -> list[StatusNote]:
        now, batch = time.monotonic(), list[StatusNote]()
        while self._due and self._due[0][0] <= now and len(batch) < _BATCH:
            batch.append(heapq.heappop(self._due)[2])
        return batch

    async def _deliver(self, batch: list[StatusNote]) -> None:
        await self._carrier.deliver(statuses(batch))
        self.acked.update((note.wamid, note.status) for note in batch)
