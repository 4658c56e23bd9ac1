"""T1: the effects of turns become durable, together with the fact that they are done.

The guard is the event row itself: the last plugin's turn deletes it, an earlier one marks itself done.
When the guard finds nothing, another process has done this turn, and nothing of ours is kept.
"""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct, field

from gateway.feed import note
from gateway.pipeline import menus
from gateway.pipeline.later import waiting_row
from gateway.pipeline.outgoing import OutMessage
from gateway.pipeline.queries import OFFER, OUTBOX, RECORD, SCHEDULE, TURN
from gateway.pipeline.records import OpenEvent, Part
from gateway.store.port import Tx


class TurnResult(Struct):
    """What one turn leaves behind. *final* when no other plugin has to see the event."""

    opened: OpenEvent
    plugin: str
    final: bool
    handled: bool = False
    #: Whether rows in `done` exist that must go with the event.
    had_done: bool = False
    #: Whether the conversation has been read.
    read: bool = False
    messages: list[OutMessage] = field(default_factory=list)
    dead: list[dict[str, object]] = field(default_factory=list)
    #: Parts whose message the plugin took back; their rows are gone already.
    cancelled: list[str] = field(default_factory=list)

    def parts(self) -> list[Part]:
        """Every part that may go now, in the order in which they were sent."""
        return [part for message in self.messages if not message.due_at for part in message.parts]


class GuardFailed(Exception):
    """Another process has done this turn; what the plugin wrote beside it must be undone."""


async def commit_turns(tx: Tx, results: Sequence[TurnResult], now: int) -> list[bool]:
    """Store *results*; for each, whether it was ours to store."""
    kept = await _guard(tx, results)
    ours = [result for result, ok in zip(results, kept, strict=True) if ok]
    messages = [message for result in ours for message in result.messages]
    if messages:
        await _hold_marketing(tx, messages, now)
        await add_messages(tx, messages, now)
    read = [
        {"tenant": r.opened.tenant, "conversation": r.opened.conversation}
        for r in ours
        if r.read and r.opened.conversation
    ]
    if read:
        await tx.many(TURN["mark_read"], read)
    dead = [row for result in ours for row in result.dead]
    if dead:
        await tx.many(RECORD["add_dead"], dead)
        await note.write(tx, [row for letter in dead for row in note.dead(letter)])
    return kept


async def commit_one(tx: Tx, result: TurnResult, now: int) -> None:
    """Store *result* inside the plugin's own transaction; raises `GuardFailed` to undo it all."""
    (kept,) = await commit_turns(tx, [result], now)
    if not kept:
        raise GuardFailed


async def _guard(tx: Tx, results: Sequence[TurnResult]) -> list[bool]:
    final = [{"tenant": r.opened.tenant, "event": r.opened.id} for r in results if r.final]
    partial = [
        {"tenant": r.opened.tenant, "event": r.opened.id, "plugin": r.plugin, "handled": int(r.handled)}
        for r in results
        if not r.final
    ]
    rows = await tx.each(TURN["finish_event"], final) if final else []
    if partial:
        rows = [*rows, *await tx.each(TURN["mark_done"], partial)]
    forget = [{"tenant": r.opened.tenant, "event": r.opened.id} for r in results if r.final and r.had_done]
    if forget:
        await tx.many(TURN["forget_done"], forget)
    ours = {(row["tenant"], row["id"]) for row in rows}
    return [(result.opened.tenant, result.opened.id) in ours for result in results]


async def _hold_marketing(tx: Tx, messages: Sequence[OutMessage], now: int) -> None:
    """Marketing to contacts who had enough of it waits. Asks only when there is some."""
    for message in messages:
        if message.marketing:
            first = message.parts[0]
            after = await tx.value(
                SCHEDULE["marketing_after"], tenant=first.tenant, conversation=first.conversation
            )
            if after and after > max(now, message.due_at):
                message.due_at, message.reason = after, "ecosystem_limited"


async def add_messages(tx: Tx, messages: Sequence[OutMessage], now: int) -> None:
    """Record *messages*; what may go now is queued for the sender, the rest waits for its time."""
    if files := [row for message in messages for row in message.files]:
        await tx.many(OFFER["add"], files)
    await tx.many(RECORD["add_message"], [message.row for message in messages])
    parts = [part_row(part, now) for message in messages if not message.due_at for part in message.parts]
    if parts:
        await tx.many(OUTBOX["add"], parts)
    later = [waiting_row(message, now) for message in messages if message.due_at]
    if later:
        await tx.many(SCHEDULE["add"], later)
    await menus.remember(tx, messages)
    created = ((message.row, "scheduled" if message.due_at else "queued") for message in messages)
    await note.write(tx, [note.created(row, status, now) for row, status in created])


def part_row(part: Part, now: int) -> dict[str, object]:
    """An outbox row."""
    return {
        "tenant": part.tenant,
        "id": part.id,
        "message": part.message,
        "idx": part.idx,
        "channel": part.channel,
        "shard": part.shard,
        "conversation": part.conversation,
        "address": part.address,
        "cls": part.cls,
        "body": part.body,
        "state": part.state,
        "attempt": part.attempt,
        "epoch": part.epoch,
        "not_before": part.not_before,
        "deadline": part.deadline,
        "claimed_at": part.claimed_at,
        "now": now,
    }
