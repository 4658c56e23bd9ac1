"""What happens on the business's own phone: messages written there, and its address book (wire.md §1.8).

{"from": "15550104477", "to": "34600111222", "to_user_id": "ES.90817263544536271",
 "id": "wamid.RUNITw==", "timestamp": "1794900000", "type": "text", "text": {"body": "On my way"}}
"""

from __future__ import annotations

import msgspec
from msgspec import Struct

from gateway.model import notice
from gateway.model.event import ChannelEvent
from providers.meta_cloud import wire
from providers.meta_cloud.clean import Unreadable, decode, moment
from providers.meta_cloud.fields.base import Change, event, payload, phone_of, someone
from providers.meta_cloud.kinds import read_content
from providers.meta_cloud.people import group, person


class EchoObject(wire.Message, kw_only=True):
    """One of `message_echoes`: a message as a contact's, and to whom."""

    to: str | None = None
    to_user_id: str | None = None
    to_parent_user_id: str | None = None


class Card(Struct):
    """A contact of the phone's."""

    phone_number: str | None = None
    full_name: str | None = None
    first_name: str | None = None
    user_id: str | None = None


class Stamp(Struct):
    """When it was done."""

    timestamp: wire.Number = None


class Sync(Struct, kw_only=True):
    """One of `state_sync`: `{"type": "contact", "contact": {…}, "action": "add"}`."""

    type: str
    action: str | None = None
    contact: Card | None = None
    metadata: Stamp | None = None


_ECHO = msgspec.json.Decoder(EchoObject)
_SYNC = msgspec.json.Decoder(Sync)


def read_echo(raw: bytes, change: Change) -> ChannelEvent:
    """The business wrote from the app, or changed what it wrote: the person is the one it wrote to."""
    found = decode(_ECHO, raw)
    if not found.id or found.timestamp is None:
        raise Unreadable("an echo without id or timestamp")
    who = person(change.account, change.contacts, found.to, found.to_user_id, found.to_parent_user_id)
    if found.group_id:
        who = group(found.group_id, change.number)
    content = notice.Echo(
        found.id, read_content(found.type, raw), (found.context.id or "") if found.context else ""
    )
    someone(who, change, "an echo")
    return event(change, content, raw, found.id, found.type, at=moment(found.timestamp), person=who)


def read_sync(raw: bytes, change: Change) -> ChannelEvent:
    """The phone's address book changed. That makes nobody a contact of the gateway's yet."""
    found = decode(_SYNC, raw)
    at = moment(found.metadata.timestamp) if found.metadata else 0
    content: notice.Notice
    if found.type != "contact" or found.contact is None:
        content = notice.Other(payload(raw))
    else:
        card = found.contact
        content = notice.ContactSync(
            found.action or "",
            phone_of(card.phone_number),
            card.full_name or "",
            card.first_name or "",
            card.user_id or "",
        )
    return event(change, content, raw, at=at)
