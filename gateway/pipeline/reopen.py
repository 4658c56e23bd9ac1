"""Events that are open in the database and not in memory: read back when shards become ours, and again every
few seconds.

Old comes before new: until all that is open has been read back, in order, new events wait in the database.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from gateway.clock import SECOND, Clock
from gateway.cluster.port import Ownership
from gateway.observe import get_logger
from gateway.pipeline.lanes import Lanes
from gateway.pipeline.queries import TURN
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.reread import Reader
from gateway.store.port import Store, Tx

log = get_logger("gateway.reopen")

PAGE = 500
EVERY = 2.0
ROOM = 0.01  # seconds between two looks for room


class Reopen:
    """Reads open events into the lanes."""

    def __init__(
        self, store: Store, reader: Reader, lanes: Lanes, ownership: Ownership, clock: Clock
    ) -> None:
        self._store, self._reader, self._lanes = store, reader, lanes
        self._ownership, self._clock = ownership, clock
        #: After an unclean end: what an earlier process had begun runs one by one.
        self.cautious = False

    async def gain(self, shards: frozenset[int]) -> None:
        """All that is open is read by `run`."""
        self.cautious = any(self._ownership.unclean(shard) for shard in shards)
        if self.cautious:
            log.info(
                "recover.unclean", hint="the last process did not end by itself; open events run one by one"
            )

    async def release(self, shards: frozenset[int], seconds: float) -> None:
        """Nothing yet."""

    def drop(self, shards: frozenset[int]) -> None:
        """Nothing yet."""

    async def sweep(self) -> None:
        """One reading of the events that are open. Their ids grow in the order in which they are stored, so
        one pass from old to new is enough, however many come meanwhile."""
        after = ""
        while True:
            self._lanes.skipped = False
            while page := await self._reader.events(after, PAGE):
                for identifier, opened in page:
                    if opened is not None:
                        await self._event(identifier, opened)
                after = page[-1][0]
                if not self._lanes.behind:
                    return
                await room(self._lanes)
            if not self._lanes.skipped:
                self._lanes.behind = self.cautious = False
                return

    async def _event(self, identifier: str, opened: OpenEvent) -> None:
        """Take one open event. What an earlier process had begun is counted, and run alone after an
        unclean end; so is what stayed behind in the middle of running."""
        if identifier in self._lanes.known:
            return
        if not self._lanes.behind and identifier >= young(self._clock):
            return
        begun = identifier < self._ownership.process
        if self._lanes.behind and not (self.cautious and begun):
            self._lanes.take(opened)
            return

        async def count(tx: Tx) -> None:
            await tx.run(TURN["start_event"], tenant=opened.tenant, event=opened.id)

        await self._store.write(count)
        self._lanes.take(opened.started())
        if self.cautious and begun:
            await self._lanes.wait_for(opened.id)


def young(clock: Clock) -> str:
    """The smallest id of two seconds ago: younger rows are on their way through memory."""
    millis = (clock.now() - int(EVERY * SECOND)) // 1000
    text = f"{millis:012x}"
    return f"{text[:8]}-{text[8:12]}-7000-8000-000000000000"


class _Bounded(Protocol):
    @property
    def full(self) -> bool: ...


async def room(stage: _Bounded) -> None:
    """Wait until *stage* can take more."""
    while stage.full:  # noqa: ASYNC110 - room comes in small steps, from many places
        await asyncio.sleep(ROOM)
