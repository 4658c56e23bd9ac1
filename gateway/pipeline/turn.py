"""One turn: one plugin's handling of one event, with all its effects in one commit.

The hook runs against a `Desk`: what it sends is rendered and collected, what it writes goes through its
unit of work. When the hook has returned, both are committed together with "done"; when it fails, both
vanish and a dead letter is left instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import msgspec
from msgspec import Struct

from gateway.chat import Contact, Conversation, Sent, Tenant
from gateway.clock import Clock
from gateway.errors import SendRefused, WindowClosed
from gateway.message import moment
from gateway.model.capability import Loss
from gateway.model.event import MessageReceived
from gateway.model.ids import new_id
from gateway.model.outbound import Outbound, Template
from gateway.pipeline import policy
from gateway.pipeline.records import OpenEvent, Part
from gateway.store.port import Db, Unit

_encode = msgspec.json.Encoder().encode


class OutMessage(Struct):
    """A message that a turn wants sent, with its parts."""

    row: dict[str, object]
    parts: list[Part]


class Turn:
    """The desk behind a `Chat`, and the collector of its effects."""

    def __init__(
        self,
        opened: OpenEvent,
        plugin: str,
        unit: Unit,
        clock: Clock,
        tenant: Tenant,
        settings: Mapping[str, Any],
    ) -> None:
        self.opened, self.plugin, self.unit = opened, plugin, unit
        self.tenant, self.settings = tenant, settings
        self.now = clock.now
        self.messages: list[OutMessage] = []
        self.contact: Contact | None = None
        self.conversation: Conversation | None = None
        self.reply_target = ""
        if opened.conversation:
            self.contact = Contact(opened.contact, opened.contact_name, opened.address)
            self.conversation = Conversation(
                opened.conversation,
                opened.channel.id,
                moment(opened.window_until),
                opened.window_until > clock.now(),
            )
        if isinstance(opened.event, MessageReceived):
            self.reply_target = opened.event.message_id

    @property
    def db(self) -> Db:
        return self.unit.db

    def plan(self, message: Outbound) -> Sent:
        """Render without sending."""
        rendered = self.opened.channel.provider.render(message)
        return Sent("", len(rendered.parts), rendered.losses)

    def send(self, message: Outbound) -> Sent:
        """Render *message* and keep it for the commit."""
        opened, now = self.opened, self.now()
        if not opened.conversation:
            raise SendRefused("this event belongs to no conversation, so there is nobody to send to")
        rendered = opened.channel.provider.render(message)
        if not rendered.parts:
            return Sent("", 0, rendered.losses or (Loss("text", "dropped", "nothing to say"),))
        decision = policy.decide(policy.Facts(opened.window_until), message, now)
        if not decision.send:
            raise WindowClosed(
                f"the contact of conversation {opened.conversation} last wrote more than 24 hours ago: "
                "send a Template, or wait for a message"
            )
        identifier = new_id()
        row = message_row(opened, identifier, message, len(rendered.parts), f"plugin:{self.plugin}", now)
        cls = "template" if isinstance(message, Template) else "reply"
        parts = [
            _part(opened, identifier, idx, body, cls, decision.deadline, now)
            for idx, body in enumerate(rendered.parts)
        ]
        self.messages.append(OutMessage(row, parts))
        return Sent(identifier, len(parts), rendered.losses)


def message_row(
    opened: OpenEvent, identifier: str, message: Outbound, parts: int, origin: str, now: int
) -> dict[str, object]:
    """The record of an outgoing message."""
    return {
        "tenant": opened.tenant,
        "id": identifier,
        "channel": opened.channel.id,
        "conversation": opened.conversation,
        "contact": opened.contact,
        "direction": "out",
        "type": message.__struct_config__.tag,
        "content": _encode(message).decode(),
        "provider_message_id": "",
        "event": opened.id,
        "origin": origin,
        "parts": parts,
        "at": now,
        "now": now,
        "raw": b"",
    }


def _part(
    opened: OpenEvent, message: str, idx: int, body: dict[str, Any], cls: str, deadline: int, now: int
) -> Part:
    return Part(
        tenant=opened.tenant,
        id=new_id(),
        message=message,
        idx=idx,
        channel=opened.channel.id,
        shard=opened.channel.shard,
        conversation=opened.conversation,
        address=opened.address,
        cls=cls,
        body=_encode(body).decode(),
        deadline=deadline,
        created_at=now,
        cause_at=opened.received_at,
    )
