"""The sender: takes parts from the numbers' lanes, calls the provider, and has the outcome stored."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Iterable
from typing import TypeVar

import msgspec

from gateway.channels import Channel, Channels
from gateway.clock import SECOND, Clock
from gateway.cluster.port import Ownership
from gateway.model.status import Failure
from gateway.observe import Metrics, get_logger
from gateway.pipeline.call import Bench
from gateway.pipeline.caller import Caller
from gateway.pipeline.number import Number, SendLane
from gateway.pipeline.outbox import Outbox
from gateway.pipeline.outcome import Claim, Outcome
from gateway.pipeline.records import Part
from gateway.pipeline.retry import QUIET, Decision, cause, decide
from gateway.provider import ProviderError, Steps
from gateway.settings import Sending

T = TypeVar("T")

log = get_logger("gateway.send")
_encode = msgspec.json.Encoder().encode


class Sender:
    """Owns the numbers."""

    def __init__(
        self, channels: Channels, outbox: Outbox, settings: Sending, metrics: Metrics, clock: Clock,
        ownership: Ownership, *, bound: int = 50_000,
        bench: Callable[[Channel], Bench | None] = lambda channel: None,
    ) -> None:  # fmt: skip
        self._channels, self._outbox, self._settings = channels, outbox, settings
        self._metrics, self._clock, self._bound = metrics, clock, bound
        self.ownership = ownership
        self.numbers: dict[tuple[str, str], Number] = {}
        self.known: dict[tuple[str, str], Part] = {}
        #: Whether parts have to be read from the database first, before new ones are taken.
        self.behind = True
        self.skipped = False
        self._tasks: set[asyncio.Task[None]] = set()
        self._caller = Caller(channels, bench)
        self.on_doubt: Callable[[Number, SendLane, Part], None] = lambda number, lane, part: None
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

    def number(self, tenant: str, channel: str) -> Number | None:
        """The number of a channel, None when the configuration no longer has it."""
        key = (tenant, channel)
        number = self.numbers.get(key)
        if number is None:
            live = self._channels.get(tenant, channel)
            if live is None:
                return None
            number = self.numbers[key] = Number(live, self._settings, self._clock, self.launch)
        return number

    def epoch(self, part: Part) -> int:
        """The epoch under which the part's number is ours; 0 when it is not."""
        return self.ownership.epoch(part.shard)

    @property
    def full(self) -> bool:
        """Whether parts have to wait in the database."""
        return len(self.known) >= self._bound

    # -- what the outbox asks for

    def reserve(self, part: Part) -> bool:
        """Take the lane and a token for *part* if it could be sent this instant."""
        number = self.number(part.tenant, part.channel)
        if number is None or self.behind or self.full or not number.can_start(part.lane):
            return False
        lane = number.lanes[part.lane] = SendLane(part.lane)
        number.begin(lane)
        return True

    def release(self, part: Part) -> None:
        """Give back what `reserve` took."""
        number = self.numbers[part.tenant, part.channel]
        number.finish(number.lanes[part.lane])

    def offer(self, part: Part) -> None:
        """A part is durable: send it when its turn comes. Known parts are ignored."""
        if part.state != "sending" and (self.behind or self.full):
            self.behind = self.skipped = True
            return
        self.take(part)

    def take(self, part: Part) -> None:
        """Take *part* although older ones may be missing."""
        key = (part.tenant, part.id)
        number = self.number(part.tenant, part.channel)
        if number is None or key in self.known or (number.unloaded and part.state == "ready"):
            return
        self.known[key] = part
        if part.state == "sending":
            lane = number.lanes[part.lane]
            lane.parts.appendleft(part)
            self.launch(number, lane, part)
            return
        lane = number.add(part)
        if part.state == "in_doubt":
            self.on_doubt(number, lane, part)
        number.wake(lane)
        number.pump()

    async def lost(self, part: Part) -> None:
        """A row says that we are sending *part*, and we are not: the answer to the commit that claimed it
        was lost. It may have gone out, so it is in doubt."""
        if await self._outbox.settle(Outcome(part, "doubt", error="the answer to a commit was lost")):
            self._metrics.in_doubt.labels(self._provider(part), "crash").inc()
            part.state, part.doubt_since = "in_doubt", self._clock.now()
            self.take(part)

    def _provider(self, part: Part) -> str:
        number = self.number(part.tenant, part.channel)
        return number.channel.provider.name if number else "unknown"

    async def ask(self, steps: Steps[T], channel: Channel | None = None) -> T:
        """Have other work at a provider done over the same connections. Raises `ProviderError`."""
        return await self._caller.ask(steps, channel)

    # -- one send

    def launch(self, number: Number, lane: SendLane, part: Part) -> None:
        """Send *part*, the head of *lane*, in a task of its own."""
        task = asyncio.get_running_loop().create_task(self._send(number, lane, part))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _send(self, number: Number, lane: SendLane, part: Part) -> None:
        doubt = False
        try:
            if part.deadline <= self._clock.now():
                await self._drop(part, "expired", "it could not be sent before its time ran out")
            elif part.state == "sending" or await self._claimed(part):
                doubt = await self._attempt(number, part)
            else:
                self.forget(part, lane)
        except Exception:
            # Nothing here may end a lane for ever: the row is still in the database and is read again.
            log.exception("send.failed", part_id=part.id)
            self.forget(part, lane)
        if part.state == "gone":
            self.forget(part, lane)
        if doubt:
            number.in_flight -= 1
            self.on_doubt(number, lane, part)
            number.pump()
        else:
            number.finish(lane)

    async def _claimed(self, part: Part) -> bool:
        return await self._outbox.claim(Claim(part, "ready", part.attempt + 1, part.resent, self.epoch(part)))

    async def _attempt(self, number: Number, part: Part) -> bool:
        """Call the provider and store the outcome; True when the part is in doubt now."""
        provider = number.channel.provider
        started = self._clock.monotonic()
        try:
            accepted = await self._caller.send(number, part)
        except ProviderError as error:
            self._metrics.provider_errors.labels(provider.name, error.kind).inc()
            return await self._failed(number, part, error)
        except Exception as error:
            # A bug of the provider's code: nobody knows what had been sent by then.
            log.exception("send.provider_raised", part_id=part.id, provider=provider.name)
            return await self._failed(number, part, ProviderError("ambiguous", title=type(error).__name__))
        finally:
            self._metrics.send_seconds.labels(provider.name).observe(self._clock.monotonic() - started)
        number.trial = False
        self._metrics.send_attempts.labels(provider.name, "accepted").inc()
        await self._outbox.settle(Outcome(part, "accepted", accepted.message_id, accepted.held))
        if accepted.identities:
            await self._outbox.learn(part, accepted.identities)
        part.state = "gone"
        if part.cause_at:
            waited = max(0, self._clock.now() - part.cause_at) / SECOND
            self._metrics.accepted_seconds.labels(provider.name).observe(waited)
        return False

    async def _failed(self, number: Number, part: Part, error: ProviderError) -> bool:
        if error.kind == "media" and (body := await self._caller.instead(number.channel, part)):
            return await self._replace(part, error, body)
        now = self._clock.now()
        life = (part.deadline - now) / SECOND if part.cls == "template" else 0.0
        decision = decide(error, part.attempt, random.random(), life)
        name = number.channel.provider.name
        self._brake(number, decision, error)
        outcome = Outcome(part, "retry", error=_told(error), http=error.http)
        outcome.not_before, outcome.reason = now + int(decision.delay * SECOND), decision.reason
        if error.kind == "ecosystem_limited" and part.cls == "template":
            outcome.quiet_until = now + int(QUIET * SECOND)
        if decision.verdict in ("dead", "later"):
            outcome.kind = decision.verdict
            await self._close(part, outcome)
            self._metrics.send_attempts.labels(name, "rejected").inc()
            return False
        if decision.verdict == "doubt":
            outcome.kind = "doubt"
            self._metrics.send_attempts.labels(name, "in_doubt").inc()
            self._metrics.in_doubt.labels(name, cause(error)).inc()
            still_open = await self._outbox.settle(outcome)
            part.error = outcome.error
            part.state = "in_doubt" if still_open else "gone"
            part.doubt_since = self._clock.now()
            return still_open
        self._metrics.send_attempts.labels(name, "retry").inc()
        still_open = await self._outbox.settle(outcome)
        part.state, part.not_before = ("ready" if still_open else "gone"), outcome.not_before
        return False

    async def _replace(self, part: Part, error: ProviderError, body: str) -> bool:
        """Its file was refused: what says the same in words goes in its place, at once."""
        log.info("send.file_refused", tenant=part.tenant, part_id=part.id, provider_code=error.code)
        outcome = Outcome(part, "retry", error=_told(error), http=error.http, body=body)
        still_open = await self._outbox.settle(outcome)
        part.state, part.body = ("ready" if still_open else "gone"), body
        return False

    def _brake(self, number: Number, decision: Decision, error: ProviderError) -> None:
        if decision.brake == "number":
            number.pace.slow()
            number.resume_at = self._clock.monotonic() + max(1.0, error.retry_after or 0.0)
        elif decision.brake == "channel" and not number.paused:
            reason = "account" if error.kind == "account" else "token"
            number.pause(reason)
            self.on_pause(number, reason)
            log.error(
                "channel.paused", tenant=number.channel.tenant, channel=number.channel.id,
                reason=reason, provider_code=error.code, hint=error.hint or "the intake goes on",
            )  # fmt: skip

    async def _drop(self, part: Part, reason: str, words: str) -> None:
        failure = Failure(reason, title=words)
        await self._close(part, Outcome(part, "dead", error=_encode(failure).decode(), reason=reason))

    async def _close(self, part: Part, outcome: Outcome) -> None:
        """The end of a part, and of those of its message that are behind it; for today, or for good."""
        await self._outbox.settle(outcome)
        if outcome.kind == "dead":
            self._metrics.dead.labels("send", outcome.reason).inc()
        part.state = "gone"
        number = self.numbers[part.tenant, part.channel]
        lane = number.lanes[part.lane]
        for other in [p for p in lane.parts if p.message == part.message and p.idx > part.idx]:
            self.forget(other, lane)

    def withdraw(self, tenant: str, ids: Iterable[str]) -> None:
        """The rows of these parts are gone: somebody cancelled their message. Their lanes go on."""
        for part in [self.known[tenant, each] for each in ids if (tenant, each) in self.known]:
            number = self.numbers[tenant, part.channel]
            lane = number.lanes.get(part.lane)
            if lane is not None:
                self.forget(part, lane)
                if not lane.busy:
                    number.free(lane)

    def forget(self, part: Part, lane: SendLane) -> None:
        """The part is not ours to send any more."""
        self.known.pop((part.tenant, part.id), None)
        if part in lane.parts:
            lane.parts.remove(part)


def _told(error: ProviderError) -> str:
    """What a provider said, as it is stored."""
    told = Failure(error.kind, error.code, error.subcode, error.title, error.details or error.hint)
    return _encode(told).decode()
