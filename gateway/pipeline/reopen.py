"""Open events that are in the database and not in memory: read back when shards become ours, when there is
room again, when another process says that it has stored some, and in any case every two seconds.

Old comes before new: as long as a tenant, or one conversation, has events that have not been read back, what
is new of it waits in the database too (`gateway.pipeline.lanes`). The others are not concerned.
"""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine, Iterable
from typing import Protocol

from gateway.clock import SECOND, Clock
from gateway.cluster.port import Ownership
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.model.ids import id_before, new_id, smallest_id
from gateway.observe import get_logger
from gateway.pipeline.caution import Caution
from gateway.pipeline.gaps import WHOLE, Gap, LaneKey
from gateway.pipeline.lanes import Lanes
from gateway.pipeline.queries import TURN
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.reread import Reader
from gateway.pipeline.unread import Unread
from gateway.store.port import Row, Store, Tx

log = get_logger("gateway.reopen")

PAGE = 200
EVERY = 2.0
AGAIN = 0.2  # seconds until the database is asked again
#: How far behind the newest id that was seen a look at what is new begins: processes' clocks differ, and
#: not everything is durable in the order of its id.
OVERLAP = 5 * SECOND
#: The most pages of a shard that one look at what is new reads; the rest is found by the next ones.
PAGES = 5
#: As many gaps are read back at a time: the others who read wait behind these.
AT_ONCE = 3


class Flows(Protocol):
    """Which conversations have a flow, kept for the shards that are ours."""

    async def gain(self, shards: frozenset[int]) -> None: ...

    async def look(self, shards: frozenset[int]) -> None: ...

    def forget(self, shards: Iterable[int]) -> None: ...


