"""One turn: one plugin's handling of one event, with all its effects in one commit.

The hook runs against a `Desk`: what it sends is rendered and collected, what it writes goes through its
unit of work. When the hook has returned, both are committed together with "done"; when it fails, both
vanish and a dead letter is left instead.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from gateway.chat import Contact, Conversation, Sent, Tenant
from gateway.clock import Clock
from gateway.errors import HandleRevoked, SendRefused, WindowClosed
from gateway.media.queries import MEDIA
from gateway.media.record import media_of
from gateway.message import instant, moment
from gateway.model.capability import Loss
from gateway.model.event import MessageReceived
from gateway.model.ids import new_id
from gateway.model.outbound import Outbound, Template
from gateway.pipeline import policy, window
from gateway.pipeline.cancel import cancel
from gateway.pipeline.form import Formed, Keep, form, planned
from gateway.pipeline.outgoing import Destination, OutMessage, compose
from gateway.pipeline.quote import quoted
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.signals import Signals
from gateway.provider import StoredFile
from gateway.store.port import Db, Store, Unit
from gateway.templates.desk import NO_RULES, Rules


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
        signals: Signals,
        rules: Rules = NO_RULES,
        keep: Keep = planned,
    ) -> None:
        self._keep = keep
        self.opened, self.plugin, self._store, self._clock = opened, plugin, store, clock
        self.tenant, self.settings = tenant, settings
        self.messages: list[OutMessage] = []
        #: Queued parts of messages that were taken back.
        self.cancelled: list[str] = []
        #: Whether the conversation counts as read from now on.
        self.read = False
        self._signals, self._rules = signals, rules
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
        if not opened.conversation:
            return None
        return Contact(opened.contact, opened.contact_name, opened.address, opened.username)

    @property
    def conversation(self) -> Conversation | None:
        opened = self.opened
        if not opened.conversation:
            return None
        until, free, now = opened.window_until, opened.free_until, self.now()
        event = opened.event
        return Conversation(
            opened.conversation,
            opened.channel.id,
            moment(until),
            until > now,
            window.state(until, now),
            moment(free) if free > now else None,
            event.group if isinstance(event, MessageReceived) else "",
        )

    @property
    def reply_target(self) -> str:
        event = self.opened.event
        return event.message_id if isinstance(event, MessageReceived) else ""

    async def plan(self, message: Outbound) -> Sent:
        """Form without sending."""
        formed = await self._form(self._rules.prepare(self.opened.channel, message), planned)
        return Sent("", len(formed.parts), formed.losses)

    async def _form(self, message: Outbound, keep: Keep) -> Formed:
        channel = self.opened.channel
        return await form(
            channel, message, keep, language=self.tenant.language,
            quoted=await quoted(self._store, channel, message),
            definition=self._rules.define(channel, message),
        )  # fmt: skip

    async def media(self, message_id: str) -> StoredFile | None:
        """The file of a message, when it is kept."""
        row = await self.db.one(MEDIA["of_message"], message=message_id or self.opened.message)
        return media_of(row).file() if row is not None and row["state"] == "stored" else None

    def mark_read(self, message_id: str, *, typing: bool) -> bool:
        """Signal at once that a message was read, and that an answer is being written."""
        if self._over:
            raise HandleRevoked("this chat belongs to a hook that has ended")
        self.read = True
        return self._signals.mark_read(self.opened.channel, message_id, typing=typing)

    async def send(self, message: Outbound, at: datetime | None = None) -> Sent:
        """Form *message* and keep it for the commit; it is sent then, or *at* a later time."""
        opened, now = self.opened, self.now()
        if self._over:
            raise HandleRevoked(
                "this chat belongs to a hook that has ended: await what sends within the hook"
            )
        if not opened.conversation:
            raise SendRefused("this event belongs to no conversation, so there is nobody to send to")
        message = self._rules.prepare(opened.channel, message)
        formed = await self._form(message, self._keep)
        if not formed.parts:
            return Sent("", 0, formed.losses or (Loss("text", "dropped", "nothing to say"),))
        due = _due(at, now) if at is not None else 0
        decision = policy.decide(policy.Facts(opened.window_until), message, now, due)
        if not decision.send:
            raise WindowClosed(
                f"the contact of conversation {opened.conversation} last wrote more than 24 hours ago: "
                "send a Template, or wait for a message"
            )
        to = Destination(
            opened.channel, opened.conversation, opened.contact, opened.address, opened.id, opened.received_at
        )
        out = compose(
            to, message, formed, "reply", identifier=new_id(), origin=f"plugin:{self.plugin}",
            deadline=decision.deadline, now=now,
        )  # fmt: skip
        out.due_at, out.reason = decision.hold, decision.reason
        out.marketing = isinstance(message, Template) and self._rules.marketing(opened.channel, message)
        self.messages.append(out)
        later = moment(out.due_at) if out.due_at else None
        return Sent(str(out.row["id"]), len(out.parts), formed.losses, later, out.reason)

    async def cancel(self, message_id: str) -> bool:
        """Take a message back, in this turn's transaction; one of this very turn is not said at all."""
        kept = [out for out in self.messages if out.row["id"] != message_id]
        if len(kept) < len(self.messages):
            self.messages = kept
            return True
        done = await cancel(self.db, message_id, self.now())
        self.cancelled += done.parts
        return done.verdict == "cancelled"


def _due(at: datetime, now: int) -> int:
    """A plugin's `at=` in microseconds. Raises `SendRefused`."""
    if at.utcoffset() is None:
        raise SendRefused("at= needs a datetime with a time zone, such as chat.now + timedelta(hours=3)")
    if instant(at) > now + policy.AHEAD:
        raise SendRefused("at= lies more than a year ahead")
    return instant(at)
