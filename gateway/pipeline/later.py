"""Messages that wait: one row with all their parts, so that a lane's head is never a part of tomorrow."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from gateway.model.ids import new_id
from gateway.pipeline.outgoing import OutMessage
from gateway.pipeline.queries import OUTBOX, SCHEDULE
from gateway.pipeline.records import Part
from gateway.policy.purpose import stored
from gateway.store.port import Row, Tx

_bodies = msgspec.json.Decoder(list[msgspec.Raw])


def waiting_row(message: OutMessage, now: int) -> dict[str, object]:
    """The row in `scheduled` of a message that is to be sent later."""
    bodies = [part.body for part in message.parts]
    return _row(message.parts[0], bodies, message.due_at, message.reason, now)


async def postpone(tx: Tx, part: Part, due_at: int, reason: str, now: int) -> None:
    """Let *part*, whose own row was taken, and those behind it in its message wait until *due_at*."""
    rest = await tx.all(OUTBOX["take_rest"], tenant=part.tenant, message=part.message, idx=part.idx)
    bodies = [part.body, *(row["body"] for row in sorted(rest, key=lambda row: int(row["idx"])))]
    await tx.run(SCHEDULE["add"], **_row(part, bodies, due_at, reason, now))


def _row(first: Part, bodies: Sequence[str], due_at: int, reason: str, now: int) -> dict[str, object]:
    return {
        "tenant": first.tenant,
        "message": first.message,
        "due_at": due_at,
        "channel": first.channel,
        "shard": first.shard,
        "conversation": first.conversation,
        "address": first.address,
        "cls": first.cls,
        "purpose": first.purpose,
        "idx": first.idx,
        "bodies": f"[{','.join(bodies)}]",
        "free_form": int(first.cls != "template"),
        "deadline": first.deadline,
        "reason": reason,
        "now": now,
    }


def bodies_of(row: Row) -> list[str]:
    """The rendered parts in a row of `scheduled`."""
    return [bytes(body).decode() for body in _bodies.decode(row["bodies"])]


def parts_of(row: Row, window_until: int, address: str, now: int) -> list[Part]:
    """The parts of a message that has become due. Their ids are new: a lane's order is that of its ids,
    and what was queued meanwhile goes first."""
    return [
        Part(
            tenant=row["tenant"],
            id=new_id(),
            message=row["message"],
            idx=row["idx"] + n,
            channel=row["channel"],
            shard=row["shard"],
            conversation=row["conversation"],
            address=address,
            cls=row["class"],
            body=body,
            purpose=stored(row["purpose"]),
            deadline=window_until if row["free_form"] else row["deadline"],
            created_at=now,
        )
        for n, body in enumerate(bodies_of(row))
    ]
