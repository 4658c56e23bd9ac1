"""The schedule: messages for later go to the outbox when they are due, in one transaction.

The deletion of the row decides who releases it, so a process that dies, or a second one that looks at
the same moment, sends nothing twice and loses nothing.
"""

from __future__ import annotations

import asyncio

import msgspec
from msgspec import Struct, field

from gateway.clock import Clock
from gateway.feed import note
from gateway.model.status import Failure
from gateway.observe import Metrics, get_logger
from gateway.outage import Outage
from gateway.pipeline.effects import part_row
from gateway.pipeline.later import parts_of
from gateway.pipeline.outbox import Outbox
from gateway.pipeline.outcome import Outcome, dead_letter, kept_part, part_record
from gateway.pipeline.queries import OUTBOX, RECORD, SCHEDULE
from gateway.pipeline.records import Part
from gateway.pipeline.send import Sender
from gateway.store.port import Store, Tx

log = get_logger("gateway.schedule")

TICK = 1.0
PAGE = 200
CLOSED = "the 24-hour window was closed when the message was due: send a template, or wait for a message"

_encode = msgspec.json.Encoder().encode


class Released(Struct):
    """One page of what was due: parts to send, and messages that nobody may send any more."""

    count: int = 0
    parts: list[Part] = field(default_factory=list)
    closed: list[list[Part]] = field(default_factory=list)


class Schedule:
    """Looks once a second at what is due."""

    def __init__(self, store: Store, outbox: Outbox, sender: Sender, metrics: Metrics, clock: Clock) -> None:
        self._store, self._outbox, self._sender = store, outbox, sender
        self._metrics, self._clock = metrics, clock
        self._outage = Outage(log, "schedule.store_away", "schedule.store_back")

    async def run(self) -> None:
        """Release what is due, for ever. The sender leaves in the database what memory has no room for."""
        while True:
            with self._outage:
                while await self.sweep() == PAGE:
                    pass
            await asyncio.sleep(TICK)

    async def sweep(self) -> int:
        """Release one page; how many messages that was."""
        now = self._clock.now()
        if not await self._store.read(lambda tx: tx.all(SCHEDULE["due"], now=now, limit=1)):
            return 0
        released = await self._store.write(lambda tx: release(tx, now))
        for parts in released.closed:
            self._metrics.dead.labels("send", "window_closed").inc()
            log.info("schedule.window_closed", tenant=parts[0].tenant, message_id=parts[0].message)
        self._outbox.enqueue(released.parts)
        return released.count


async def release(tx: Tx, now: int) -> Released:
    """Move a page of what is due to the outbox, those longest due first."""
    due = await tx.all(SCHEDULE["due"], now=now, limit=PAGE)
    facts = {(row["tenant"], row["message"]): row for row in due}
    keys = [{"tenant": tenant, "message": message, "now": now} for tenant, message in facts]
    rows = await tx.each(SCHEDULE["release"], keys) if keys else []
    out = Released(len(due))
    for row in rows:
        known = facts[row["tenant"], row["message"]]
        window_until = known["window_until"] or 0
        parts = parts_of(row, window_until, known["address"] or row["address"], now)
        if row["free_form"] and window_until <= now:
            out.closed.append(parts)
        else:
            out.parts += parts
    if out.parts:
        await tx.many(OUTBOX["add"], [part_row(part, now) for part in out.parts])
    if out.closed:
        await _close(tx, out.closed, now)
    return out


async def _close(tx: Tx, closed: list[list[Part]], now: int) -> None:
    """Record that these messages failed, and leave a dead letter for each."""
    error = _encode(Failure("window_closed", title=CLOSED)).decode()
    ended = [
        [Outcome(part, "dead", error=error, reason="window_closed") for part in parts] for parts in closed
    ]
    records = [part_record(outcome, None, now) for outcomes in ended for outcome in outcomes]
    await tx.many(OUTBOX["add_part"], records)
    letters = [
        dead_letter(outcomes[0], [kept_part(other.part) for other in outcomes[1:]], now) for outcomes in ended
    ]
    await tx.many(RECORD["add_dead"], letters)
    notes = [note.status(record, now) for record in records]
    await note.write(tx, notes + [row for letter in letters for row in note.dead(letter)])
