"""One business number's share of the sender: its lanes, its pace, and what is under way.

A lane is a conversation: its parts go in order, one at a time. A lane waits in `ready` only when its
head may be sent now; otherwise a timer brings it back.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable
from typing import cast

from gateway.channels import Channel
from gateway.clock import Clock
from gateway.pipeline.pace import Buckets, NumberPace, share_of
from gateway.pipeline.queues import CLASSES, Queue, Ready
from gateway.pipeline.records import Part
from gateway.settings import Sending

LaneKey = tuple[str, str]

_RANK = {name: rank for rank, name in enumerate(CLASSES)}


class SendLane:
    """A conversation's parts, in order. *busy* while its head is being sent or is in doubt; *more* while the
    database may have parts of it that memory has no room for, *shut* while new ones are left to it;
    *reserved* while a turn stores what goes before all of *parts*, and is not among them yet."""

    __slots__ = ("busy", "key", "more", "parts", "rank", "reserved", "shut", "timer")

    def __init__(self, key: LaneKey) -> None:
        self.key = key
        self.parts: deque[Part] = deque()
        self.busy = self.more = self.shut = self.reserved = False
        self.rank = -1
        self.timer: asyncio.TimerHandle | None = None

    def insert(self, part: Part) -> None:
        """Put *part* where its id belongs, but never before a busy head."""
        parts = self.parts
        at, least = len(parts), int(self.busy and not self.reserved)
        while at > least and parts[at - 1].id > part.id:
            at -= 1
        if at == len(parts):
            parts.append(part)
        else:
            parts.insert(at, part)


class Number:
    """Decides which part goes next, and when. *start* is called with what may go."""

    def __init__(
        self,
        channel: Channel,
        settings: Sending,
        clock: Clock,
        start: Callable[[Number, SendLane, Part], None],
    ) -> None:
        self.channel, self._rate = channel, settings.number_rate
        self._clock, self._start = clock, start
        self._in_flight_limit = settings.in_flight
        self.pace = NumberPace(share_of(channel, self._rate), clock.monotonic)
        #: By conversation: a burst, then one message for each interval.
        self.pairs = Buckets(1 / settings.pair_interval, settings.pair_burst, clock.monotonic)
        self.lanes: dict[LaneKey, SendLane] = {}
        self.ready = Ready()
        self.queues = {name: Queue() for name in CLASSES}
        self.in_flight = 0
        self.resume_at = 0.0
        self.paused = ""
        #: A person has paused it: nothing is tried until the same is taken back.
        self.held = channel.held
        #: After a pause one part is tried at a time until one is accepted: a blocked account refuses all.
        self.trial = False
        #: Whether what waits is in the database only.
        self.unloaded = False
        #: When the newest part was claimed that a status has spoken of: the proof that evidence arrives.
        self.evidence = 0
        self.closed = False
        #: Another process has it, or will have it in a moment: nothing begins any more.
        self.gone = False
        self._timer: asyncio.TimerHandle | None = None

    def take_on(self, channel: Channel) -> None:
        """Its channel is another now: who holds it, how fast it may send."""
        self.channel, self.held = channel, channel.held
        self.pace.aim(share_of(channel, self._rate))

    def queue(self, cls: str) -> Queue:
        """The queue of a class; one that we do not know, of a newer version, has one of its own."""
        found = self.queues.get(cls)
        if found is None:
            found = self.queues[cls] = Queue()
        return found

    @property
    def behind(self) -> bool:
        """Whether the database has parts of it that memory does not know."""
        return any(queue.behind for queue in self.queues.values())

    def add(self, part: Part) -> SendLane:
        """Queue *part* in its lane."""
        lane = self.lanes.get(part.lane)
        if lane is None:
            lane = self.lanes[part.lane] = SendLane(part.lane)
        lane.insert(part)
        return lane

    def can_start(self, key: LaneKey, cls: str = "reply") -> bool:
        """Whether a part of an idle lane could be sent this instant."""
        return not (
            not self.open
            or self.ready.ahead(rank_of(cls))
            or key in self.lanes
            or self.in_flight >= self._most
            or self.resume_at > self._clock.monotonic()
            or self.pace.wait() > 0
            or self.pairs.wait(key[1]) > 0
        )

    @property
    def _most(self) -> int:
        """How many parts may be under way."""
        return 1 if self.trial else self._in_flight_limit

    def begin(self, lane: SendLane) -> None:
        """Count a send as under way."""
        lane.busy = True
        self.in_flight += 1
        self.pace.take()
        self.pairs.take(lane.key[1])

    def finish(self, lane: SendLane) -> None:
        """The send is over; the lane goes on, or is forgotten when it is empty."""
        self.in_flight -= 1
        self.free(lane)

    def free(self, lane: SendLane) -> None:
        """The lane's head may change now."""
        lane.busy = False
        if lane.parts:
            self.wake(lane)
        elif not lane.more and self.lanes.get(lane.key) is lane:
            del self.lanes[lane.key]
        self.pump()

    def wake(self, lane: SendLane) -> None:
        """Put *lane* in line if its head may go, else set a timer."""
        if lane.busy or not lane.parts:
            return
        head = lane.parts[0]
        if head.state == "in_doubt":
            lane.busy = True  # until its doubt is resolved
            return
        rank = min(rank_of(part.cls) for part in lane.parts) if len(lane.parts) > 1 else rank_of(head.cls)
        if 0 <= lane.rank <= rank:
            return
        wait = max((head.not_before - self._clock.now()) / 1e6, self.pairs.wait(lane.key[1]))
        if wait > 0:
            if lane.timer is not None:
                lane.timer.cancel()
            lane.timer = asyncio.get_running_loop().call_later(min(wait, 3600), self._due, lane)
            return
        self.ready.add(lane, rank)

    def _due(self, lane: SendLane) -> None:
        lane.timer = None
        self.wake(lane)
        self.pump()

    def pump(self) -> None:
        """Start what may be started."""
        while self.open and self.in_flight < self._most and self.ready:
            wait = max(self.resume_at - self._clock.monotonic(), self.pace.wait())
            if wait > 0:
                self._later(wait)
                return
            lane = cast(SendLane, self.ready.pop())
            if lane.busy or not lane.parts:
                continue
            self.begin(lane)
            self._start(self, lane, lane.parts[0])

    @property
    def open(self) -> bool:
        """Whether anything may be sent."""
        return not (self.closed or self.paused or self.held or self.gone)

    def pause(self, reason: str) -> None:
        """Send nothing more until `resume`."""
        self.paused = reason

    def unload(self) -> list[Part]:
        """Let go of the parts that only wait, while paused; which they were."""
        self.unloaded = True
        gone: list[Part] = []
        for lane in list(self.lanes.values()):
            kept = [p for n, p in enumerate(lane.parts) if p.state != "ready" or (lane.busy and n == 0)]
            gone += [part for part in lane.parts if part not in kept]
            lane.parts, lane.more, lane.shut = deque(kept), False, False
            if not lane.busy and not kept:
                del self.lanes[lane.key]
        return gone

    def resume(self) -> None:
        """Go on, with one part first."""
        self.paused, self.trial = "", True
        self.pump()

    def close(self) -> None:
        """Let go of all that it holds: another process has it."""
        self.gone = True
        for lane in self.lanes.values():
            if lane.timer is not None:
                lane.timer.cancel()
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self.lanes.clear()

    def _later(self, wait: float) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(wait, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self.pump()


def rank_of(cls: str) -> int:
    """The place of a class in line."""
    return _RANK.get(cls, len(CLASSES) - 1)
