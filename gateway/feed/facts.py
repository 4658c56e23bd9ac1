"""What the log stores of each kind of event: references, and what is not stored elsewhere."""

from __future__ import annotations

from typing import Any

import msgspec
from msgspec import Struct


class MessageRef(Struct, frozen=True):
    """A message, whose content is joined when the event is read. *status* is what it was then."""

    message: str
    status: str


class MessageStatus(Struct, frozen=True):
    """A part of a message came further. *part* counts from 0. *status* is accepted, held, sent, delivered,
    read, played, failed, cancelled, or in_doubt for one that was given up without knowing. *error* is why."""

    message: str
    part: int
    status: str
    provider_message_id: str | None = None
    error: Any = None


class ContactMet(Struct, frozen=True):
    """A contact. *channel* is where it was met, null when it was made through the API."""

    contact: str
    channel: str | None = None


class ContactChange(Struct, frozen=True):
    """A contact, and what is different: profile, identities, address, attributes, erased."""

    contact: str
    what: list[str]


class ConsentChange(Struct, frozen=True):
    """A contact wants something else from now on: *purpose* is service or marketing, *state* in or out,
    *before* null when nothing was known. *source* is who told (keyword, provider_settings, api…), *channel*
    where, null for nowhere. The proof is with the contact."""

    contact: str
    purpose: str
    state: str
    before: str | None
    source: str
    channel: str | None = None


class Muted(Struct, frozen=True):
    """A contact is not answered for a while, in *conversation* of *channel*. What it writes is kept."""

    contact: str
    conversation: str
    channel: str


class ChannelNotice(Struct, frozen=True):
    """What the provider told, as plugins get it in on_event: *name* is the provider's field, *content* the
    typed notice. *contact* and *conversation* are null when it is about nobody."""

    channel: str
    name: str
    content: Any
    contact: str | None = None
    conversation: str | None = None


class ChannelState(Struct, frozen=True):
    """A channel. *reason* is why it was paused, "" when it goes on."""

    channel: str
    reason: str = ""


class TemplateChange(Struct, frozen=True):
    """A template as it was after the change."""

    account: str
    name: str
    language: str
    status: str
    category: str
    quality: str


class DeadLetter(Struct, frozen=True):
    """What could not be done. *ref* is the message or event that it was about."""

    id: str
    stage: str
    reason: str
    plugin: str
    ref: str


Fact = (
    MessageRef
    | MessageStatus
    | ContactMet
    | ContactChange
    | ConsentChange
    | Muted
    | ChannelNotice
    | ChannelState
    | TemplateChange
    | DeadLetter
)

encode = msgspec.json.Encoder().encode
