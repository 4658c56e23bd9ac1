"""Lanes: what belongs to one conversation runs in order, conversations run side by side.

Tenants take turns: each may have a bounded number of lanes under way, so that one whose plugin hangs fills
its own share and nobody else's. Memory is bounded for each of them too. What has no room, of a tenant or of
one hot conversation, leaves a gap (`gateway.pipeline.gaps`): it stays in the database, and what is newer
waits behind it there until it has been read back, in order. The others go on.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Iterable, Mapping

from gateway.observe import get_logger
from gateway.pipeline.gaps import WHOLE, Bounds, Gap, LaneKey
from gateway.pipeline.records import OpenEvent
from gateway.tasks import LASTING

log = get_logger("gateway.lanes")

Handle = Callable[[OpenEvent], Awaitable[None]]
Careful = Callable[[OpenEvent, Callable[[], bool]], Awaitable[None]]

#: After so many events a lane lets the tenant's others go first.
TURNS = 16
#: How many ids are remembered of events that have been handled: a reading that began before may still find
#: their rows.
ENDED = 8192


class Lane:
    """The events of one conversation that are in memory; the first may be running. *careful* until one of
    them has been handled, when an earlier process may have ended in it."""

    __slots__ = ("careful", "events", "key", "lost", "running", "shard", "since")

    def __init__(self, key: LaneKey, shard: int, careful: bool) -> None:
        self.key, self.shard, self.careful = key, shard, careful
        self.events: deque[OpenEvent] = deque()
        #: *lost* when its shard is another's: what still runs fails at its guard. *since* its first began.
        self.running, self.lost, self.since = False, False, 0.0


class Share:
    """What a tenant has in memory: events, lanes that run, lanes that wait for their turn."""

    __slots__ = ("held", "running", "waiting")

    def __init__(self) -> None:
        self.held = self.running = 0
        self.waiting: deque[Lane] = deque()


class Lanes:
    """Runs *handle* for each event of the shards that are open, one at a time per lane, at most *per_tenant*
    lanes at once."""

    def __init__(self, handle: Handle, *, per_tenant: int = 64, bounds: Bounds | None = None) -> None:
        self.handle = handle
        #: Runs what an earlier process may have ended in, unless its lane is lost before its turn comes.
        self.careful: Careful = lambda event, lost: handle(event)
        #: Called when a gap may be read on.
        self.read: Callable[[LaneKey], None] = lambda key: None
        self._per_tenant, self._bounds = per_tenant, bounds or Bounds()
        self._lanes: dict[LaneKey, Lane] = {}
        self._shares: dict[str, Share] = {}
        self._tasks: dict[asyncio.Task[None], Lane] = {}
        #: The open shards, each with the id below which its events are careful.
        self._open: dict[int, str] = {}
        #: Shards that are being taken over, with the tenants whose events came meanwhile.
        self._early: dict[int, set[str]] = {}
        self._ended: dict[str, None] = {}
        self.known: set[str] = set()
        self.gaps: dict[LaneKey, Gap] = {}
        self.held = False

    def __len__(self) -> int:
        """How many events wait in memory, and one more for each gap."""
        return len(self.known) + len(self.gaps)

    @property
    def shards(self) -> frozenset[int]:
        """The shards whose events are taken."""
        return frozenset(self._open)

    # Which shards are open.

    def expect(self, shards: Iterable[int]) -> None:
        """These shards are being taken over: what is offered of them meanwhile is read afterwards."""
        self._early.update({shard: set() for shard in shards if shard not in self._open})

    def open(self, shards: Mapping[int, str], tenants: Iterable[str]) -> None:
        """Take the events of *shards* from now on. *tenants* have older ones in the database, which come
        first; those with ids below the one beside the shard may have ended an earlier process."""
        behind = set(tenants)
        for shard, careful in shards.items():
            behind |= self._early.pop(shard, set())
            self._open[shard] = careful
        for tenant in sorted(behind):
            self.gaps[tenant, WHOLE] = Gap()
            self.read((tenant, WHOLE))

    def drop(self, shards: Iterable[int]) -> list[asyncio.Task[None]]:
        """Forget what waits of *shards*; what still runs of them."""
        gone = set(shards)
        for shard in gone:
            self._open.pop(shard, None)
            self._early.pop(shard, None)
        self._ended.clear()  # somebody else's turn of an event may not have been its last
        for key in [key for key, gap in self.gaps.items() if gap.shard in gone]:
            del self.gaps[key]
        for lane in [lane for lane in self._lanes.values() if lane.shard in gone]:
            self._lose(lane)
        return [task for task, lane in self._tasks.items() if lane.lost and lane.shard in gone]

    def lasting(self) -> frozenset[int]:
        """The shards of lanes whose turn has taken longer than a second."""
        since = asyncio.get_running_loop().time() - LASTING
        return frozenset(lane.shard for lane in self._tasks.values() if lane.running and lane.since < since)

    async def shut(self, shards: Iterable[int], seconds: float) -> None:
        """Begin nothing new of *shards*, and give what runs *seconds* to end."""
        await _end(self.drop(shards), seconds)

    # What comes in.

    def offer(self, event: OpenEvent) -> bool:
        """Queue a new *event* that is durable; False when it is not for us, or is read in its turn."""
        if event.shard not in self._open:
            if event.shard in self._early:
                self._early[event.shard].add(event.tenant)
            return False
        if self.has(event):
            return False
        for key in ((event.tenant, WHOLE), event.lane):
            if (gap := self.gaps.get(key)) is not None:
                gap.miss(event.id)
                return False
        if self._space(event.tenant) <= 0:
            self._miss((event.tenant, WHOLE), event)
        elif self.space(event.lane) <= 0:
            self._miss(event.lane, event)
        else:
            self._add(event)
            return True
        return False

    def take(self, event: OpenEvent, reading: LaneKey) -> bool:
        """Queue *event*, which was read back to close the gap *reading*; False when that has to wait here."""
        if self.has(event) or event.shard not in self._open:
            return True
        gap = self.gaps.get(event.lane)
        if gap is not None and reading != event.lane:
            gap.miss(event.id)
        elif self._space(event.tenant) <= 0:
            return False
        elif self.space(event.lane) > 0:
            self._add(event)
        elif reading == event.lane:
            return False
        else:
            self._miss(event.lane, event)
        return True

    def space(self, key: LaneKey) -> int:
        """How many more events of a tenant or a conversation memory has room for."""
        tenant, conversation = key
        space = self._space(tenant)
        lane = self._lanes.get(key) if conversation else None
        return min(space, self._bounds.lane - len(lane.events)) if lane is not None else space

    def may_read(self, key: LaneKey) -> bool:
        """Whether there is room enough that reading on is worth it."""
        bound = self._bounds.lane if key[1] else self._limit()
        return self.space(key) * 2 >= min(bound, self._limit())

    def has(self, event: OpenEvent) -> bool:
        """Whether *event* is in memory, or has just been handled."""
        return event.id in self.known or event.id in self._ended

    def _limit(self) -> int:
        return self._bounds.tenant if len(self.known) < self._bounds.total else self._bounds.floor

    def _space(self, tenant: str) -> int:
        share = self._shares.get(tenant)
        return self._limit() - (share.held if share is not None else 0)

    def _miss(self, key: LaneKey, event: OpenEvent) -> None:
        """*event* stays in the database, and so does what comes behind it."""
        self.gaps[key] = Gap(event.id[:-1], event.shard if key[1] else -1)

    def _add(self, event: OpenEvent) -> None:
        self.known.add(event.id)
        share = self._shares.setdefault(event.tenant, Share())
        share.held += 1
        lane = self._lanes.get(event.lane)
        if lane is None:
            careful = event.id < self._open[event.shard]
            lane = self._lanes[event.lane] = Lane(event.lane, event.shard, careful)
            share.waiting.append(lane)
        lane.events.append(event)
        self._pump(event.tenant)

    # What runs.

    def release(self) -> None:
        """Start what was held back."""
        self.held = False
        for tenant in list(self._shares):
            self._pump(tenant)

    async def drain(self, seconds: float) -> None:
        """Start nothing new, and give what runs *seconds* to end."""
        self.held = True
        await _end(self._tasks, seconds)

    def _pump(self, tenant: str) -> None:
        share = self._shares[tenant]
        while share.waiting and not self.held and share.running < self._per_tenant:
            lane = share.waiting.popleft()
            share.running += 1
            lane.running = True
            task = asyncio.get_running_loop().create_task(self._run(lane, share))
            self._tasks[task] = lane
            task.add_done_callback(lambda done: self._tasks.pop(done, None))
        if not (share.held or share.running):
            self._shares.pop(tenant, None)

    async def _run(self, lane: Lane, share: Share) -> None:
        turns = 0
        try:
            while lane.events and not self.held and not (turns >= TURNS and share.waiting):
                turns += 1
                await self._one(lane, lane.events[0])
        finally:
            share.running -= 1
            lane.running = False
            if lane.events:
                share.waiting.append(lane)
            elif not lane.lost:
                del self._lanes[lane.key]
            self._shares.setdefault(lane.key[0], share)
            self._pump(lane.key[0])

    async def _one(self, lane: Lane, event: OpenEvent) -> None:
        well, lane.since = False, asyncio.get_running_loop().time()
        try:
            await (self.careful(event, lambda: lane.lost) if lane.careful else self.handle(event))
            well, lane.careful = True, False
        except Exception:
            # The event stays open in the database; it is read again, and counted, later.
            log.exception("dispatch.failed", event_id=event.id, tenant=event.tenant)
        finally:
            if not lane.lost:
                lane.events.popleft()
                self._forget(event, well)

    def _forget(self, event: OpenEvent, well: bool) -> None:
        """*event* has been handled, *well* or badly."""
        self.known.discard(event.id)
        self._shares[event.tenant].held -= 1
        if well:
            self._ended[event.id] = None
            if len(self._ended) > ENDED:
                del self._ended[next(iter(self._ended))]
        if self.gaps:
            self._read_on(event)

    def _read_on(self, event: OpenEvent) -> None:
        """There is room again behind *event*."""
        keys: list[LaneKey] = [event.lane, (event.tenant, WHOLE)]
        if self._space(event.tenant) * 2 == self._limit():  # all of the tenant's may go on
            keys = [key for key in self.gaps if key[0] == event.tenant]
        for key in keys:
            gap = self.gaps.get(key)
            if gap is not None and not gap.reading and self.may_read(key):
                self.read(key)

    def _lose(self, lane: Lane) -> None:
        share = self._shares[lane.key[0]]
        share.held -= len(lane.events)
        self.known.difference_update(event.id for event in lane.events)
        lane.events.clear()
        lane.lost = True
        del self._lanes[lane.key]
        if not lane.running:
            share.waiting.remove(lane)
            self._pump(lane.key[0])


async def _end(tasks: Iterable[asyncio.Task[None]], seconds: float) -> None:
    """Give *tasks* their time; then they are cut off."""
    left = set(tasks)
    if left:
        _, left = await asyncio.wait(left, timeout=seconds)
    for task in left:
        task.cancel()
    if left:
        await asyncio.wait(left, timeout=1)
