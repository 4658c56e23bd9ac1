"""T0b: one transaction turns parsed webhooks into events, each stored once, ever.

A duplicate dies on the unique key of `seen` (messages, events) or of `status`. What cannot be parsed,
or names a number that is not ours, is kept as a dead letter and passed by. The journal row is closed in
the same transaction, so a crash before it costs another parse and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable

import msgspec
from msgspec import Struct

from gateway.channels import Channel
from gateway.clock import DAY
from gateway.model.event import ChannelEvent, Event, MessageReceived, StatusReceived
from gateway.model.ids import digest, new_id
from gateway.pipeline.journal import PROCESSES
from gateway.pipeline.people import Place, Sighting, place
from gateway.pipeline.queries import JOURNAL, RECORD, STATUS
from gateway.pipeline.records import OpenEvent, RawWebhook
from gateway.pipeline.status import Folded, fold
from gateway.provider import ParseFailure
from gateway.store.port import Tx

_encode = msgspec.json.Encoder().encode

#: Which hooks a tenant's plugins implement: `wanted(tenant, kind)`.
Wanted = Callable[[str, str], bool]


class Routed(Struct, frozen=True):
    """An event and the channel that it belongs to."""

    channel: Channel
    event: Event


class ParsedWebhook(Struct, frozen=True):
    """A raw webhook with all that it held."""

    raw: RawWebhook
    routed: tuple[Routed, ...] = ()
    foreign: tuple[Event, ...] = ()
    failures: tuple[ParseFailure, ...] = ()


class Recorded(Struct):
    """What was new: events for the plugins, and what the statuses did."""

    events: list[OpenEvent]
    folded: list[Folded]
    new_messages: int = 0
    new_events: int = 0
    duplicates: int = 0
    dead: int = 0


async def record(tx: Tx, batch: list[ParsedWebhook], wanted: Wanted, now: int) -> Recorded:
    """Store everything in *batch* that is not stored yet, and close its journal rows."""
    out = Recorded([], [])
    fresh = await _unseen(tx, batch, now, out)
    messages = [
        (raw, routed.channel, event) for raw, routed, event in fresh if isinstance(event, MessageReceived)
    ]
    await _messages(tx, messages, wanted, now, out)
    others = [(raw, routed.channel, event) for raw, routed, event in fresh if isinstance(event, ChannelEvent)]
    await _channel_events(tx, others, wanted, out)
    statuses = [
        (routed.channel, routed.event)
        for parsed in batch
        for routed in parsed.routed
        if isinstance(routed.event, StatusReceived)
    ]
    if statuses:
        out.folded = await fold(tx, statuses, now)
        await _status_events(tx, out, wanted, now)
    await _bury(tx, batch, now, out)
    await close(tx, [parsed.raw for parsed in batch])
    return out


async def close(tx: Tx, raws: list[RawWebhook]) -> None:
    """Move the mark behind *raws*; a webhook that a replay opened again is taken off its list."""
    reopened = [{"id": raw.id} for raw in raws if raw.reopened]
    if reopened:
        await tx.many(JOURNAL["close"], reopened)
    marks = {raw.id % PROCESSES: raw.id for raw in raws if not raw.reopened}
    if marks:
        await tx.many(
            JOURNAL["mark"], [{"process": process, "parsed": last} for process, last in marks.items()]
        )


async def _unseen(
    tx: Tx, batch: list[ParsedWebhook], now: int, out: Recorded
) -> list[tuple[RawWebhook, Routed, Event]]:
    """The events of *batch* that were never seen before, each once."""
    candidates: dict[tuple[str, bytes], tuple[RawWebhook, Routed, Event]] = {}
    total = 0
    for parsed in batch:
        for routed in parsed.routed:
            event = routed.event
            if isinstance(event, StatusReceived):
                continue
            total += 1
            kind, key = ("m", event.message_id) if isinstance(event, MessageReceived) else ("e", event.key)
            candidates.setdefault(
                (routed.channel.tenant, digest(routed.channel.id, kind, key)), (parsed.raw, routed, event)
            )
    if not candidates:
        return []
    rows = await tx.each(
        RECORD["see"], [{"tenant": tenant, "key": key, "at": now} for tenant, key in candidates]
    )
    fresh = [candidates[row["tenant"], bytes(row["key"])] for row in rows]
    out.duplicates = total - len(fresh)
    return fresh


async def _messages(
    tx: Tx,
    fresh: list[tuple[RawWebhook, Channel, MessageReceived]],
    wanted: Wanted,
    now: int,
    out: Recorded,
) -> None:
    if not fresh:
        return
    places = await place(tx, [Sighting(channel, event.sender) for _, channel, event in fresh], now)
    rows, opens = [], []
    for (raw, channel, event), where in zip(fresh, places, strict=True):
        identifier = new_id()
        where.window_until = max(where.window_until, event.at + DAY)
        rows.append(_message_row(identifier, channel, event, where, now))
        if wanted(channel.tenant, "message"):
            opens.append(
                _event_row(identifier, "message", channel, raw, where.conversation, identifier, event)
            )
            out.events.append(_open(identifier, channel, raw, event, where))
    out.new_messages = len(rows)
    await tx.many(RECORD["add_message"], rows)
    await tx.many(RECORD["touch_conversation"], rows)
    if opens:
        await tx.many(RECORD["add_event"], opens)


def _message_row(
    identifier: str, channel: Channel, event: MessageReceived, where: Place, now: int
) -> dict[str, object]:
    return {
        "tenant": channel.tenant,
        "id": identifier,
        "channel": channel.id,
        "conversation": where.conversation,
        "contact": where.contact,
        "direction": "in",
        "type": event.content.__struct_config__.tag,
        "content": _encode(event.content).decode(),
        "provider_message_id": event.message_id,
        "event": identifier,
        "origin": "",
        "parts": 0,
        "at": event.at,
        "now": now,
        "raw": event.raw,
        "window_until": where.window_until,
    }


def _event_row(
    identifier: str,
    kind: str,
    channel: Channel,
    raw: RawWebhook,
    conversation: str,
    message: str,
    event: Event,
) -> dict[str, object]:
    return {
        "tenant": channel.tenant,
        "id": identifier,
        "kind": kind,
        "channel": channel.id,
        "shard": channel.shard,
        "conversation": conversation,
        "message": message,
        "plugins": "",
        "body": _encode(event),
        "starts": 1,
        "received_at": raw.received_at,
    }


def _open(identifier: str, channel: Channel, raw: RawWebhook, event: Event, where: Place | None) -> OpenEvent:
    return OpenEvent(
        channel.tenant,
        identifier,
        channel,
        event,
        raw.received_at,
        where.conversation if where else "",
        where.contact if where else "",
        where.name if where else "",
        where.address if where else "",
        where.window_until if where else 0,
        1,
        identifier,
    )


async def _channel_events(
    tx: Tx, fresh: list[tuple[RawWebhook, Channel, ChannelEvent]], wanted: Wanted, out: Recorded
) -> None:
    out.new_events = len(fresh)
    rows = []
    for raw, channel, event in fresh:
        if wanted(channel.tenant, "event"):
            identifier = new_id()
            rows.append(_event_row(identifier, "event", channel, raw, "", "", event))
            out.events.append(_open(identifier, channel, raw, event, None))
    if rows:
        await tx.many(RECORD["add_event"], rows)


async def _status_events(tx: Tx, out: Recorded, wanted: Wanted, now: int) -> None:
    """Statuses that moved something become events too, where a plugin asked for them."""
    rows = []
    for folded in out.folded:
        if not folded.moved or not wanted(folded.channel.tenant, "status"):
            continue
        identifier = new_id()
        raw = RawWebhook(0, folded.channel.provider.name, folded.channel.id, (), now, {}, b"")
        where = await _place_of(tx, folded)
        rows.append(
            _event_row(
                identifier, "status", folded.channel, raw, folded.conversation, folded.message, folded.event
            )
        )
        out.events.append(
            msgspec.structs.replace(
                _open(identifier, folded.channel, raw, folded.event, where), message=folded.message
            )
        )
    if rows:
        await tx.many(RECORD["add_event"], rows)


async def _place_of(tx: Tx, folded: Folded) -> Place:
    """The conversation of the message that a status is about, for the plugins that answer to it."""
    row = await tx.one(STATUS["conversation"], tenant=folded.channel.tenant, conversation=folded.conversation)
    if row is None:
        return Place("", folded.conversation, "", "", 0)
    return Place(row["contact"], row["conversation"], row["name"], row["address"], row["window_until"])


async def _bury(tx: Tx, batch: list[ParsedWebhook], now: int, out: Recorded) -> None:
    """Keep what cannot be used: unreadable pieces, and events of numbers that are not ours."""
    rows = []
    for parsed in batch:
        for failure in parsed.failures:
            rows.append(_dead_row(parsed.raw, "unreadable", failure.reason, failure.raw, now))
        for event in parsed.foreign:
            number = f"no channel has the number {event.number}"
            rows.append(_dead_row(parsed.raw, "foreign_number", number, event.raw, now))
    out.dead = len(rows)
    if rows:
        await tx.many(RECORD["add_dead"], rows)


def _dead_row(raw: RawWebhook, reason: str, detail: str, body: bytes, now: int) -> dict[str, object]:
    return {
        "tenant": "",
        "id": new_id(),
        "stage": "parse",
        "ref": str(raw.id),
        "plugin": "",
        "reason": reason,
        "detail": detail,
        "journal": str(raw.id),
        "body": body,
        "now": now,
    }
