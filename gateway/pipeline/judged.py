"""What answers nobody is judged in the transaction that claims it: what may not go now leaves the outbox.

A message that has to wait goes back to the schedule, and is judged again when it is due. One that is dropped
has failed, with the reason as its failure; there is nothing to repair, so there is no dead letter.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec

from gateway.feed import note
from gateway.model.status import RANK, Failure
from gateway.pipeline.later import postpone
from gateway.pipeline.queries import OUTBOX
from gateway.pipeline.records import Part
from gateway.policy.facts import Decision
from gateway.policy.reasons import WORDS
from gateway.store.port import Row, Tx

_encode = msgspec.json.Encoder().encode
_AFTER = '{"kind":"cancelled","title":"an earlier part of this message was not sent"}'


class Judge(Protocol):
    """What decides: `gateway.policy.gate`."""

    async def judge(self, tx: Tx, parts: Sequence[Part], now: int) -> list[Decision]: ...


async def judged(tx: Tx, judge: Judge, parts: Sequence[Part], now: int) -> dict[tuple[str, str], Decision]:
    """Judge *parts*, whose rows this transaction has just claimed; those that may not go are closed or put
    off, with all that is behind them in their messages. The decision for each."""
    decisions = await judge.judge(tx, parts, now)
    found = {(part.tenant, part.id): made for part, made in zip(parts, decisions, strict=True)}
    records = []
    for part, made in zip(parts, decisions, strict=True):
        if made.verdict == "send":
            continue
        await tx.run(OUTBOX["leave"], tenant=part.tenant, id=part.id)
        if made.verdict == "hold":
            await postpone(tx, part, made.until, made.reason, now)
            continue
        rest = await tx.all(OUTBOX["take_rest"], tenant=part.tenant, message=part.message, idx=part.idx)
        error = _encode(Failure(made.reason, title=WORDS.get(made.reason, made.reason))).decode()
        records.append(ended(part, part.id, part.idx, error, now))
        records += [_behind(part, row, now) for row in rest]
    if records:
        await tx.many(OUTBOX["add_part"], records)
        await note.write(tx, [note.status(record, now) for record in records])
    return found


def _behind(part: Part, row: Row, now: int) -> dict[str, object]:
    return ended(part, row["id"], row["idx"], _AFTER, now, attempt=0)


def ended(
    part: Part, identifier: str, idx: int, error: str, now: int, attempt: int | None = None
) -> dict[str, object]:
    """The `part` row of a part of the same message as *part* that is not sent."""
    return {
        "tenant": part.tenant,
        "id": identifier,
        "message": part.message,
        "idx": idx,
        "channel": part.channel,
        "conversation": part.conversation,
        "provider_message_id": "",
        "status": "failed",
        "rank": RANK["failed"],
        "attempt": part.attempt if attempt is None else attempt,
        "resent": part.resent,
        "claimed_at": 0,
        "now": now,
        "error": error,
    }
