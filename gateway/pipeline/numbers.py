"""What the sender holds in memory: the numbers of our shards, and those parts of theirs that have room."""

from __future__ import annotations

from collections import deque
from collections.abc import Callable, Iterable
from itertools import islice
from typing import Protocol

from gateway.channels import Channels
from gateway.clock import Clock
from gateway.cluster.port import Ownership
from gateway.pipeline.number import Number, SendLane
from gateway.pipeline.queues import Rooms
from gateway.pipeline.records import Part
from gateway.settings import Sending

Key = tuple[str, str]

#: Parts of one conversation that memory holds; the database has the others.
LANE = 100
#: Seconds in which a provider counts: a new owner waits for so long before its first send.
WINDOW = 1.0


class Reading(Protocol):
    """Who reads parts from the database."""

    def wanted(self, number: Number, cls: str) -> None:
        """There is room for more of this queue."""

    def short(self, number: Number, lane: SendLane) -> None:
        """There is room for more of this conversation."""

    async def refused(self, number: Number, lane: SendLane, part: Part) -> None:
        """The database knows why *part*, the head of *lane*, may not go."""


class Numbers:
    """Keeps numbers and parts, and knows where the database has more. *launch* is called with what may go."""

    def __init__(
        self, channels: Channels, settings: Sending, clock: Clock, ownership: Ownership, bound: int,
        launch: Callable[[Number, SendLane, Part], None],
    ) -> None:  # fmt: skip
        self._channels, self._settings, self._clock = channels, settings, clock
        self.ownership, self._launch = ownership, launch
        self.bound, self.rooms = bound, Rooms(bound)
        self.numbers: dict[Key, Number] = {}
        self.known: dict[Key, Part] = {}
        #: Shards that are ours to send for; and those of them whose queues in the database are all known.
        self.held: set[int] = set()
        self.listed: set[int] = set()
        self._since: dict[int, float] = {}
        #: What a lane is kept for until it is stored.
        self._reserved: dict[Key, tuple[Number, SendLane]] = {}
        self.reading: Reading | None = None
        #: Told of parts that have come to be in doubt, and of those that were read back so.
        self.on_doubt: Callable[[Number, SendLane, Part], None] = lambda number, lane, part: None
        self.on_doubt_read: Callable[[Number, SendLane, Part], None] = lambda number, lane, part: None

    def number(self, tenant: str, channel: str) -> Number | None:
        """The number of a channel, None when the configuration no longer has it."""
        key = (tenant, channel)
        number = self.numbers.get(key)
        if number is None:
            live = self._channels.get(tenant, channel)
            if live is None:
                return None
            number = self.numbers[key] = Number(live, self._settings, self._clock, self._launch)
            wait = self._since.get(live.shard, 0.0) + WINDOW - self._clock.monotonic()
            if live.shard in self._since and wait > 0:
                number.pace.wait_first(wait)
        return number

    @property
    def behind(self) -> bool:
        """Whether the database has parts for us that memory does not know."""
        unread = self.listed != self.ownership.mine
        return unread or any(number.behind for number in self.numbers.values())

    def knows_all(self, part: Part) -> bool:
        """Whether memory has every older part of the conversation, and *part* goes before none of them: the
        database need not look then."""
        if self.ownership.shared or part.shard not in self.listed:
            return False
        number = self.numbers.get((part.tenant, part.channel))
        if number is None or number.behind:
            return False
        lane = number.lanes.get(part.lane)
        if lane is None:
            return True
        # An older one may have been read back since *part* was begun with: it stands behind the busy head.
        return not lane.more and all(each.id >= part.id for each in islice(lane.parts, 2))

    def gain(self, shards: Iterable[int]) -> None:
        """These shards are ours from now on."""
        shards = frozenset(shards)
        self.drop(shards)
        if self.ownership.shared:
            # Under its first epoch a shard was nobody's before, so nobody has sent for it.
            taken = [shard for shard in shards if self.ownership.epoch(shard) > 1]
            self._since.update(dict.fromkeys(taken, self._clock.monotonic()))
        self.held |= shards

    def drop(self, shards: frozenset[int]) -> None:
        """Forget all of *shards*. What is under way ends by itself; its outcome is fenced by its epoch."""
        self.held -= shards
        self.listed -= shards
        for key, number in [item for item in self.numbers.items() if item[1].channel.shard in shards]:
            number.close()
            for cls in number.queues:
                self.rooms.note(*key, cls, False)
            del self.numbers[key]
        for known in [key for key, part in self.known.items() if part.shard in shards]:
            del self.known[known]

    def again(self, number: Number) -> None:
        """Read all that waits for *number*, in its order."""
        for cls in number.queues:
            self.fall_behind(number, cls)

    def fall_behind(self, number: Number, cls: str) -> None:
        """The database has more of this queue than memory: it is read when there is room."""
        channel = number.channel
        queue = number.queue(cls)
        queue.again()
        self.rooms.note(channel.tenant, channel.id, cls, True)
        if queue.size * 2 <= self.rooms.of(channel.tenant):
            self._want(number, cls)

    def _want(self, number: Number, cls: str) -> None:
        if self.reading is not None and not number.gone:
            self.reading.wanted(number, cls)

    def take(self, part: Part) -> None:
        """Take *part*, unless its lane has more than memory holds."""
        number = self.number(part.tenant, part.channel) if part.shard in self.held else None
        if number is None or number.gone or (number.unloaded and part.state == "ready"):
            return
        lane = number.lanes.get(part.lane)
        if lane is not None and part.state == "ready" and (lane.shut or len(lane.parts) >= LANE):
            lane.more = lane.shut = True
            return
        self.put(number, part)

    def put(self, number: Number, part: Part) -> None:
        """Put *part* into its lane, where its id belongs. Known parts are ignored."""
        key = (part.tenant, part.id)
        if key in self.known or key in self._reserved:
            return
        self.known[key] = part
        number.queue(part.cls).size += 1
        lane = number.add(part)
        if part.state == "in_doubt":
            self.on_doubt_read(number, lane, part)
        number.wake(lane)
        number.pump()

    def merge(self, number: Number, lane: SendLane, parts: Iterable[Part]) -> None:
        """Put *parts* into *lane*, whose head is not being sent after all: it may not be the first."""
        for part in parts:
            if (part.tenant, part.id) not in self.known:
                self.known[part.tenant, part.id] = part
                number.queue(part.cls).size += 1
                lane.parts.append(part)
                if part.state == "in_doubt":
                    self.on_doubt_read(number, lane, part)
        lane.parts = deque(sorted(lane.parts, key=lambda part: part.id))

    def forget(self, part: Part, lane: SendLane) -> None:
        """The part is not ours to send any more."""
        if part in lane.parts:
            lane.parts.remove(part)
        number = self.numbers.get((part.tenant, part.channel))
        if self.known.get((part.tenant, part.id)) is not part:
            return
        del self.known[part.tenant, part.id]
        if number is None:
            return
        queue = number.queue(part.cls)
        queue.size -= 1
        if queue.behind and queue.size * 2 <= self.rooms.of(part.tenant):
            self._want(number, part.cls)
        if lane.more and len(lane.parts) * 2 <= LANE and self.reading is not None:
            self.reading.short(number, lane)
