"""Contacts that write numbered texts; every webhook is delivered three times, in order per contact."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable, Sequence

from tests.faults.delivery import Carrier
from tests.faults.keys import Key
from tests.faults.numbers import ONE, Number
from tests.faults.webhooks import inbound

#: Contacts that one writer speaks for; its webhooks follow one another, so their order is known.
GROUP = 4


class Load:
    """Writers for *contacts* contacts, together about *rate* webhooks a second.

    Each webhook goes out twice at the same instant and once later, half of the time after the next
    restart (*lives* counts the starts). `acked` lists messages in the order of their first 200.
    """

    def __init__(
        self, carrier: Carrier, rng: random.Random, *, contacts: int, rate: float, lives: Callable[[], int],
        numbers: Sequence[Number] = ONE,
    ) -> None:  # fmt: skip
        self._carrier, self._rng, self._lives, self._numbers = carrier, rng, lives, numbers
        self._groups = [range(start, min(start + GROUP, contacts)) for start in range(0, contacts, GROUP)]
        self._pause = len(self._groups) / rate
        self._counters: Counter[int] = Counter()
        self._copies: set[asyncio.Task[None]] = set()
        self._ending = asyncio.Event()
        self.acked: list[Key] = []
        #: When each of them was (`time.time`).
        self.acked_at: dict[Key, float] = {}
        self.webhooks = 0
        self.delivered = 0

    async def run(self) -> None:
        """Write until `end`; return when every webhook and every copy of it was acknowledged."""
        try:
            async with asyncio.TaskGroup() as writers:
                for group in self._groups:
                    writers.create_task(self._write(group))
            while self._copies:
                await asyncio.gather(*self._copies)
        finally:
            for copy in self._copies:
                copy.cancel()

    def end(self) -> None:
        """Compose no further webhook; late copies go out now."""
        self._ending.set()

    async def _write(self, group: range) -> None:
        await self._nap(self._rng.uniform(0, self._pause))
        while not self._ending.is_set():
            await self._one_webhook(group)
            await self._nap(self._rng.uniform(0.5, 1.5) * self._pause)

    async def _one_webhook(self, group: range) -> None:
        keys = self._compose(group)
        body = inbound(keys, self._numbers)
        self.webhooks += 1
        twins = [asyncio.create_task(self._copy(body)) for _ in range(2)]
        late = asyncio.create_task(self._late(body))
        for task in (*twins, late):
            self._copies.add(task)
            task.add_done_callback(self._copies.discard)
        await asyncio.wait(twins, return_when=asyncio.FIRST_COMPLETED)
        self.acked.extend(keys)
        self.acked_at.update(dict.fromkeys(keys, time.time()))

    def _compose(self, group: range) -> list[Key]:
        keys = []
        for contact in self._rng.choices(group, k=self._rng.choice((1, 1, 2, 4))):
            self._counters[contact] += 1
            keys.append(Key(contact, self._counters[contact]))
        return keys

    async def _copy(self, body: bytes) -> None:
        await self._carrier.deliver(body)
        self.delivered += 1

    async def _late(self, body: bytes) -> None:
        """The third copy: after the next restart, or after a few seconds."""
        life = self._lives()
        if self._rng.random() < 0.5:
            while self._lives() == life and not self._ending.is_set():
                await self._nap(0.2)
        else:
            await self._nap(self._rng.uniform(0.5, 5))
        await self._copy(body)

    async def _nap(self, seconds: float) -> None:
        """Sleep, or wake at once when the run ends."""
        try:
            async with asyncio.timeout(seconds):
                await self._ending.wait()
        except TimeoutError:
            pass
