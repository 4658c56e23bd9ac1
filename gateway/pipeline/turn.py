"""One turn: one plugin's handling of one event, with all its effects in one commit.

The hook runs against a `Desk`: what it sends is rendered and collected, what it writes goes through its
unit of work. When the hook has returned, both are committed together with "done"; when it fails, both
vanish and a dead letter is left instead.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec
from msgspec import Struct

from gateway.channels import Channel
from gateway.errors import HandleRevoked, PluginError, SendRefused, WindowClosed
from gateway.facts import CommandHelp, Contact, Conversation, Parked, Sent
from gateway.flows.flow import Flow
from gateway.hooks.calls import arguments
from gateway.jobs.job import Job, JobOrder
from gateway.language.codes import checked
from gateway.language.words import Words
from gateway.media.queries import MEDIA
from gateway.media.record import media_of
from gateway.message import moment
from gateway.model.capability import Loss
from gateway.model.event import MessageReceived
from gateway.model.ids import new_id
from gateway.model.inside import Emitted
from gateway.model.outbound import Outbound, templated
from gateway.pipeline import window
from gateway.pipeline.around import Around
from gateway.pipeline.asked import as_json, due, registered
from gateway.pipeline.bounds import MOST, depth_after, room
from gateway.pipeline.cancel import cancel
from gateway.pipeline.effects import Effects
from gateway.pipeline.elsewhere import Elsewhere
from gateway.pipeline.form import Formed, Keep, form, planned
from gateway.pipeline.outgoing import Destination, compose
from gateway.pipeline.quote import quoted
from gateway.pipeline.records import OpenEvent
from gateway.policy.purpose import purpose_of
from gateway.policy.timing import timing
from gateway.provider import StoredFile
from gateway.store.port import Db, Unit

_encode = msgspec.json.Encoder().encode
_OVER = "this chat belongs to a hook that has ended: await what sends within the hook"


class Turn(Elsewhere):
    """The desk behind a `Chat`, and the collector of its effects."""

    #: No flow: a hook asks nobody.
    flow = None
    most = MOST

    def __init__(self, opened: OpenEvent, plugin: str, around: Around, unit: Unit | None = None) -> None:
        self.opened, self.plugin, self.around = opened, plugin, around
        self.tenant = around.tenants(opened.tenant)
        self.settings: Any = around.settings(
            opened.tenant, plugin, opened.channel.id if opened.channel else ""
        )
        self.effects = Effects()
        #: The unit of work, made when the plugin first asks for its database.
        self.unit = unit
        self._over = False
        self._words: Words | None = None
        #: The turn whose effects these are; another one for a chat that was reached.
        self._root = self

    def beside(self, opened: OpenEvent) -> Turn:
        """A turn in another conversation, that of *opened*, with the effects and the database of this one."""
        made = type(self)(opened, self.plugin, self.around)
        made._root, made.effects = self._root, self._root.effects
        return made

    @property
    def db(self) -> Db:
        root = self._root
        if root.unit is None:
            if root._over:
                raise HandleRevoked("chat.db belongs to a hook that has ended")
            root.unit = self.around.store.unit(self.opened.tenant)
        return root.unit.db

    def end(self) -> None:
        """The hooks have returned: what a task that they left behind still says is refused."""
        self._over = True

    async def rollback(self) -> None:
        """Undo what was written and revoke the handle; safe to call twice."""
        self._over = True
        if self.unit is not None:
            await self.unit.rollback()

    def now(self) -> int:
        return self.around.clock.now()

    # Where.

    @property
    def contact(self) -> Contact | None:
        opened = self.opened
        if not opened.conversation:
            return None
        return Contact(
            opened.contact, opened.contact_name, opened.address, opened.username, self.words.language
        )

    @property
    def conversation(self) -> Conversation | None:
        opened = self.opened
        if not opened.conversation or opened.channel is None:
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

    @property
    def words(self) -> Words:
        if self._words is None:
            opened = self.opened
            self._words = self.around.speech.words(self.plugin, self.tenant, opened.language, opened.address)
        return self._words

    @property
    def parked(self) -> Sequence[Parked]:
        return self.around.flows.parked(self)

    def help(self) -> Sequence[CommandHelp]:
        return self.around.speech.help(self.tenant, self.words.language)

    # Sending.

    def _channel(self) -> Channel:
        if self.opened.channel is None or not self.opened.conversation:
            raise SendRefused("this event belongs to no conversation, so there is nobody to send to")
        return self.opened.channel

    async def plan(self, message: Outbound) -> Sent:
        """Form without sending."""
        channel = self._channel()
        formed = await self._form(channel, self.around.rules.prepare(channel, message), planned)
        return Sent("", len(formed.parts), formed.losses)

    async def _form(self, channel: Channel, message: Outbound, keep: Keep) -> Formed:
        return await form(
            channel, message, keep, language=self.words.language,
            quoted=await quoted(self.around.store, channel, message),
            definition=self.around.rules.define(channel, message),
        )  # fmt: skip

    async def media(self, message_id: str) -> StoredFile | None:
        """The file of a message, when it is kept."""
        row = await self.db.one(MEDIA["of_message"], message=message_id or self.opened.message)
        return media_of(row).file() if row is not None and row["state"] == "stored" else None

    def mark_read(self, message_id: str, *, typing: bool) -> bool:
        """Signal at once that a message was read, and that an answer is being written."""
        self._check()
        channel = self._channel()
        self.effects.read.append((self.opened.tenant, self.opened.conversation))
        return self.around.signals.mark_read(channel, message_id, typing=typing)

    async def send(self, message: Outbound, at: datetime | None = None, purpose: str = "") -> Sent:
        """Form *message* and keep it for the commit; it is sent then, or *at* a later time."""
        opened, now, rules = self.opened, self.now(), self.around.rules
        self._check()
        room(self.effects.messages, self.most, self.plugin, "messages")
        channel = self._channel()
        message = rules.prepare(channel, message)
        formed = await self._form(channel, message, self.around.keep)
        if not formed.parts:
            return Sent("", 0, formed.losses or (Loss("text", "dropped", "nothing to say"),))
        wanted = due(at, now) if at is not None else 0
        cause = None if wanted > now or opened.plugins else opened.event  # a replay answers nobody
        decision = timing(opened.window_until, not templated(message), now, wanted)
        if not decision.send:
            raise WindowClosed(
                f"the contact of conversation {opened.conversation} last wrote more than 24 hours ago: "
                "send a Template, or wait for a message"
            )
        to = Destination(
            channel, opened.conversation, opened.contact, opened.address, opened.id, opened.received_at
        )
        out = compose(
            to, message, formed, "reply", identifier=new_id(), origin=f"plugin:{self.plugin}",
            purpose=purpose_of(rules, channel, message, purpose, cause), deadline=decision.deadline, now=now,
        )  # fmt: skip
        out.due_at, out.reason = decision.hold, decision.reason
        self.effects.messages.append(out)
        later = moment(out.due_at) if out.due_at else None
        return Sent(str(out.row["id"]), len(out.parts), formed.losses, later, out.reason)

    async def cancel(self, message_id: str) -> bool:
        """Take a message back, in this turn's transaction; one of this very turn is not said at all."""
        if self._unsay(message_id):
            return True
        done = await cancel(self.db, message_id, self.now())
        self.effects.cancelled += done.parts
        return done.verdict == "cancelled"

    def _unsay(self, message_id: str) -> bool:
        """Forget a message of this very turn; whether it is one."""
        messages = self.effects.messages
        kept = [out for out in messages if out.row["id"] != message_id]
        self.effects.messages = kept
        return len(kept) < len(messages)

    # What it sets going.

    async def start(self, flow: Flow[..., Any], args: Sequence[Any], kwargs: Mapping[str, Any]) -> None:
        """Begin a flow here."""
        self._check()
        await self.around.flows.start(self, flow, args, kwargs)

    def enqueue(
        self,
        job: Job[..., Any],
        args: Sequence[Any],
        kwargs: Mapping[str, Any],
        *,
        flow: str = "",
        op: str = "",
    ) -> str:
        """Order a job; *flow* and *op* name the flow that waits for it."""
        self._check()
        room(self.effects.jobs, self.most, self.plugin, "jobs")
        known = self.around.host.running(self.plugin).offers.jobs.get(job.name)
        if known is None:
            raise PluginError(
                f"plugin '{self.plugin}' enqueues {job.name}, which is no job of its own: mark the function "
                "@job in one of the plugin's modules"
            )
        order = JobOrder(
            new_id(), self.opened.tenant, self.plugin, job.name, as_json(arguments(args, kwargs), job.name),
            job.key, self.opened.conversation, due(job.due, self.now()) if job.due else 0, flow, op,
        )  # fmt: skip
        self.effects.jobs.append(order)
        return order.id

    def emit(self, event: Struct, key: str) -> None:
        """Tell it to the tenant's plugins, after the commit."""
        self._check()
        name = registered(self.around.host.running(self.plugin), event)
        room(self.effects.emitted, self.most, self.plugin, "events")
        now, depth = self.now(), depth_after(self._root.opened.event, self.plugin, name)
        told = Emitted(name, self.plugin, msgspec.Raw(_encode(event)), now, key, depth)
        opened = msgspec.structs.replace(
            self.opened, id=new_id(), event=told, received_at=now, starts=1, message="", plugins=(), done=None
        )
        self.effects.emitted.append(opened)
        if self.around.listens(opened.tenant, name):
            self.effects.heard.append(opened)

    def collect(self, name: str, question: Any) -> list[Any]:
        """Ask the tenant's other plugins, now."""
        found = []
        for plugin in self.around.plugins(self.opened.tenant):
            known = self.around.host.plugins.get(plugin)
            collector = known.offers.collectors.get(name) if known else None
            if collector is not None:
                channel = self.opened.channel.id if self.opened.channel else ""
                answer = collector(question, self.around.settings(self.opened.tenant, plugin, channel))
                if answer is not None:
                    found.append(answer)
        return found

    def speak(self, language: str) -> None:
        """Remember the contact's language."""
        self._check()
        language, opened = checked(language, self.plugin), self.opened
        self.opened = msgspec.structs.replace(opened, language=language)
        self._words = None
        if opened.contact:
            self.effects.spoken.append((opened.tenant, opened.contact, language))

    def count(self, metric: str, value: float, labels: Mapping[str, str]) -> None:
        """Count in a metric of the plugin's."""
        self.around.count(self.plugin, metric, value, labels)

    def _check(self) -> None:
        if self._root._over:
            raise HandleRevoked(_OVER)