class Reopen:
    """The keeper of open events."""

    def __init__(
        self, store: Store, reader: Reader, lanes: Lanes, ownership: Ownership, clock: Clock,
        flows: Flows | None = None,
    ) -> None:  # fmt: skip
        """*flows* are known before any event of their shard is run."""
        self._store, self._lanes, self._ownership, self._clock = store, lanes, ownership, clock
        self._unread, self._flows = Unread(store, reader), flows
        self._tasks: set[asyncio.Task[None]] = set()
        self._reads = asyncio.Semaphore(AT_ONCE)
        #: Behind which id each shard is looked at for what is new, and each tenant for what was left.
        self._marks: dict[int, str] = {}
        self._places: dict[str, str] = {}
        self._poked: set[int] = set()
        self._looking = False
        self._caution = Caution(store, lanes.handle)
        lanes.careful, lanes.read = self._caution.run, self._read_on

    # Shards that come and go.

    async def gain(self, shards: frozenset[int]) -> None:
        """Know the flows of *shards* and who has open events there, and take events. Those are read back
        beside whatever else goes on."""
        self._lanes.expect(shards)
        if self._flows is not None:
            await self._flows.gain(shards)
        tenants = await self._unread.tenants(shards)
        if newest := await self._unread.newest(shards):  # by the clock of the owner before us
            new_id.after(newest)
        now, unclean = new_id(), [shard for shard in shards if self._ownership.unclean(shard)]
        if unclean and tenants:
            log.info(
                "recover.unclean", shards=len(unclean),
                hint="the last owner did not end by itself; what it may have begun runs in groups, or alone",
            )  # fmt: skip
        ours = {shard: now if shard in unclean else "" for shard in shards if self._ownership.epoch(shard)}
        self._marks.update(dict.fromkeys(ours, id_before(now, OVERLAP)))
        self._lanes.open(ours, tenants)

    async def release(self, shards: frozenset[int], seconds: float) -> None:
        """Begin nothing new, wait for what runs, forget the rest."""
        self._lanes.drop(shards)
        self._caution.forget()
        await self._lanes.shut(shards, seconds)
        self._forget(shards)

    def drop(self, shards: frozenset[int]) -> None:
        """Forget at once. What runs fails at its guard."""
        self._lanes.drop(shards)
        self._caution.forget()
        self._forget(shards)

    def lasting(self) -> frozenset[int]:
        """Where a turn takes long."""
        return self._lanes.lasting()

    def _forget(self, shards: Iterable[int]) -> None:
        for shard in shards:
            self._marks.pop(shard, None)
        if self._flows is not None:
            self._flows.forget(shards)

    async def close(self) -> None:
        """End what reads beside."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    # What had no room.

    def _read_on(self, key: LaneKey) -> None:
        gap = self._lanes.gaps[key]
        gap.reading = True
        self._start(self._close(key, gap))

    async def _close(self, key: LaneKey, gap: Gap) -> None:
        """Read *gap* back as far as there is room. The lanes call again when there is more."""
        try:
            while self._lanes.gaps.get(key) is gap and self._lanes.may_read(key):
                try:
                    async with self._reads:
                        if await self._page(key, gap):
                            return
                except (StoreUnavailable, SerializationFailure):
                    await asyncio.sleep(AGAIN)
        finally:
            gap.reading = False

    async def _page(self, key: LaneKey, gap: Gap) -> bool:
        """Read one page; True when nothing is left, and the gap is closed."""
        lanes = self._lanes
        gap.missed, began = False, gap.after
        limit = max(1, min(PAGE, lanes.space(key)))
        found = await self._unread.page(key, gap.after, lanes.shards, limit)
        if lanes.gaps.get(key) is not gap:
            return True
        lower = gap.after if gap.after < began else ""  # an older one was left there meanwhile
        for identifier, opened in found:
            if opened is not None and not lanes.take(opened, key):
                gap.after = lower or identifier[:-1]
                return False
            gap.after = lower or identifier
        if len(found) < limit and not gap.missed:
            del lanes.gaps[key]
            return True
        return False

    # What others have stored.

    def heard(self, shards: Iterable[int]) -> None:
        """Others have stored something for these shards: look, as soon as the last look is over."""
        self._poked.update(shards)
        if not self._looking:
            self._looking = True
            self._start(self._look())

    async def _look(self) -> None:
        try:
            while shards := self._poked & self._marks.keys():
                self._poked.clear()
                try:
                    if self._flows is not None:
                        await self._flows.look(frozenset(shards))
                    await self._fresh(shards)
                except (StoreUnavailable, SerializationFailure):
                    self._poked |= shards
                    await asyncio.sleep(AGAIN)
        finally:
            self._poked.clear()
            self._looking = False

    async def _fresh(self, shards: set[int]) -> None:
        """Take what is new of *shards*."""
        places = {shard: self._marks[shard] for shard in shards if shard in self._marks}
        for _ in range(PAGES):
            rows = await self._unread.fresh(places, PAGE)
            await self._offer(rows, again=False)
            counts = dict.fromkeys(places, 0)
            for row in rows:
                counts[row["shard"]] += 1
                places[row["shard"]] = max(places[row["shard"]], row["id"])
            for shard, count in counts.items():
                if shard in self._marks:
                    self._marks[shard] = max(self._marks[shard], id_before(places[shard], OVERLAP))
                if count < PAGE:
                    del places[shard]
            if not places:
                return

    # What was forgotten.

    async def sweep(self) -> None:
        """One look at what has been open for a while and is not in memory: a replay, what failed here, what
        nobody told us of. Each is counted, for it may be what ends processes."""
        lanes = self._lanes
        for key, gap in list(lanes.gaps.items()):
            if not gap.reading and lanes.may_read(key):
                self._read_on(key)
        if not lanes.shards:
            return
        tenants = {name for name in await self._unread.tenants() if (name, WHOLE) not in lanes.gaps}
        places = {tenant: self._places.get(tenant, "") for tenant in tenants}
        rows = await self._unread.left(
            places, smallest_id(self._clock.now() - int(EVERY * SECOND)), lanes.shards, PAGE
        )
        last: dict[str, list[str]] = {tenant: [] for tenant in tenants}
        for row in rows:
            last[row["tenant"]].append(row["id"])
        # A tenant of whom there is a whole page is looked at from there on the next time.
        self._places = {tenant: ids[-1] for tenant, ids in last.items() if len(ids) >= PAGE}
        await self._offer(rows, again=True)

    async def _offer(self, rows: Iterable[Row], *, again: bool) -> None:
        """Read and offer those of *rows* that memory does not have; *again* counts a start of each."""
        gaps, known = self._lanes.gaps, self._lanes.known
        keys = [
            (row["tenant"], row["id"])
            for row in rows
            if row["id"] not in known and (row["tenant"], WHOLE) not in gaps
            and (row["tenant"], row["conversation"]) not in gaps
        ]  # fmt: skip
        if not keys:
            return
        found = [opened for _, opened in await self._unread.some(keys) if opened is not None]
        if again:
            found = await self._counted([one for one in found if not self._lanes.has(one)])
        for opened in found:
            self._lanes.offer(opened)

    async def _counted(self, found: list[OpenEvent]) -> list[OpenEvent]:
        async def count(tx: Tx) -> set[str]:
            rows = [opened.start for opened in found]
            return {row["id"] for row in await tx.each(TURN["start_event"], rows)}

        counted = await self._store.write(count) if found else set()
        return [opened.started() for opened in found if opened.id in counted]

    def _start(self, work: Coroutine[None, None, None]) -> None:
        task = asyncio.get_running_loop().create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
