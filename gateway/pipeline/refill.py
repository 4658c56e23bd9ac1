"""Open parts of our numbers that are in the database and not in memory: each number's queues are read in the
order of their ids, a page at a time, as far as there is room; what others have stored for us is looked for.

What this promises is that every open part is read in the end. That a conversation's parts go in order is
promised by the claim: where memory may not know of all older parts, the database looks.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Iterable
from functools import partial
from typing import TypeVar

from gateway.clock import Clock
from gateway.cluster.port import Ownership
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.observe import get_logger
from gateway.outage import Outage
from gateway.pipeline.attempt import SOON
from gateway.pipeline.follow import unload
from gateway.pipeline.front import Front
from gateway.pipeline.number import LaneKey, Number, SendLane
from gateway.pipeline.numbers import LANE
from gateway.pipeline.queries import QUEUE
from gateway.pipeline.records import Part
from gateway.pipeline.reread import Reader
from gateway.pipeline.send import Sender
from gateway.store.port import Row, Store

log = get_logger("gateway.refill")

T = TypeVar("T")
_QueueKey = tuple[str, str, str]
#: Rows of a page; seconds between two sweeps.
PAGE, EVERY = 500, 2.0
#: Looks for what others have stored come no closer together.
DEBOUNCE = 0.01


class Refill:
    """Reads open parts into the sender: a `Keeper` of the cluster."""

    def __init__(
        self, store: Store, reader: Reader, sender: Sender, ownership: Ownership, clock: Clock
    ) -> None:
        self._reader, self._sender, self._ownership, self._clock = reader, sender, ownership, clock
        self._front = Front(store, reader, sender, ownership, clock)
        self._wanted: dict[_QueueKey, None] = {}
        self._short: dict[tuple[str, str, LaneKey], None] = {}
        self._heard: set[int] = set()
        self._stirred = asyncio.Event()
        self._outage = Outage(log, "refill.store_away", "refill.store_back")
        sender.reading = self

    # -- the cluster's keeper

    async def gain(self, shards: frozenset[int]) -> None:
        """What an earlier owner was sending is in doubt; every queue of *shards* is to be read."""
        self._sender.gain(shards)
        await self._front.orphans(shards, twice=True)
        for tenant, channel, cls in await self._front.queues(shards):
            number = self._sender.number(tenant, channel)
            if number is not None:
                self._sender.fall_behind(number, cls)
        self._sender.listed |= shards & self._sender.held

    async def release(self, shards: frozenset[int], seconds: float) -> None:
        """Begin no send of *shards*, wait for those that are under way, and forget the rest."""
        await self._sender.release(shards, seconds)
        self._front.forget(shards)

    def drop(self, shards: frozenset[int]) -> None:
        """Another process has *shards*."""
        self._sender.drop(shards)
        self._front.forget(shards)

    def lasting(self) -> frozenset[int]:
        """Where a provider does not answer."""
        return self._sender.lasting()

    def heard(self, shards: Iterable[int]) -> None:
        """Others have put something into the database for *shards*."""
        self._heard |= self._sender.held.intersection(shards)
        if self._heard:
            self._stirred.set()

    # -- what the sender says

    def wanted(self, number: Number, cls: str) -> None:
        """There is room for more of this queue."""
        self._wanted[number.channel.tenant, number.channel.id, cls] = None
        self._stirred.set()

    def short(self, number: Number, lane: SendLane) -> None:
        """There is room for more of this conversation."""
        self._short[number.channel.tenant, number.channel.id, lane.key] = None
        self._stirred.set()

    # -- reading

    async def run(self) -> None:
        """Read what there is room for, for ever; look every two seconds what was left behind."""
        now = asyncio.get_running_loop().time
        due = now()
        while True:
            try:
                async with asyncio.timeout(max(0.0, due - now())):
                    await self._stirred.wait()
            except TimeoutError:
                pass
            self._stirred.clear()
            with self._outage:
                await self.fill()
                if now() >= due:
                    due = now() + EVERY
                    await self.sweep()
            if self._outage.lasts:
                due = now()  # so that the next round asks the database, whatever is wanted
                await asyncio.sleep(0.2)
                self._stirred.set()
            await asyncio.sleep(DEBOUNCE)

    async def sweep(self) -> None:
        """Look for what was put in from outside, or was left behind."""
        if len(self._sender.known) > self._sender.bound // 2:
            unload(self._sender)
        for key, number in list(self._sender.numbers.items()):
            for cls, queue in number.queues.items():
                if queue.behind and queue.size * 2 <= self._sender.rooms.of(key[0]):
                    self._wanted[(*key, cls)] = None
        await self._front.sweep()
        await self.fill()

    async def fill(self) -> None:
        """Read until all that has room is full: a page for each in turn."""
        while self._heard or self._short or self._wanted:
            if self._heard:
                heard, self._heard = self._heard, set()
                await _or_again(self._front.look(heard), partial(self._heard.update, heard))
            for short in list(self._short):
                del self._short[short]
                await _or_again(self._lane(*short), partial(self._short.setdefault, short))
            for key in list(self._wanted):
                del self._wanted[key]
                if await _or_again(self._page(*key), partial(self._wanted.setdefault, key)):
                    self._wanted[key] = None

    async def _page(self, tenant: str, channel: str, cls: str) -> bool:
        """Read one page of a queue; whether there is more of it, and room."""
        number = self._sender.numbers.get((tenant, channel))
        if number is None or number.gone or number.unloaded:
            return False
        queue, room = number.queue(cls), self._sender.rooms.of(tenant)
        if not queue.behind:
            return False
        if queue.size >= room:
            queue.whole = False
            return False
        queue.whole = queue.whole or not queue.cursor
        limit, turn = min(PAGE, max(50, room - queue.size)), queue.round
        rows = await self._reader.all(
            QUEUE["page"], shard=number.channel.shard, tenant=tenant, channel=channel, **{"class": cls},
            after=queue.cursor, limit=limit,
        )  # fmt: skip
        if queue.round != turn:
            return True
        await self._front.take(rows)
        if len(rows) == limit:
            queue.cursor = rows[-1]["id"]
        elif queue.whole:
            queue.behind = queue.whole = False
            self._sender.rooms.note(tenant, channel, cls, False)
        else:
            queue.cursor = ""  # once more from the beginning: it is short now, and then memory has all of it
        return queue.behind

    async def _lane(self, tenant: str, channel: str, key: LaneKey) -> None:
        """Read a conversation's oldest parts."""
        number = self._sender.numbers.get((tenant, channel))
        lane = number.lanes.get(key) if number is not None else None
        if number is None or lane is None:
            return
        rows = await self._oldest(lane)
        if number.gone:
            return
        for row in rows:
            if row["state"] != "sending":
                self._sender.put(number, self._reader.part(row))
        if not lane.busy:
            number.free(lane)

    async def _oldest(self, lane: SendLane) -> list[Row]:
        tenant, conversation = lane.key
        lane.more, lane.shut = True, False  # what comes while we read is behind what we read
        rows = await self._reader.all(QUEUE["lane"], tenant=tenant, conversation=conversation, limit=LANE)
        lane.more = lane.shut = len(rows) == LANE
        return rows

    async def refused(self, number: Number, lane: SendLane, part: Part) -> None:
        """*part*, the busy head of *lane*, could not be claimed: an older one is first, or it is not open."""
        rows = await self._oldest(lane)
        if number.gone:
            return
        parts = [self._reader.part(row) for row in rows if row["state"] != "sending"]
        own = next((row for row in rows if row["id"] == part.id), None)
        beyond = own is None and len(rows) == LANE and rows[-1]["id"] < part.id
        same = own is not None and (own["state"], own["attempt"]) == (part.state, part.attempt)
        if not (same or beyond):
            self._sender.forget(part, lane)
        elif own is rows[0] or (own is not None and rows[0]["state"] == "sending"):
            part.not_before = self._clock.now() + SOON  # who has the older one, or the shard, is told soon
        self._sender.merge(number, lane, parts)
        if any(row["state"] == "sending" and row["epoch"] < self._sender.epoch(part) for row in rows):
            await self._front.orphans({part.shard})


async def _or_again(work: Awaitable[T], again: Callable[[], object]) -> T:
    """Do *work*; what the store does not let us do now is to be done *again* later."""
    try:
        return await work
    except (StoreUnavailable, SerializationFailure):
        again()
        raise
