"""How a run ended becomes durable: its row, and all that it leaves behind, in one transaction.

The row is the guard: it is ended by the run that claimed it and by nobody else, so that what a job says is
said once, also when a process that was taken for dead comes back.
"""

from __future__ import annotations

import msgspec
from msgspec import Struct, field
from msgspec.structs import replace

from gateway.channels import Channels
from gateway.clock import SECOND
from gateway.feed import note
from gateway.jobs.queries import JOB
from gateway.jobs.record import OpenJob, Outcome, dead_job, encode
from gateway.jobs.rules import next_after
from gateway.model.ids import new_id
from gateway.model.inside import Emitted, Woke
from gateway.pipeline.around import Around
from gateway.pipeline.bounds import keepable
from gateway.pipeline.effects import Effects, write_effects
from gateway.pipeline.queries import RECORD
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.rows import event_row
from gateway.pipeline.wakes import inside_event
from gateway.store.port import Tx

#: Characters that are kept of why a run failed.
WORDS = 500


class Ended(Struct):
    """What is durable: whether the run was ours to end, and the event for the flow that waits."""

    ours: bool
    effects: Effects = field(default_factory=Effects)
    woke: OpenEvent | None = None


async def put_back(tx: Tx, job: OpenJob, outcome: Outcome, failures: int, now: int) -> bool:
    """The job is to be run again; whether it was ours."""
    rows = await tx.each(
        JOB["put_back"],
        [
            {
                **job.fence(), "due_at": now + int(outcome.after * SECOND), "failures": failures,
                "error": outcome.words[:WORDS], "occurs_at": job.cause,
            }
        ],
    )  # fmt: skip
    return bool(rows)


async def succeed(tx: Tx, around: Around, job: OpenJob, outcome: Outcome, now: int, since: int) -> Ended:
    """The job is done: what it said and set going, its result, and its row are one. *since* is the time of
    its events: *now*, or when the job was due that was restored."""
    if not await _over(tx, job, "", now):
        return Ended(False)
    effects = outcome.effects
    emitted, heard = list(effects.emitted), list(effects.heard)
    for told in outcome.told:
        event = Emitted(told.name, job.plugin, msgspec.Raw(told.payload), since, told.key)
        opened = await inside_event(tx, around.channels, job.tenant, told.conversation, event, since)
        emitted.append(opened)
        if around.listens(job.tenant, told.name):
            heard.append(opened)
    kept = Effects()
    kept.take(effects)
    kept.emitted, kept.heard = emitted, heard
    await write_effects(tx, [kept], now)
    return Ended(True, kept, await _wake(tx, around, job, Woke(
        job.plugin, job.flow, "job", job.op, now, msgspec.Raw(outcome.result)
    ), since))  # fmt: skip


async def give_up(tx: Tx, around: Around, job: OpenJob, outcome: Outcome, now: int, since: int) -> Ended:
    """Leave a dead letter in the job's place, and tell the flow that waits."""
    if not await _over(tx, job, outcome.words, now):
        return Ended(False)
    letter = dead_letter(job, outcome, now)
    await tx.many(RECORD["add_dead"], [letter])
    await note.write(tx, note.dead(letter))
    error = outcome.words[:WORDS]
    woke = Woke(job.plugin, job.flow, "job", job.op, now, error=error)
    return Ended(True, woke=await _wake(tx, around, job, woke, since))


def dead_letter(job: OpenJob, outcome: Outcome, now: int) -> dict[str, object]:
    """The row of a dead letter. `ref` is the job."""
    return {
        "tenant": job.tenant,
        "id": new_id(),
        "stage": "job",
        "ref": job.id,
        "plugin": job.plugin,
        "reason": outcome.reason,
        "detail": keepable(outcome.detail),
        "journal": "",
        "body": encode(dead_job(job)),
        "now": now,
    }


async def _over(tx: Tx, job: OpenJob, error: str, now: int) -> bool:
    """End the row, or set it to its next occurrence; whether it was ours."""
    if job.recurs:
        due = next_after(job.recurs, job.zone, max(now, job.occurs_at))
        if due:
            values = {**job.fence(), "due_at": due, "error": error[:WORDS]}
            return bool(await tx.each(JOB["renew"], [values]))
    return bool(await tx.each(JOB["finish"], [job.fence()]))


async def _wake(tx: Tx, around: Around, job: OpenJob, woke: Woke, now: int) -> OpenEvent | None:
    if not job.flow:
        return None
    return await woken(tx, around.channels, job.tenant, job.conversation, woke, now)


async def woken(
    tx: Tx, channels: Channels, tenant: str, conversation: str, woke: Woke, now: int
) -> OpenEvent:
    """*woke*, stored for the flow that waits in *conversation*."""
    opened = await inside_event(tx, channels, tenant, conversation, woke, now)
    if not opened.conversation:
        opened = replace(opened, conversation=conversation)
    await tx.many(RECORD["add_event"], [event_row(opened)])
    return opened
