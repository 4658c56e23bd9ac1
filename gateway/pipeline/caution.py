"""After an unclean end: what an earlier process may have died of is counted before it runs, and runs alone.

Alone means: the next begins when it has ended, or has run for a moment, for what ends a process does so at
once. A tenant has one of them under way, so that one whose plugin hangs does not make the others wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from weakref import WeakValueDictionary

from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.pipeline.lanes import Handle
from gateway.pipeline.queries import TURN
from gateway.pipeline.records import OpenEvent
from gateway.store.port import Store, Tx

#: Seconds for which one of them is alone.
ALONE = 0.1
AGAIN = 0.1  # seconds until the database is asked again


class Caution:
    """Runs *handle* for one event after another."""

    def __init__(self, store: Store, handle: Handle) -> None:
        self._store, self._handle = store, handle
        self._tenants: WeakValueDictionary[str, asyncio.Lock] = WeakValueDictionary()
        self._alone = asyncio.Lock()

    async def run(self, opened: OpenEvent, lost: Callable[[], bool] = lambda: False) -> None:
        """Count a start of *opened*, and run it, unless somebody has done it meanwhile. What was *lost*
        before its turn came is another's: its starts are too, and it keeps nobody waiting."""
        lock = self._tenants.setdefault(opened.tenant, asyncio.Lock())
        async with lock:
            if lost():  # before others who wait for their turn
                return
            await self._alone.acquire()
            go_on = _Once(self._alone)
            timer = asyncio.get_running_loop().call_later(ALONE, go_on)
            try:
                if await self._count(opened, lost):
                    await self._handle(opened.started())
            finally:
                timer.cancel()
                go_on()

    async def _count(self, opened: OpenEvent, lost: Callable[[], bool]) -> bool:
        """However long the database is away: what is behind it in its lane must not go first."""

        async def count(tx: Tx) -> bool:
            row = {"tenant": opened.tenant, "event": opened.id}
            return bool(await tx.each(TURN["start_event"], [row]))

        while not lost():
            try:
                return await self._store.write(count)
            except (StoreUnavailable, SerializationFailure):
                await asyncio.sleep(AGAIN)
        return False


class _Once:
    """Lets go of a lock once."""

    def __init__(self, lock: asyncio.Lock) -> None:
        self._lock: asyncio.Lock | None = lock

    def __call__(self) -> None:
        lock, self._lock = self._lock, None
        if lock is not None:
            lock.release()
