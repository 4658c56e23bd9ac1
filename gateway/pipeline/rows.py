"""T0b's rows: messages, events and dead letters, from what was parsed."""

from __future__ import annotations

import msgspec

from gateway.channels import Channel
from gateway.model.event import ChannelEvent, Event, MessageReceived
from gateway.model.ids import new_id
from gateway.model.inbound import Inbound
from gateway.model.notice import Echo, HistoryMessage
from gateway.model.status import RANK
from gateway.pipeline.people.place import Place
from gateway.pipeline.records import OpenEvent, RawWebhook

_encode = msgspec.json.Encoder().encode

Row = dict[str, object]


def message_row(identifier: str, channel: Channel, event: MessageReceived, where: Place, now: int) -> Row:
    """A message from a contact."""
    return _row(identifier, channel, event, event.content, event.message_id, where, now, event_id=identifier)


def phone_row(
    identifier: str,
    channel: Channel,
    event: ChannelEvent,
    content: Echo | HistoryMessage,
    where: Place,
    now: int,
) -> Row:
    """A message that was written or read in the business's own app."""
    row = _row(identifier, channel, event, content.content, content.message_id, where, now)
    row["origin"] = "echo" if isinstance(content, Echo) else "history"
    if isinstance(content, Echo) or content.from_business:
        row["direction"], row["parts"] = "out", 1
    return row


def _row(
    identifier: str,
    channel: Channel,
    event: MessageReceived | ChannelEvent,
    content: Inbound,
    message_id: str,
    where: Place,
    now: int,
    event_id: str = "",
) -> Row:
    """A message that came in."""
    return {
        "tenant": channel.tenant,
        "id": identifier,
        "channel": channel.id,
        "conversation": where.conversation,
        "contact": where.contact,
        "direction": "in",
        "type": content.__struct_config__.tag,
        "content": _encode(content).decode(),
        "provider_message_id": message_id,
        "event": event_id,
        "origin": "",
        "purpose": "",
        "parts": 0,
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


def open_event(
    identifier: str, channel: Channel, received_at: int, event: Event, where: Place | None, message: str
) -> OpenEvent:
    """An event that plugins have still to see."""
    if where is None:
        return OpenEvent(channel.tenant, identifier, channel, event, received_at, message=message)
    return OpenEvent(
        channel.tenant,
        identifier,
        channel,
        event,
        received_at,
        where.conversation,
        where.contact,
        where.name,
        where.address,
        where.window_until,
        1,
        message,
        free_until=where.free_until,
        username=where.username,
        language=where.language,
    )


def event_row(opened: OpenEvent) -> Row:
    """The same event in the database."""
    return {
        "tenant": opened.tenant,
        "id": opened.id,
        "kind": opened.event.__struct_config__.tag,
        "channel": opened.channel.id if opened.channel else "",
        "shard": opened.channel.shard if opened.channel else 0,
        "conversation": opened.conversation,
        "message": opened.message,
        "plugins": "",
        "body": _encode(opened.event),
        "starts": opened.starts,
        "received_at": opened.received_at,
    }


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
