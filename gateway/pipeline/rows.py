"""T0b's rows: messages, events and dead letters, from what was parsed."""

from __future__ import annotations

import msgspec

from gateway.channels import Channel
from gateway.model.event import ChannelEvent, Event, MessageReceived
from gateway.model.ids import new_id
from gateway.model.notice import Echo, HistoryMessage
from gateway.model.status import RANK
from gateway.pipeline.people.place import Place
from gateway.pipeline.records import OpenEvent, RawWebhook

_encode = msgspec.json.Encoder().encode

Row = dict[str, object]


def message_row(identifier: str, channel: Channel, event: MessageReceived, where: Place, now: int) -> Row:
    """A message from a contact."""
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
    }


def phone_row(
    identifier: str,
    channel: Channel,
    event: ChannelEvent,
    content: Echo | HistoryMessage,
    where: Place,
    now: int,
) -> Row:
    """A message that was written or read in the business's own app."""
    out = isinstance(content, Echo) or content.from_business
    return {
        "tenant": channel.tenant,
        "id": identifier,
        "channel": channel.id,
        "conversation": where.conversation,
        "contact": where.contact,
        "direction": "out" if out else "in",
        "type": content.content.__struct_config__.tag,
        "content": _encode(content.content).decode(),
        "provider_message_id": content.message_id,
        "event": "",
        "origin": "echo" if isinstance(content, Echo) else "history",
        "parts": 1 if out else 0,
        "at": event.at,
        "now": now,
        "raw": event.raw,
    }


#: What a phone's history says of an old message of ours.
_HISTORY = {"SENT": "sent", "DELIVERED": "delivered", "READ": "read", "PLAYED": "played", "ERROR": "failed"}


def phone_part(row: Row, content: Echo | HistoryMessage, now: int) -> Row | None:
    """The part of a message that the business wrote in its app, so that its statuses find it; None for
    what a contact wrote."""
    if row["direction"] == "in":
        return None
    told = content.status.upper() if isinstance(content, HistoryMessage) else ""
    status = _HISTORY.get(told, "accepted")
    return {
        "tenant": row["tenant"],
        "id": new_id(),
        "message": row["id"],
        "idx": 0,
        "channel": row["channel"],
        "conversation": row["conversation"],
        "provider_message_id": row["provider_message_id"],
        "status": status,
        "rank": RANK[status],
        "attempt": 0,
        "resent": 0,
        "claimed_at": 0,
        "now": now,
        "error": "",
    }


def event_row(
    identifier: str,
    kind: str,
    channel: Channel,
    raw: RawWebhook,
    conversation: str,
    message: str,
    event: Event,
) -> Row:
    """An event that plugins have still to see."""
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


def open_event(
    identifier: str, channel: Channel, raw: RawWebhook, event: Event, where: Place | None, message: str
) -> OpenEvent:
    """The same event in memory."""
    if where is None:
        return OpenEvent(channel.tenant, identifier, channel, event, raw.received_at, message=message)
    return OpenEvent(
        channel.tenant,
        identifier,
        channel,
        event,
        raw.received_at,
        where.conversation,
        where.contact,
        where.name,
        where.address,
        where.window_until,
        1,
        message,
        free_until=where.free_until,
        username=where.username,
    )


def dead_row(raw: RawWebhook, reason: str, detail: str, body: bytes, now: int) -> Row:
    """A piece of a webhook that cannot be used, kept."""
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
