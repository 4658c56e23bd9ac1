"""After an unclean end: what an earlier process may have died of is counted before it runs.

What was never restarted is hardly it: a group runs side by side, counted in one write. What was restarted
before, as all of a group are in which a process ended, runs alone. So what ends processes costs those beside
it one start, and is then found by itself.

A place in the group, or to be alone, is for a moment only, for what ends a process does so at once. A tenant
has few of them under way until they end, so that one whose plugin hangs does not make the others wait.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any
from weakref import WeakValueDictionary

from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.pipeline.batch import Batcher
from gateway.pipeline.lanes import Handle
from gateway.pipeline.queries import TURN
from gateway.pipeline.records import GROUP, OpenEvent
from gateway.pipeline.room import Place, Room
from gateway.store.port import Store, Tx

#: The starts of what runs for the first time; a replay's are fewer.
FIRST = 1
#: So many of a tenant's may be under way in a group.
SHARE = 4
#: Seconds for which one of them has its place.
ALONE = 0.1
AGAIN = 0.1  # seconds until the database is asked again

Lost = Callable[[], bool]


class Tenant:
    """How many of one tenant's may be under way."""

    def __init__(self) -> None:
        self.group, self.alone = asyncio.Semaphore(SHARE), asyncio.Semaphore(1)


class Caution:
    """Runs *handle* for one event after another, or for a group of them."""

    def __init__(self, store: Store, handle: Handle) -> None:
        self._store, self._handle = store, handle
        self._tenants: WeakValueDictionary[str, Tenant] = WeakValueDictionary()
        self._room = Room(GROUP)
        self._waiting: dict[asyncio.Task[Any] | None, Lost] = {}
        self._starts: Batcher[tuple[OpenEvent, Lost], bool] = Batcher(self._count, limit=GROUP)

    async def run(self, opened: OpenEvent, lost: Lost = lambda: False) -> None:
        """Count a start of *opened*, and run it, unless somebody has done it meanwhile. What was *lost*
        before its turn came is another's: its starts are too, and it keeps nobody waiting."""
        alone, task = opened.starts > FIRST, asyncio.current_task()
        tenant = self._tenants.setdefault(opened.tenant, Tenant())
        self._waiting[task] = lost
        try:
            async with tenant.alone if alone else tenant.group:
                if lost():  # before others who wait for their turn
                    return
                place = await self._room.enter(alone=alone)
                del self._waiting[task]
                await self._in_place(opened, lost, place)
        finally:
            self._waiting.pop(task, None)

    def forget(self) -> None:
        """What is lost and has no place yet ends now: who hands its shard over waits for what runs only."""
        for task, lost in list(self._waiting.items()):
            if task is not None and lost():
                task.cancel()

    async def _in_place(self, opened: OpenEvent, lost: Lost, place: Place) -> None:
        try:
            if await self._counted(opened, lost):
                # From here on, not from before: who waited long for the database was not alone yet.
                asyncio.get_running_loop().call_later(ALONE, place.leave)
                await self._handle(opened.started())
        finally:
            place.leave()

    async def _counted(self, opened: OpenEvent, lost: Lost) -> bool:
        """However long the database is away: what is behind it in its lane must not go first."""
        while not lost():
            try:
                return await self._starts.put((opened, lost))
            except (StoreUnavailable, SerializationFailure):
                await asyncio.sleep(AGAIN)
        return False

    async def _count(self, waiting: list[tuple[OpenEvent, Lost]]) -> list[bool]:
        """One write for those that have a place; whether each is still to be done."""
        ours = [opened.start for opened, lost in sorted(waiting, key=lambda each: each[0].id) if not lost()]

        async def count(tx: Tx) -> set[str]:
            return {row["id"] for row in await tx.each(TURN["start_event"], ours)}

        counted = await self._store.write(count) if ours else set[str]()
        return [opened.id in counted for opened, _ in waiting]
