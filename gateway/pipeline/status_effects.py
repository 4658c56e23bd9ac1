"""What statuses do beside moving the message that they are about: to its conversation, and to plugins."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from msgspec.structs import replace

from gateway.clock import DAY
from gateway.model.ids import new_id
from gateway.pipeline import consents
from gateway.pipeline.people.place import Place
from gateway.pipeline.queries import RECORD, STATUS
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.rows import event_row, open_event
from gateway.pipeline.status import Folded
from gateway.pipeline.window import free_entry
from gateway.store.port import Tx


async def status_effects(tx: Tx, folded: Sequence[Folded], now: int) -> None:
    """Open free entry point windows, and note who wants no marketing for a day (error 131049), or nothing
    more at all."""
    free, tired = [], []
    # Of several statuses of one message only the furthest was matched; each may tell something else.
    homes = {
        (one.channel.tenant, one.event.message_id): one.conversation for one in folded if one.conversation
    }
    for one in folded:
        conversation = homes.get((one.channel.tenant, one.event.message_id))
        if not conversation:
            continue
        window = free_entry(one.event)
        key = {"tenant": one.channel.tenant, "conversation": conversation}
        if window is not None:
            free.append({**key, "until": window.until, "unless_after": window.unless_after})
        failure = one.event.failure
        if failure is not None and failure.kind == "ecosystem_limited":
            tired.append({**key, "until": (one.event.at or now) + DAY})
    await consents.told(tx, folded, now)
    if free:
        await tx.many(STATUS["free_until"], free)
    if tired:
        await tx.many(STATUS["marketing_after"], tired)


async def status_events(
    tx: Tx, folded_: Sequence[Folded], wanted: Callable[[str, str], bool], now: int
) -> list[OpenEvent]:
    """Statuses that moved something become events too, where a plugin asked for them."""
    opens = []
    for folded in folded_:
        if not folded.moved or not wanted(folded.channel.tenant, "status"):
            continue
        where = await _place_of(tx, folded)
        event = folded.event if folded.event.at else replace(folded.event, at=now)
        opens.append(open_event(new_id(), folded.channel, now, event, where, folded.message))
    if opens:
        await tx.many(RECORD["add_event"], [event_row(opened) for opened in opens])
    return opens


async def _place_of(tx: Tx, folded: Folded) -> Place:
    """The conversation of the message that a status is about, for the plugins that answer to it."""
    row = await tx.one(STATUS["conversation"], tenant=folded.channel.tenant, conversation=folded.conversation)
    if row is None:
        return Place("", folded.conversation, "", "", 0)
    return Place(
        row["contact"],
        row["conversation"],
        row["name"],
        row["address"],
        row["window_until"],
        row["free_until"],
        username=row["username"],
        language=row["language"],
    )
