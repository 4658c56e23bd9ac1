"""The sender: takes the parts of our numbers, and has them sent in the order of their lanes."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from typing import TypeVar

from gateway.channels import Channel, Channels
from gateway.clock import Clock
from gateway.cluster.port import Ownership
from gateway.observe import Metrics, get_logger
from gateway.pipeline.attempt import Attempts
from gateway.pipeline.call import Bench
from gateway.pipeline.caller import Caller
from gateway.pipeline.number import Number, SendLane
from gateway.pipeline.numbers import Numbers
from gateway.pipeline.outbox import Outbox
from gateway.pipeline.outcome import Outcome
from gateway.pipeline.records import Part
from gateway.provider import Steps
from gateway.settings import Sending
from gateway.tasks import LASTING

T = TypeVar("T")
log = get_logger("gateway.send")


class Sender(Numbers):
    """Sends for the numbers of this process's shards."""

    def __init__(
        self, channels: Channels, outbox: Outbox, settings: Sending, metrics: Metrics, clock: Clock,
        ownership: Ownership, *, bound: int = 50_000,
        bench: Callable[[Channel], Bench | None] = lambda channel: None,
    ) -> None:  # fmt: skip
        super().__init__(channels, settings, clock, ownership, bound, self.launch)
        self._outbox, self._metrics = outbox, metrics
        #: What is under way: whose, and since when by the loop's clock.
        self._tasks: dict[asyncio.Task[None], tuple[Number, float]] = {}
        self._caller = Caller(channels, bench)
        self._attempts = Attempts(self, outbox, self._caller, ownership, metrics, clock)
        self.on_pause: Callable[[Number, str], None] = lambda number, reason: None
        outbox.sender = self

    async def start(self) -> None:
        """Open the HTTP client."""
        self._caller.open(self._settings.timeout)

    async def drain(self, seconds: float) -> None:
        """Start nothing new, and give what is under way *seconds* to end."""
        for number in self.numbers.values():
            number.closed = True
        if self._tasks:
            await asyncio.wait(set(self._tasks), timeout=seconds)
        for task in list(self._tasks):
            task.cancel()
        await self._caller.close()

    def epoch(self, part: Part) -> int:
        """The epoch under which the part's number is ours; 0 when it is not."""
        return self.ownership.epoch(part.shard)

    # -- shards that come and go

    async def release(self, shards: frozenset[int], seconds: float) -> None:
        """Begin nothing new of *shards*, give what is under way *seconds*, and forget them."""
        self.held -= shards
        leaving = {number for number in self.numbers.values() if number.channel.shard in shards}
        for number in leaving:
            number.gone = True
        until = self._clock.monotonic() + seconds
        while (left := until - self._clock.monotonic()) > 0:
            tasks = {task for task, (number, _) in self._tasks.items() if number in leaving}
            if tasks:
                await asyncio.wait(tasks, timeout=left)
            elif any(number in leaving for number, _ in self._reserved.values()):
                await asyncio.sleep(min(left, 0.01))  # what is being stored goes on to be sent
            else:
                break
        self.drop(shards)

    def lasting(self) -> frozenset[int]:
        """The shards of numbers that have waited for a provider for longer than a second."""
        since = asyncio.get_running_loop().time() - LASTING
        return frozenset(number.channel.shard for number, begun in self._tasks.values() if begun < since)

    # -- what the outbox asks for

    def reserve(self, part: Part) -> bool:
        """Take the lane and a token for *part* if it could be sent this instant."""
        number = self.number(part.tenant, part.channel) if part.shard in self.held else None
        if number is None or not number.queue(part.cls).takes or not number.can_start(part.lane, part.cls):
            return False
        lane = number.lanes[part.lane] = SendLane(part.lane)
        lane.reserved = True
        number.begin(lane)
        self._reserved[part.tenant, part.id] = (number, lane)
        return True

    def release_one(self, part: Part) -> None:
        """Give back what `reserve` took."""
        number, lane = self._unreserved(part)
        number.finish(lane)

    def _unreserved(self, part: Part) -> tuple[Number, SendLane]:
        """Whose place *part* had; the place is nobody's now."""
        part.reserved = False
        number, lane = self._reserved.pop((part.tenant, part.id))
        lane.reserved = False
        return number, lane

    def offer(self, part: Part) -> None:
        """A part is durable: send it when its turn comes. Known parts are ignored, and those of others."""
        if part.state == "sending":
            self._launch_reserved(part)
            return
        if part.reserved:
            self.release_one(part)
        number = self.number(part.tenant, part.channel) if part.shard in self.held else None
        if number is None:
            return
        queue = number.queue(part.cls)
        if not queue.takes:
            return
        if queue.size >= self.rooms.of(part.tenant):
            self.fall_behind(number, part.cls)
            return
        self.take(part)

    def _launch_reserved(self, part: Part) -> None:
        number, lane = self._unreserved(part)
        if not number.gone:
            self.known[part.tenant, part.id] = part
            number.queue(part.cls).size += 1
        lane.parts.appendleft(part)
        self.launch(number, lane, part)

    def unsure(self, tenant: str, part: str, epoch: int) -> bool:
        """Whether the answer to the commit was lost that began this part's life as one that is being sent."""
        return epoch > 0 and self._outbox.unsure.get((tenant, part)) == epoch

    async def lost(self, part: Part) -> None:
        """A row says that we are sending *part*, and we are not: the answer to the commit that claimed it
        was lost. It may have gone out, so it is in doubt, unless we know that it was never begun."""
        if self.unsure(part.tenant, part.id, part.epoch) and part.attempt == 1:
            del self._outbox.unsure[part.tenant, part.id]
            if await self._outbox.settle(Outcome(part, "unsent")):
                part.state, part.attempt = "ready", 0
                self.take(part)
            return
        if await self._outbox.settle(Outcome(part, "doubt", error="the answer to a commit was lost")):
            number = self.number(part.tenant, part.channel)
            name = number.channel.provider.name if number else "unknown"
            self._metrics.in_doubt.labels(name, "crash").inc()
            part.state, part.doubt_since = "in_doubt", self._clock.now()
            self.take(part)

    async def ask(self, steps: Steps[T], channel: Channel | None = None) -> T:
        """Have other work at a provider done over the same connections. Raises `ProviderError`."""
        return await self._caller.ask(steps, channel)

    # -- one send

    def launch(self, number: Number, lane: SendLane, part: Part) -> None:
        """Send *part*, the head of *lane*, in a task of its own."""
        loop = asyncio.get_running_loop()
        task = loop.create_task(self._attempts.send(number, lane, part))
        self._tasks[task] = (number, loop.time())
        task.add_done_callback(self._tasks.pop)

    async def refused(self, number: Number, lane: SendLane, part: Part) -> None:
        """The database refuses to have *part* claimed: an older one is open, or it is not open itself."""
        if self.reading is not None:
            await self.reading.refused(number, lane, part)

    def doubtful(self, number: Number, lane: SendLane, part: Part) -> None:
        """*part* is in doubt; its lane waits."""
        self.on_doubt(number, lane, part)

    def braked(self, number: Number, reason: str) -> None:
        """The provider refuses all of a number."""
        self.on_pause(number, reason)

    def stray(self, number: Number, lane: SendLane, part: Part) -> None:
        """Something went wrong with *part*: forget it, and read its number's queue again."""
        self.forget(part, lane)
        if not number.gone:
            self.fall_behind(number, part.cls)

    def withdraw(self, tenant: str, ids: Iterable[str]) -> None:
        """The rows of these parts are gone: somebody cancelled their message. Their lanes go on."""
        for part in [self.known[tenant, each] for each in ids if (tenant, each) in self.known]:
            number = self.numbers[tenant, part.channel]
            lane = number.lanes.get(part.lane)
            if lane is not None:
                self.forget(part, lane)
                if not lane.busy:
                    number.free(lane)
