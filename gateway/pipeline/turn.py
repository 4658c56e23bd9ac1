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
from gateway.errors import HandleRevoked, SendRefused, WindowClosed
from gateway.message import moment
from gateway.model.capability import Loss
from gateway.model.event import MessageReceived
from gateway.model.ids import new_id
from gateway.model.outbound import Outbound, Template
from gateway.pipeline import policy
from gateway.pipeline.records import OpenEvent, Part
from gateway.store.port import Db, Store, Unit

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
        store: Store,
        clock: Clock,
        tenant: Tenant,
        settings: Mapping[str, Any],
    ) -> None:
        self.opened, self.plugin, self._store, self._clock = opened, plugin, store, clock
        self.tenant, self.settings = tenant, settings
        self.messages: list[OutMessage] = []
        #: The unit of work, made when the plugin first asks for its database.
        self.unit: Unit | None = None
        self._over = False

    @property
    def db(self) -> Db:
        if self.unit is None:
            if self._over:
                raise HandleRevoked("chat.db belongs to a hook that has ended")
            self.unit = self._store.unit(self.opened.tenant)
        return self.unit.db

    def end(self) -> None:
        """The hooks have returned: what a task that they left behind still says is refused."""
        self._over = True

    async def rollback(self) -> None:
        """Undo what was written and revoke the handle; safe to call twice."""
        self._over = True
        if self.unit is not None:
            await self.unit.rollback()

    def now(self) -> int:
        return self._clock.now()

    @property
    def contact(self) -> Contact | None:
        opened = self.opened
        return Contact(opened.contact, opened.contact_name, opened.address) if opened.conversation else None

    @property
    def conversation(self) -> Conversation | None:
        opened = self.opened
        if not opened.conversation:
            return None
        until = opened.window_until
        return Conversation(opened.conversation, opened.channel.id, moment(until), until > self.now())

    @property
    def reply_target(self) -> str:
        event = self.opened.event
        return event.message_id if isinstance(event, MessageReceived) else ""

    def plan(self, message: Outbound) -> Sent:
        """Render without sending."""
        rendered = self.opened.channel.provider.render(message)
        return Sent("", len(rendered.parts), rendered.losses)

    def send(self, message: Outbound) -> Sent:
        """Render *message* and keep it for the commit."""
        opened, now = self.opened, self.now()
        if self._over:
            raise HandleRevoked(
                "this chat belongs to a hook that has ended: await what sends within the hook"
            )
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
