"""In doubt: a part whose answer was lost. It is never simply sent again.

A status that carries our id resolves it. Else, after a hold that counts only while the intake was up,
and only once a status of a later send of the same number has come (which proves that the evidence
arrives), a reply is sent once more and counted. Nothing else is. After ten minutes the conversation
moves on, and the part is shown as in doubt.
"""

from __future__ import annotations

import asyncio

from gateway.clock import SECOND, Clock
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.observe import Metrics, get_logger
from gateway.pipeline.number import Number, SendLane
from gateway.pipeline.outbox import Outbox, UpTime
from gateway.pipeline.outcome import Claim, Outcome
from gateway.pipeline.records import Part
from gateway.pipeline.send import Sender
from gateway.settings import Sending
from gateway.store.port import Row

log = get_logger("gateway.doubt")

TICK = 0.5
#: Seconds between two looks at the rows of what is in doubt, where other processes may resolve it.
LOOK = 2.0

Held = tuple[Number, SendLane, Part]


class Doubts:
    """Watches over lanes whose head is in doubt."""

    def __init__(
        self, sender: Sender, outbox: Outbox, settings: Sending, metrics: Metrics, clock: Clock, up: UpTime
    ) -> None:
        self._sender, self._outbox, self._settings = sender, outbox, settings
        self._metrics, self._clock, self._up = metrics, clock, up
        self._open: dict[tuple[str, str], Held] = {}
        self._early: set[tuple[str, str]] = set()
        #: When the provider's list was last asked for a part, and did not have it; in seconds of `up`.
        self._asked: dict[tuple[str, str], float] = {}
        self._looked_at = clock.monotonic()
        #: What was read back, and may have been resolved before it was held.
        self._stale: set[tuple[str, str]] = set()
        sender.on_doubt, sender.on_doubt_read = self.hold, self.hold_read

    def __len__(self) -> int:
        return len(self._open)

    def open(self) -> list[Held]:
        """What is in doubt now."""
        return list(self._open.values())

    def hold(self, number: Number, lane: SendLane, part: Part) -> None:
        """The lane waits until *part* is resolved."""
        if (part.tenant, part.id) in self._early:  # the proof was stored in the same moment as the doubt
            self._leave(number, lane, part)
            return
        part.doubt_clock = self._up()
        self._open[part.tenant, part.id] = (number, lane, part)

    def hold_read(self, number: Number, lane: SendLane, part: Part) -> None:
        """The same of a part that was read back. Who resolved it while we read found nothing here to free, so
        its row is looked at once more, now that who resolves it finds it."""
        self.hold(number, lane, part)
        self._stale.add((part.tenant, part.id))

    def proved(self, tenant: str, part_id: str, by: str = "status") -> None:
        """A status spoke of the part, or the provider's list has it: it was accepted. The lane goes on."""
        held = self._open.pop((tenant, part_id), None)
        if held is None:
            part = self._sender.known.get((tenant, part_id))
            if part is not None:
                self._early.add((tenant, part_id))
                if part.state == "ready":
                    self._gone_while_waiting(part)
            return
        number, lane, part = held
        self._metrics.in_doubt_resolved.labels(number.channel.provider.name, by).inc()
        self._leave(number, lane, part)

    def _gone_while_waiting(self, part: Part) -> None:
        number = self._sender.number(part.tenant, part.channel)
        lane = number.lanes.get(part.lane) if number else None
        if number is not None and lane is not None and not lane.busy:
            self._sender.forget(part, lane)
            number.free(lane)

    def asked(self, part: Part) -> None:
        """The provider's list was asked for *part*."""
        self._asked[part.tenant, part.id] = self._up()

    def _looked(self, number: Number, part: Part) -> bool:
        """Whether the provider's list, where it has one, was asked since half of the hold was over."""
        if getattr(number.channel.provider, "witness", None) is None:
            return True
        at = self._asked.get((part.tenant, part.id))
        return at is not None and (at - part.doubt_clock) * 2 >= self._settings.in_doubt_hold

    def evidence(self, tenant: str, channel: str, claimed_at: int) -> None:
        """A status came for a part that was claimed then."""
        number = self._sender.number(tenant, channel)
        if number is not None and claimed_at > number.evidence:
            number.evidence = claimed_at

    async def run(self) -> None:
        """Look at what is in doubt, twice a second, for ever."""
        while True:
            await asyncio.sleep(TICK)
            self._open = {key: held for key, held in self._open.items() if not held[0].gone}
            await self._elsewhere()
            self._early.intersection_update(self._sender.known)
            self._asked = {key: at for key, at in self._asked.items() if key in self._open}
            for number, lane, part in list(self._open.values()):
                await self._look(number, lane, part)

    async def _elsewhere(self) -> None:
        """Others may have learned what became of a part: whoever resolved it while it was read, and another
        process, which sent it, or a person's."""
        now = self._clock.monotonic()
        shared = self._sender.ownership.shared and now - self._looked_at >= LOOK
        stale, self._stale = self._stale, set()
        looked = {key: held for key, held in self._open.items() if shared or key in stale}
        if not looked:
            return
        try:
            rows = await self._outbox.look([part for _, _, part in looked.values()])
        except (StoreUnavailable, SerializationFailure):
            self._stale |= stale
            return
        finally:
            if shared:
                self._looked_at = now
        for key, held in looked.items():
            if self._open.get(key) is held and not held[0].gone:
                self._learned(held, rows.get(key))

    def _learned(self, held: Held, row: Row | None) -> None:
        """*row* is what the database says of what is *held*."""
        number, lane, part = held
        if row is None:
            self._open.pop((part.tenant, part.id))
            self._leave(number, lane, part)
        elif row["state"] == "ready":  # whoever sent it knows that it did not go out
            self._open.pop((part.tenant, part.id))
            part.state, part.attempt, part.epoch = "ready", row["attempt"], row["epoch"]
            part.not_before, part.body = row["not_before"], row["body"]
            self._free(number, lane, part)

    async def _look(self, number: Number, lane: SendLane, part: Part) -> None:
        held = self._up() - part.doubt_clock
        may_resend = (
            part.cls == "reply"
            and not part.purpose
            and self._settings.resend == "reply"
            and not part.resent
            and held >= self._settings.in_doubt_hold
            and number.evidence > part.claimed_at
            and part.deadline > self._clock.now()
            and self._looked(number, part)
            and not number.paused
            and not number.closed
        )
        if may_resend:
            await self._resend(number, lane, part)
        elif (self._clock.now() - part.doubt_since) / SECOND >= self._settings.in_doubt_give_up:
            await self._give_up(number, lane, part)

    async def _resend(self, number: Number, lane: SendLane, part: Part) -> None:
        claim = Claim(part, "in_doubt", part.attempt + 1, 1, self._sender.epoch(part))
        if not self._open.pop((part.tenant, part.id), None):
            return
        ours = await self._outbox.claim(claim)
        name = number.channel.provider.name
        if not ours:
            self._leave(number, lane, part)
            return
        self._metrics.resent.labels(name).inc()
        self._metrics.in_doubt_resolved.labels(name, "resent").inc()
        log.info("send.resent", part_id=part.id, tenant=part.tenant)
        number.begin(lane)
        self._sender.launch(number, lane, part)

    async def _give_up(self, number: Number, lane: SendLane, part: Part) -> None:
        if not self._open.pop((part.tenant, part.id), None):
            return
        outcome = Outcome(part, "gave_up", error=part.error, reason="in_doubt")
        if await self._outbox.settle(outcome):
            self._metrics.in_doubt_resolved.labels(number.channel.provider.name, "gave_up").inc()
            self._metrics.dead.labels("send", "in_doubt").inc()
        self._leave(number, lane, part)

    def _leave(self, number: Number, lane: SendLane, part: Part) -> None:
        part.state = "gone"
        self._free(number, lane, part)

    def _free(self, number: Number, lane: SendLane, part: Part) -> None:
        """*part* is not in doubt any more; its lane goes on when it was the one that held it, and not a part
        that a turn is storing at this moment."""
        head = bool(lane.parts) and lane.parts[0] is part
        if part.state == "gone":
            self._sender.forget(part, lane)
        if (head or not lane.parts) and not lane.reserved:
            number.free(lane)
