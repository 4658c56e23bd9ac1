"""A provider's list of what it sent, asked for parts that are in doubt.

Where the evidence of a status may be lost for good (Twilio tries a callback a few times and forgets it), the
list is the other witness: a message to that contact, sent since the part was claimed, with its words, which
is no other part of ours, is the part. What the list does not have is not proved: lists lag."""

from __future__ import annotations

import asyncio

import msgspec

from gateway.clock import SECOND, Clock
from gateway.errors import GatewayError
from gateway.observe import get_logger
from gateway.pipeline.doubt import Doubts
from gateway.pipeline.number import Number
from gateway.pipeline.outbox import Outbox
from gateway.pipeline.outcome import Outcome
from gateway.pipeline.queries import OUTBOX
from gateway.pipeline.records import Part
from gateway.pipeline.send import Sender
from gateway.provider import ProviderError, Witness
from gateway.store.port import Store, Tx

log = get_logger("gateway.witness")

TICK = 0.5
#: Seconds between two looks for one part: soon, then less and less often.
LOOKS = (0.0, 1.0, 3.0, 10.0, 30.0, 60.0, 120.0)
#: How far the provider's clock may be behind ours. Microseconds.
SLACK = 5 * SECOND


class Witnesses:
    """Looks for parts in doubt whose provider has a list."""

    def __init__(self, doubts: Doubts, sender: Sender, outbox: Outbox, store: Store, clock: Clock) -> None:
        self._doubts, self._sender, self._outbox = doubts, sender, outbox
        self._store, self._clock = store, clock
        #: (tenant, part) -> (looks so far, monotonic seconds of the next).
        self._looks: dict[tuple[str, str], tuple[int, float]] = {}

    async def run(self) -> None:
        """Look for ever."""
        while True:
            await asyncio.sleep(TICK)
            open_ = {(part.tenant, part.id): (number, part) for number, _, part in self._doubts.open()}
            self._looks = {key: known for key, known in self._looks.items() if key in open_}
            due = [each for key, each in open_.items() if self._due(key, each[0])]
            await asyncio.gather(*(self._look(number, part) for number, part in due[:8]))

    def _due(self, key: tuple[str, str], number: Number) -> bool:
        if getattr(number.channel.provider, "witness", None) is None:
            return False
        looks, at = self._looks.get(key, (0, 0.0))
        return looks < len(LOOKS) and self._clock.monotonic() >= at

    async def _look(self, number: Number, part: Part) -> None:
        key = (part.tenant, part.id)
        looks = self._looks.get(key, (0, 0.0))[0] + 1
        pause = LOOKS[min(looks, len(LOOKS) - 1)]
        self._looks[key] = (looks, self._clock.monotonic() + pause)
        try:
            found = await self._found(number, part)
        except (ProviderError, GatewayError) as error:
            log.info("witness.silent", tenant=part.tenant, part_id=part.id, problem=type(error).__name__)
            return
        self._doubts.asked(part)
        if found and await self._outbox.settle(Outcome(part, "accepted", message_id=found)):
            log.info("witness.found", tenant=part.tenant, part_id=part.id)
            self._doubts.proved(part.tenant, part.id, "list")

    async def _found(self, number: Number, part: Part) -> str:
        """The provider's id of what is surely *part*, else ""."""
        channel = number.channel
        witness: Witness = channel.provider.witness  # type: ignore[assignment]  # only those that have one
        body = msgspec.json.decode(part.body)
        steps = witness.sent(body, part.address, part.claimed_at - SLACK, channel.settings())
        told = await self._sender.ask(steps, channel)
        rows = [{"tenant": part.tenant, "channel": part.channel, "message": each} for each in told]

        async def known(tx: Tx) -> set[str]:
            found = await tx.each(OUTBOX["of_provider"], rows)
            return {row["provider_message_id"] for row in found}

        ours = await self._store.read(known) if rows else set()
        return next((each for each in told if each not in ours), "")
