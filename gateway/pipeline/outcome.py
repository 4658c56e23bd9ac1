"""T2 and T3 as transactions: claims before a send, outcomes after it."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

import msgspec
from msgspec import Struct

from gateway.feed import note
from gateway.model.ids import new_id
from gateway.model.status import RANK
from gateway.pipeline import consents
from gateway.pipeline.judged import Judge, judged
from gateway.pipeline.later import postpone
from gateway.pipeline.queries import OUTBOX, RECORD, SCHEDULE, STATUS
from gateway.pipeline.records import Part
from gateway.policy.facts import Decision
from gateway.policy.limits import give_back
from gateway.store.port import Row, Tx

#: The rank of a part that we gave up on without knowing: any status raises it.
UNKNOWN_RANK = 5

_encode = msgspec.json.Encoder().encode


class Claim(Struct):
    """A part about to be sent: what its row must look like, and what it becomes."""

    part: Part
    was: str
    attempt: int
    resent: int
    epoch: int
    #: Whether memory may not know of all older parts of the conversation: the database looks too.
    in_order: bool = False


class Outcome(Struct):
    """How an attempt ended. *error* is JSON of a `Failure`; *reason* names the dead letter, or says why the
    part waits. *quiet_until* is before when the contact gets no more marketing."""

    part: Part
    kind: Literal["accepted", "retry", "unsent", "later", "doubt", "dead", "gave_up"]
    message_id: str = ""
    held: bool = False
    error: str = ""
    http: int = 0
    not_before: int = 0
    reason: str = ""
    quiet_until: int = 0
    #: What is to be sent instead, "" for the same again.
    body: str = ""


class DeadParts(Struct, frozen=True):
    """The body of a dead letter of the send stage: the part that failed and those behind it."""

    parts: list[dict[str, object]]


class Claimed(Struct, frozen=True):
    """What came of a claim. It counts as true when the part is *ours* to send. *decision* is there for what
    answers nobody: it was judged, and is only ours when it may go."""

    ours: bool
    decision: Decision | None = None

    def __bool__(self) -> bool:
        return self.ours


async def claim(tx: Tx, claims: Sequence[Claim], now: int, judge: Judge) -> list[Claimed]:
    """T2: mark parts as being sent, and have *judge* decide about those that answer nobody."""
    ours: set[tuple[str, str]] = set()
    for query, some in (
        ("claim", [c for c in claims if not c.in_order]),
        ("claim_in_order", [c for c in claims if c.in_order]),
    ):
        if some:
            ours |= _keys(await tx.each(OUTBOX[query], [_claim_row(c, now) for c in some]))
    gated = [c.part for c in claims if c.part.purpose and (c.part.tenant, c.part.id) in ours]
    made = await judged(tx, judge, gated, now) if gated else {}
    return [_claimed(ours, made, (c.part.tenant, c.part.id)) for c in claims]


def _claimed(
    ours: set[tuple[str, str]], made: dict[tuple[str, str], Decision], key: tuple[str, str]
) -> Claimed:
    decision = made.get(key)
    return Claimed(key in ours and (decision is None or decision.verdict == "send"), decision)


def _claim_row(claim_: Claim, now: int) -> dict[str, object]:
    part = claim_.part
    return {
        "tenant": part.tenant,
        "id": part.id,
        "conversation": part.conversation,
        "was": claim_.was,
        "last": part.attempt,
        "attempt": claim_.attempt,
        "resent": claim_.resent,
        "epoch": claim_.epoch,
        "shard": part.shard,
        "now": now,
    }


async def settle(tx: Tx, outcomes: Sequence[Outcome], now: int) -> list[bool]:
    """T3: store how attempts ended; for each, whether the part was still open and ours."""
    ours: set[tuple[str, str]] = set()
    for kind, query in (("retry", "put_back"), ("unsent", "unsent"), ("doubt", "doubt")):
        some = [o for o in outcomes if o.kind == kind]
        if some:
            ours |= _keys(await tx.each(OUTBOX[query], [_row(o, now) for o in some]))
    closing = [o for o in outcomes if o.kind in ("accepted", "later", "dead", "gave_up")]
    if closing:
        taken = _keys(await tx.each(OUTBOX["take"], [_row(o, now) for o in closing]))
        ours |= taken
        await _close(tx, [o for o in closing if _key(o) in taken and o.kind != "later"], now)
        await _wait(tx, [o for o in closing if _key(o) in taken], now)
        await give_back(tx, [o.part for o in closing if o.kind in ("later", "dead") and _key(o) in taken])
    tried = [_row(o, now) for o in outcomes if o.kind not in ("accepted", "unsent") and _key(o) in ours]
    if tried:
        await tx.many(OUTBOX["add_attempt"], tried)
    return [_key(o) in ours for o in outcomes]


def _key(outcome: Outcome) -> tuple[str, str]:
    return outcome.part.tenant, outcome.part.id


def _keys(rows: Sequence[Row]) -> set[tuple[str, str]]:
    return {(row["tenant"], row["id"]) for row in rows}


def _row(outcome: Outcome, now: int) -> dict[str, object]:
    part = outcome.part
    return {
        "tenant": part.tenant,
        "id": part.id,
        "attempt": part.attempt,
        "epoch": part.epoch,
        "not_before": outcome.not_before,
        "error": outcome.error,
        "outcome": outcome.kind,
        "body": outcome.body,
        "http": outcome.http,
        "claimed_at": part.claimed_at,
        "now": now,
    }


async def _wait(tx: Tx, outcomes: list[Outcome], now: int) -> None:
    """Keep what is to be tried on another day, and remember whom to leave in peace until then."""
    for outcome in outcomes:
        part = outcome.part
        if outcome.kind == "later":
            await postpone(tx, part, outcome.not_before, outcome.reason, now)
        if outcome.quiet_until:
            await tx.run(
                SCHEDULE["quiet"], tenant=part.tenant, conversation=part.conversation,
                until=outcome.quiet_until,
            )  # fmt: skip


async def _close(tx: Tx, closed: list[Outcome], now: int) -> None:
    """Turn open rows into the record of what became of them."""
    early = await _early(tx, [o for o in closed if o.kind == "accepted"])
    rows, notes = [], list[note.Row]()
    for index, outcome in enumerate(closed):
        status = early.get(outcome.message_id) if outcome.kind == "accepted" else None
        rows.append(part_record(outcome, status, now))
        if outcome.kind != "accepted":
            rest = await tx.all(OUTBOX["take_rest"], **_rest(outcome.part)) if outcome.kind == "dead" else []
            rows.extend(_cancelled(outcome.part, row, now) for row in rest)
            letter = dead_letter(closed[index], [_kept(row) for row in rest], now)
            await tx.many(RECORD["add_dead"], [letter])
            notes += note.dead(letter)
    if rows:
        await tx.many(OUTBOX["add_part"], rows)
        await note.write(tx, [*(note.status(row, now) for row in rows), *notes])
        await consents.closed(tx, rows, now)


async def _early(tx: Tx, accepted: list[Outcome]) -> dict[str, Row]:
    """Statuses that came before this record of the send."""
    if not accepted:
        return {}
    rows = await tx.each(
        STATUS["early"],
        [
            {
                "n": n,
                "tenant": o.part.tenant,
                "channel": o.part.channel,
                "provider_message_id": o.message_id,
            }
            for n, o in enumerate(accepted)
        ],
    )
    return {accepted[row["n"]].message_id: row for row in rows}


def part_record(outcome: Outcome, early: Row | None, now: int) -> dict[str, object]:
    """The `part` row of a closed outbox row."""
    part = outcome.part
    status = {"accepted": "held" if outcome.held else "accepted", "dead": "failed", "gave_up": "in_doubt"}[
        outcome.kind
    ]
    rank, error = RANK.get(status, UNKNOWN_RANK), outcome.error
    if early is not None and early["rank"] > rank:
        status, rank, error = early["status"], early["rank"], early["error"]
    return {
        "tenant": part.tenant,
        "id": part.id,
        "message": part.message,
        "idx": part.idx,
        "channel": part.channel,
        "conversation": part.conversation,
        "provider_message_id": outcome.message_id,
        "status": status,
        "rank": rank,
        "attempt": part.attempt,
        "resent": part.resent,
        "claimed_at": part.claimed_at,
        "now": now,
        "error": error,
    }


def _rest(part: Part) -> dict[str, object]:
    return {"tenant": part.tenant, "message": part.message, "idx": part.idx}


def _cancelled(part: Part, row: Row, now: int) -> dict[str, object]:
    """A later part of a message whose earlier part died: it is not sent either."""
    return {
        "tenant": part.tenant,
        "id": row["id"],
        "message": part.message,
        "idx": row["idx"],
        "channel": part.channel,
        "conversation": part.conversation,
        "provider_message_id": "",
        "status": "failed",
        "rank": RANK["failed"],
        "attempt": 0,
        "resent": 0,
        "claimed_at": 0,
        "now": now,
        "error": '{"kind":"cancelled","title":"an earlier part of this message failed"}',
    }


_KEPT = ("id", "idx", "channel", "conversation", "address", "shard", "deadline", "body", "purpose")


def _kept(row: Row) -> dict[str, object]:
    return {name: row[name] for name in (*_KEPT, "class")}


def kept_part(part: Part) -> dict[str, object]:
    """What a dead letter keeps of a part, so that it can be sent after all."""
    return {**{name: getattr(part, name) for name in _KEPT}, "class": part.cls}


def dead_letter(outcome: Outcome, rest: Sequence[dict[str, object]], now: int) -> dict[str, object]:
    """The dead letter of a part that cannot be sent, and of those of its message behind it."""
    part = outcome.part
    parts = [kept_part(part), *rest]
    return {
        "tenant": part.tenant,
        "id": new_id(),
        "stage": "send",
        "ref": part.message,
        "plugin": "",
        "reason": outcome.reason,
        "detail": outcome.error[:2000],
        "journal": "",
        "body": _encode(DeadParts(parts)),
        "now": now,
    }
