"""One send from its claim to its outcome: what the provider said decides what becomes of the part."""

from __future__ import annotations

import random
from functools import partial
from typing import Protocol

import msgspec

from gateway.clock import SECOND, Clock
from gateway.cluster.port import Ownership
from gateway.model.status import Failure
from gateway.observe import Metrics, get_logger
from gateway.pipeline.call import Withheld
from gateway.pipeline.caller import Caller
from gateway.pipeline.number import Number, SendLane
from gateway.pipeline.outbox import Outbox
from gateway.pipeline.outcome import Claim, Outcome
from gateway.pipeline.records import Part
from gateway.pipeline.retry import QUIET, Decision, cause, decide
from gateway.provider import Accepted, ProviderError

#: How long a part waits that another process may have, or that is behind such a one. Microseconds.
SOON = SECOND // 5

log = get_logger("gateway.send")
_encode = msgspec.json.Encoder().encode


class Holder(Protocol):
    """Who keeps the numbers in memory: the sender."""

    def epoch(self, part: Part) -> int: ...

    def knows_all(self, part: Part) -> bool: ...

    def forget(self, part: Part, lane: SendLane) -> None: ...

    def stray(self, number: Number, lane: SendLane, part: Part) -> None: ...

    async def refused(self, number: Number, lane: SendLane, part: Part) -> None: ...

    def doubtful(self, number: Number, lane: SendLane, part: Part) -> None: ...

    def braked(self, number: Number, reason: str) -> None: ...


class Attempts:
    """Sends parts, one at a time for each lane."""

    def __init__(
        self, holder: Holder, outbox: Outbox, caller: Caller, ownership: Ownership, metrics: Metrics,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._holder, self._outbox, self._caller = holder, outbox, caller
        self._ownership, self._metrics, self._clock = ownership, metrics, clock

    async def send(self, number: Number, lane: SendLane, part: Part) -> None:
        """Send *part*, the head of *lane*; the lane goes on then, or waits while it is in doubt."""
        doubt = False
        try:
            if part.deadline <= self._clock.now():
                await self._drop(lane, part, "expired", "it could not be sent before its time ran out")
            elif part.state == "sending" or await self._claimed(number, lane, part):
                doubt = await self._attempt(number, lane, part)
        except Exception:
            # Nothing here may end a lane for ever: the row is still in the database and is read again.
            log.exception("send.failed", part_id=part.id)
            self._holder.stray(number, lane, part)
        if part.state == "gone":
            self._holder.forget(part, lane)
        if doubt and not number.gone:
            number.in_flight -= 1
            self._holder.doubtful(number, lane, part)
            number.pump()
        else:
            number.finish(lane)

    async def _claimed(self, number: Number, lane: SendLane, part: Part) -> bool:
        in_order = not self._holder.knows_all(part)
        epoch = self._holder.epoch(part)
        claim = Claim(part, "ready", part.attempt + 1, part.resent, epoch, in_order)
        claimed = await self._outbox.claim(claim)
        if claimed:
            return True
        if claimed.decision is not None:  # it waits for another day, or is not sent at all
            self._leave(lane, part)
            return False
        if in_order and not number.gone:
            await self._holder.refused(number, lane, part)
        else:
            self._holder.forget(part, lane)
        return False

    async def _attempt(self, number: Number, lane: SendLane, part: Part) -> bool:
        """Call the provider and store the outcome; True when the part is in doubt now."""
        provider = number.channel.provider
        started = self._clock.monotonic()
        may = None
        if self._ownership.shared:
            may = partial(self._ownership.may_send, part.shard, part.epoch)
        try:
            if may is not None and not may():
                raise Withheld
            accepted = await self._caller.send(number, part, may)
        except Withheld:
            await self._withheld(part)
            return False
        except ProviderError as error:
            self._metrics.provider_errors.labels(provider.name, error.kind).inc()
            return await self._failed(number, lane, part, error)
        except Exception as error:
            # A bug of the provider's code: nobody knows what had been sent by then.
            log.exception("send.provider_raised", part_id=part.id, provider=provider.name)
            unknown = ProviderError("ambiguous", title=type(error).__name__)
            return await self._failed(number, lane, part, unknown)
        finally:
            self._metrics.send_seconds.labels(provider.name).observe(self._clock.monotonic() - started)
        await self._accepted(number, part, accepted)
        return False

    async def _accepted(self, number: Number, part: Part, accepted: Accepted) -> None:
        number.trial = False
        name = number.channel.provider.name
        self._metrics.send_attempts.labels(name, "accepted").inc()
        await self._outbox.settle(Outcome(part, "accepted", accepted.message_id, accepted.held))
        if accepted.identities:
            await self._outbox.learn(part, accepted.identities)
        part.state = "gone"
        if part.cause_at:
            waited = max(0, self._clock.now() - part.cause_at) / SECOND
            self._metrics.accepted_seconds.labels(name).observe(waited)

    async def _withheld(self, part: Part) -> None:
        """Our time ran out before a byte was written: whoever has the number now sends it."""
        log.info("send.withheld", tenant=part.tenant, part_id=part.id)
        still_open = await self._outbox.settle(Outcome(part, "unsent"))
        ours = still_open and self._holder.epoch(part) == part.epoch
        part.attempt -= 1
        part.state, part.not_before = ("ready" if ours else "gone"), self._clock.now() + SOON

    async def _failed(self, number: Number, lane: SendLane, part: Part, error: ProviderError) -> bool:
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
            await self._close(lane, part, outcome)
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
            self._holder.braked(number, reason)
            log.error(
                "channel.paused", tenant=number.channel.tenant, channel=number.channel.id,
                reason=reason, provider_code=error.code, hint=error.hint or "the intake goes on",
            )  # fmt: skip

    async def _drop(self, lane: SendLane, part: Part, reason: str, words: str) -> None:
        failure = Failure(reason, title=words)
        await self._close(lane, part, Outcome(part, "dead", error=_encode(failure).decode(), reason=reason))

    async def _close(self, lane: SendLane, part: Part, outcome: Outcome) -> None:
        """The end of a part, and of those of its message that are behind it; for today, or for good."""
        await self._outbox.settle(outcome)
        if outcome.kind == "dead":
            self._metrics.dead.labels("send", outcome.reason).inc()
        self._leave(lane, part)

    def _leave(self, lane: SendLane, part: Part) -> None:
        """*part* and those of its message behind it are in the outbox no more."""
        part.state = "gone"
        for other in [p for p in lane.parts if p.message == part.message and p.idx > part.idx]:
            self._holder.forget(other, lane)


def _told(error: ProviderError) -> str:
    """What a provider said, as it is stored."""
    told = Failure(error.kind, error.code, error.subcode, error.title, error.details or error.hint)
    return _encode(told).decode()
