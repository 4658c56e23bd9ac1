"""What a plugin is handed: a message, or what became of one."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import parse_qsl

import msgspec
from msgspec import Struct

from gateway.model import inbound
from gateway.model.event import Context, MessageReceived, Referral, StatusReceived
from gateway.model.status import Failure, Pricing, Status

_EPOCH = datetime.fromtimestamp(0, UTC)


def moment(at: int) -> datetime:
    """Microseconds UTC as an aware datetime."""
    return datetime.fromtimestamp(at / 1_000_000, UTC)


def instant(at: datetime) -> int:
    """An aware datetime as microseconds UTC."""
    return (at - _EPOCH) // timedelta(microseconds=1)


#: Where the words of a message stand that a person would read, the first of them that has any.
WORDS = ("text", "caption", "title")


def text_of(content: inbound.Inbound) -> str:
    """What a person would read of *content*: the body, the caption or the title; "" when there is none."""
    for name in WORDS:
        words = getattr(content, name, "")
        if words:
            return str(words)
    return ""


class Message(Struct, frozen=True):
    """A message from a contact, the same on every provider.

    `content` is the typed Struct of its kind (see `gateway.inbound`); the properties below read it
    without a type check. `id` is ours, `provider_message_id` the provider's (wamid).
    """

    id: str
    received: MessageReceived

    @property
    def content(self) -> inbound.Inbound:
        """The typed content."""
        return self.received.content

    @property
    def type(self) -> str:
        """The kind: text, image, button_reply, … (design: the surface)."""
        return str(self.received.content.__struct_config__.tag)

    @property
    def text(self) -> str:
        """What a person would read: the body, the caption or the title; "" when there is none."""
        return text_of(self.received.content)

    @property
    def reply_id(self) -> str:
        """The id of the tapped button or chosen row, else ""."""
        content = self.received.content
        return content.id if isinstance(content, inbound.ButtonReply | inbound.ListReply) else ""

    @property
    def reply_to(self) -> str:
        """The provider id of the message that this one answers, else ""."""
        return self.received.context.reply_to

    @property
    def media(self) -> inbound.Media | None:
        """The file, when there is one; contact cards may come as one."""
        content = self.received.content
        if isinstance(content, inbound.Contacts):
            return content.file
        return content if isinstance(content, inbound.Media) else None

    @property
    def location(self) -> inbound.Location | None:
        """The point on the map, when there is one."""
        content = self.received.content
        return content if isinstance(content, inbound.Location) else None

    @property
    def order(self) -> inbound.Order | None:
        """The order, when there is one. Price it from your own data, never from the message."""
        content = self.received.content
        return content if isinstance(content, inbound.Order) else None

    @property
    def context(self) -> Context:
        """What it answers or was forwarded from."""
        return self.received.context

    @property
    def referral(self) -> Referral | None:
        """The ad or post that it came through."""
        return self.received.referral

    @property
    def provider_message_id(self) -> str:
        """The provider's id (wamid)."""
        return self.received.message_id

    @property
    def at(self) -> datetime:
        """When the contact sent it, by the provider's clock."""
        return moment(self.received.at)

    @property
    def raw(self) -> Any:
        """The provider's own object, decoded: JSON, or the fields of a form."""
        raw = self.received.raw
        try:
            return msgspec.json.decode(raw) if raw else {}
        except msgspec.DecodeError:
            pass
        try:
            return json.loads(raw)  # a number beyond a float's reach, which Python's own reader takes
        except ValueError:
            return dict(parse_qsl(raw.decode("utf-8", "replace"), keep_blank_values=True))


class StatusUpdate(Struct, frozen=True):
    """A message that we sent has moved forward. `message_id` is ours, as `chat.send` returned it."""

    message_id: str
    received: StatusReceived

    @property
    def status(self) -> Status:
        """sent, delivered, read, played or failed."""
        return self.received.status

    @property
    def failure(self) -> Failure | None:
        """Why it failed, when it did."""
        return self.received.failure

    @property
    def pricing(self) -> Pricing | None:
        """What the provider says of the price."""
        return self.received.pricing

    @property
    def at(self) -> datetime:
        """When, by the provider's clock."""
        return moment(self.received.at)
