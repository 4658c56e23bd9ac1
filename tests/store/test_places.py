"""Who waits for a connection or the writer is not to blame, and whoever measures it is told."""

from __future__ import annotations

import asyncio
import time

from gateway.store import Store
from gateway.store.places import WATCH

ADD = "insert into seen (tenant, key, at) values (:tenant, :key, 1)"
#: More units than the pool of turns has connections.
UNITS = 9


class Stopwatch:
    """How long a task has waited for places, seconds."""

    def __init__(self) -> None:
        self.waited, self._since, self._deep = 0.0, 0.0, 0

    def pause(self) -> None:
        self._since = self._since if self._deep else time.monotonic()
        self._deep += 1

    def resume(self) -> None:
        self._deep -= 1
        if not self._deep:
            self.waited += time.monotonic() - self._since


async def test_what_a_unit_waits_for_its_place_is_told(store: Store) -> None:
    """Each holds its place for a while; the last one's time is the others', not its own."""

    async def turn(number: int) -> tuple[float, float]:
        watch = Stopwatch()
        WATCH.set(watch)
        begun, unit = time.monotonic(), store.unit("a", hold=1.0)
        await unit.db.run(ADD, key=b"%d" % number)
        await asyncio.sleep(0.1)
        await unit.rollback()
        return time.monotonic() - begun, watch.waited

    turns = await asyncio.gather(*(asyncio.create_task(turn(number)) for number in range(UNITS)))

    longest, waited = max(turns)
    assert longest > 0.18, "nobody waited"
    assert waited > longest / 3
    assert all(spent - waited < longest for spent, waited in turns)
