"""Events as they are given out: by the API, its stream, and webhooks. References to messages are completed.

What is shown of one event is the same whenever it is asked for, so that a webhook's tries have one body;
but a message that was erased since is null.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec
from msgspec import Struct
from msgspec.structs import replace

from gateway.clock import rfc3339
from gateway.feed import facts
from gateway.feed.record import Numbered
from gateway.item import MessageItem, item_of
from gateway.pipeline.queries import MESSAGES
from gateway.store.port import Tx


class Shown(Struct, frozen=True, tag_field="type"):
    """What every event has: its place in the log, its own id (the same wherever it is told of), and when it
    was noted (RFC 3339, UTC)."""

    seq: int
    id: str
    at: str


class MessageReceivedEvent(Shown, frozen=True, tag="message.received"):
    """A contact sent a message. Null when it has been erased since."""

    data: MessageItem | None


class MessageCreatedEvent(Shown, frozen=True, tag="message.created"):
    """A message is to go out, or was written in the business's own app: as it was then. What becomes of it
    follows as message.status. Null when it has been erased since."""

    data: MessageItem | None


class MessageStatusEvent(Shown, frozen=True, tag="message.status"):
    """A part of a message came further."""

    data: facts.MessageStatus


class ContactCreatedEvent(Shown, frozen=True, tag="contact.created"):
    """Somebody new."""

    data: facts.ContactMet


class ContactChangedEvent(Shown, frozen=True, tag="contact.changed"):
    """A contact is not as it was."""

    data: facts.ContactChange


class ConsentChangedEvent(Shown, frozen=True, tag="consent.changed"):
    """A contact said yes or no to being written to."""

    data: facts.ConsentChange


class ContactMutedEvent(Shown, frozen=True, tag="contact.muted"):
    """A contact wrote more than is answered, and is not answered until it is quiet."""

    data: facts.Muted


class ConversationLoopingEvent(Shown, frozen=True, tag="conversation.looping"):
    """A machine answers what we say: it is not answered until it is quiet."""

    data: facts.Muted


class ChannelNoticeEvent(Shown, frozen=True, tag="channel.notice"):
    """News of a number, an account, a template, a call, a click."""

    data: facts.ChannelNotice


class ChannelPausedEvent(Shown, frozen=True, tag="channel.paused"):
    """Nothing is sent on this channel for now; what comes in comes in."""

    data: facts.ChannelState


class ChannelResumedEvent(Shown, frozen=True, tag="channel.resumed"):
    """The channel sends again."""

    data: facts.ChannelState


class TemplateChangedEvent(Shown, frozen=True, tag="template.changed"):
    """A template has another status, category, quality or text."""

    data: facts.TemplateChange


class DeadLetterCreatedEvent(Shown, frozen=True, tag="dead_letter.created"):
    """Something was set aside for a person to look at."""

    data: facts.DeadLetter


EventShown = (
    MessageReceivedEvent
    | MessageCreatedEvent
    | MessageStatusEvent
    | ContactCreatedEvent
    | ContactChangedEvent
    | ConsentChangedEvent
    | ContactMutedEvent
    | ConversationLoopingEvent
    | ChannelNoticeEvent
    | ChannelPausedEvent
    | ChannelResumedEvent
    | TemplateChangedEvent
    | DeadLetterCreatedEvent
)

#: The two whose data is a message, and the rest with how theirs is stored.
_MESSAGES: dict[str, type[MessageReceivedEvent | MessageCreatedEvent]] = {
    "message.received": MessageReceivedEvent,
    "message.created": MessageCreatedEvent,
}
_OTHERS: dict[str, tuple[type[Any], msgspec.json.Decoder[Any]]] = {
    "message.status": (MessageStatusEvent, msgspec.json.Decoder(facts.MessageStatus)),
    "contact.created": (ContactCreatedEvent, msgspec.json.Decoder(facts.ContactMet)),
    "contact.changed": (ContactChangedEvent, msgspec.json.Decoder(facts.ContactChange)),
    "consent.changed": (ConsentChangedEvent, msgspec.json.Decoder(facts.ConsentChange)),
    "contact.muted": (ContactMutedEvent, msgspec.json.Decoder(facts.Muted)),
    "conversation.looping": (ConversationLoopingEvent, msgspec.json.Decoder(facts.Muted)),
    "channel.notice": (ChannelNoticeEvent, msgspec.json.Decoder(facts.ChannelNotice)),
    "channel.paused": (ChannelPausedEvent, msgspec.json.Decoder(facts.ChannelState)),
    "channel.resumed": (ChannelResumedEvent, msgspec.json.Decoder(facts.ChannelState)),
    "template.changed": (TemplateChangedEvent, msgspec.json.Decoder(facts.TemplateChange)),
    "dead_letter.created": (DeadLetterCreatedEvent, msgspec.json.Decoder(facts.DeadLetter)),
}
_ref = msgspec.json.Decoder(facts.MessageRef)


async def show(tx: Tx, tenant: str, events: Sequence[Numbered]) -> list[EventShown]:
    """*events* of *tenant*, each as the API shows it, in the same order."""
    refs = {event.seq: _ref.decode(event.data) for event in events if event.kind in _MESSAGES}
    ids = dict.fromkeys(ref.message for ref in refs.values())
    rows = await tx.each(MESSAGES["one"], [{"tenant": tenant, "id": each} for each in ids]) if ids else []
    items = {str(row["id"]): item_of(row, []) for row in rows}
    return [_show(event, refs.get(event.seq), items) for event in events]


def _show(event: Numbered, ref: facts.MessageRef | None, items: dict[str, MessageItem]) -> EventShown:
    at = rfc3339(event.at)
    if ref is not None:
        item = items.get(ref.message)
        then = None if item is None else replace(item, status=ref.status)
        return _MESSAGES[event.kind](event.seq, event.id, at, then)
    shown, stored = _OTHERS[event.kind]
    made: EventShown = shown(event.seq, event.id, at, stored.decode(event.data))
    return made
