"""One business number's share of the sender: its lanes, its pace, and what is under way.

A lane is a conversation: its parts go in order, one at a time. A lane waits in `ready` only when its
head may be sent now; otherwise a timer brings it back.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable

from gateway.channels import Channel
from gateway.clock import Clock
from gateway.pipeline.pace import Buckets, NumberPace
from gateway.pipeline.records import Part
from gateway.settings import Sending

LaneKey = tuple[str, str]


class SendLane:
    """A conversation's parts, in order. *busy* while its head is being sent or is in doubt."""

    __slots__ = ("busy", "key", "parts", "timer", "waiting")

    def __init__(self, key: LaneKey) -> None:
        self.key = key
        self.parts: deque[Part] = deque()
        self.busy = False
        self.waiting = False
        self.timer: asyncio.TimerHandle | None = None


class Number:
    """Decides which part goes next, and when. *start* is called with what may go."""

    def __init__(
        self,
        channel: Channel,
        settings: Sending,
        clock: Clock,
        start: Callable[[Number, SendLane, Part], None],
    ) -> None:
        self.channel = channel
        self._clock, self._start = clock, start
        self._in_flight_limit = settings.in_flight
        self.pace = NumberPace(settings.number_rate, clock.monotonic)
        #: By conversation: a burst, then one message for each interval.
        self.pairs = Buckets(1 / settings.pair_interval, settings.pair_burst, clock.monotonic)
        self.lanes: dict[LaneKey, SendLane] = {}
        self.ready: deque[SendLane] = deque()
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
        self._timer: asyncio.TimerHandle | None = None

    def add(self, part: Part) -> SendLane:
        """Queue *part* behind its lane's others."""
        lane = self.lanes.get(part.lane)
        if lane is None:
            lane = self.lanes[part.lane] = SendLane(part.lane)
        lane.parts.append(part)
        return lane

    def can_start(self, key: LaneKey) -> bool:
        """Whether a part of an idle lane could be sent this instant."""
        return not (
            self.closed
            or self.paused
            or self.held
            or self.ready
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
        else:
            self.lanes.pop(lane.key, None)
        self.pump()

    def wake(self, lane: SendLane) -> None:
        """Put *lane* in line if its head may go, else set a timer."""
        if lane.busy or lane.waiting or not lane.parts:
            return
        if lane.parts[0].state == "in_doubt":
            lane.busy = True  # until its doubt is resolved
            return
        wait = max((lane.parts[0].not_before - self._clock.now()) / 1e6, self.pairs.wait(lane.key[1]))
        if wait > 0:
            if lane.timer is not None:
                lane.timer.cancel()
            lane.timer = asyncio.get_running_loop().call_later(min(wait, 3600), self._due, lane)
            return
        lane.waiting = True
        self.ready.append(lane)

    def _due(self, lane: SendLane) -> None:
        lane.timer = None
        self.wake(lane)
        self.pump()

    def pump(self) -> None:
        """Start what may be started."""
        while self.ready and self.open and self.in_flight < self._most:
            wait = max(self.resume_at - self._clock.monotonic(), self.pace.wait())
            if wait > 0:
                self._later(wait)
                return
            lane = self.ready.popleft()
            lane.waiting = False
            if lane.busy or not lane.parts:
                continue
            self.begin(lane)
            self._start(self, lane, lane.parts[0])

    @property
    def open(self) -> bool:
        """Whether anything may be sent."""
        return not (self.closed or self.paused or self.held)

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
            lane.parts = deque(kept)
            if not lane.busy and not kept:
                del self.lanes[lane.key]
        return gone

    def resume(self) -> None:
        """Go on, with one part first."""
        self.paused, self.trial = "", True
        self.pump()

    def _later(self, wait: float) -> None:
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(wait, self._tick)

    def _tick(self) -> None:
        self._timer = None
        self.pump()
