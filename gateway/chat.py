"""What a plugin talks through. One `Chat` lives for one hook of one plugin, and no longer."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Literal, Protocol

from msgspec import Struct

from gateway.errors import SendRefused
from gateway.message import Message, moment
from gateway.model import outbound
from gateway.model.capability import Loss
from gateway.model.outbound import Outbound

if TYPE_CHECKING:
    from gateway.provider import StoredFile
    from gateway.store.port import Db


class Contact(Struct, frozen=True):
    """Who the conversation is with. `address` is what replies go to: "+254…" or a user id."""

    id: str
    name: str
    address: str
    username: str = ""

    @property
    def phone(self) -> str:
        """The phone number with its "+", or "" when the provider does not show it."""
        return self.address if self.address.startswith("+") else ""


class Conversation(Struct, frozen=True):
    """One contact on one channel, or a group. `window_until` is when free-form replies end; `window` is
    "open", "closing" in its last two hours, or "closed". `free_until` is set while everything is free of
    charge, after an answer to an ad. `group` is the group's id, "" for a contact's own conversation."""

    id: str
    channel: str
    window_until: datetime
    window_open: bool
    window: Literal["open", "closing", "closed"] = "closed"
    free_until: datetime | None = None
    group: str = ""


class Tenant(Struct, frozen=True):
    """The business that the plugin acts for."""

    id: str
    time_zone: str = "UTC"
    language: str = "en"
    country: str = ""


class Sent(Struct, frozen=True):
    """A message that will be sent when the hook's work commits. `losses` is what the channel could not
    carry; `parts` is 0 when nothing was left to send. `at` is set when it waits for that time; `reason` is
    then "window_ends_before" when the contact has to write again until then, else ""."""

    id: str
    parts: int
    losses: tuple[Loss, ...] = ()
    at: datetime | None = None
    reason: str = ""


class Desk(Protocol):
    """What a chat needs of the turn behind it."""

    tenant: Tenant
    settings: Mapping[str, Any]

    @property
    def contact(self) -> Contact | None: ...

    @property
    def conversation(self) -> Conversation | None: ...

    @property
    def reply_target(self) -> str: ...

    @property
    def db(self) -> Db: ...

    def now(self) -> int: ...

    async def send(self, message: Outbound, at: datetime | None = None) -> Sent: ...

    async def cancel(self, message_id: str) -> bool: ...

    async def plan(self, message: Outbound) -> Sent: ...

    def mark_read(self, message_id: str, *, typing: bool) -> bool: ...

    async def media(self, message_id: str) -> StoredFile | None: ...


class Chat:
    """The conversation that an event belongs to.

    Whatever you send is committed together with what you write to `db`, once the hook has returned:
    if the hook fails, nothing was said and nothing was written.
    """

    __slots__ = ("_desk",)

    def __init__(self, desk: Desk) -> None:
        self._desk = desk

    async def say(self, text: str | None, *, reply_to: str = "", at: datetime | None = None) -> Sent:
        """Send a text. Saying nothing ("" or None) sends nothing and is a loss in the log, not an error."""
        return await self._desk.send(outbound.Text("" if text is None else str(text), reply_to=reply_to), at)

    async def send(self, message: Outbound, *, at: datetime | None = None) -> Sent:
        """Send any outbound kind, now or *at* a later time (aware; a year ahead at most). Raises
        `WindowClosed` outside the 24-hour window, unless it is a template, and `SendRefused` naming the
        field and the limit when the channel cannot carry it. The window of a message for later is looked
        at when it is due."""
        return await self._desk.send(message, at)

    async def cancel(self, message_id: str) -> bool:
        """Take back a message by the id that `send` returned, with this turn's commit. True when nothing of
        it was sent, also the second time; False when it is too late, or no message of ours has this id."""
        return await self._desk.cancel(message_id)

    async def plan(self, message: Outbound) -> Sent:
        """What would `send` do: the number of parts and the losses, without sending."""
        return await self._desk.plan(message)

    async def react(self, emoji: str, message_id: str = "") -> Sent:
        """React to the message with provider id *message_id*, or to the one at hand. "" takes it away."""
        return await self._desk.send(outbound.Reaction(self._target("react", message_id), emoji))

    async def media(self, message: Message | str = "") -> StoredFile | None:
        """The file of *message* (or of the one with this id of ours, or of the one at hand) as the gateway
        keeps it; send it on with `Image(stored=file.id)`. None while it is being fetched, when it could not
        be had, and where there is none: `on_event` tells of it with `MediaStored` and `MediaFailed`."""
        return await self._desk.media(message if isinstance(message, str) else message.id)

    async def mark_read(self, message_id: str = "") -> bool:
        """Show the contact that the message with provider id *message_id*, or the one at hand, and all
        before it were read (blue ticks). It happens at once; False where the provider has no such thing."""
        return self._desk.mark_read(self._target("mark_read", message_id), typing=False)

    async def typing(self) -> bool:
        """Show "typing…" under the message at hand until the answer comes, for 25 seconds at most. It marks
        the message as read too. It happens at once; False where the provider has no such thing."""
        return self._desk.mark_read(self._target("typing", ""), typing=True)

    def _target(self, verb: str, message_id: str) -> str:
        target = message_id or self._desk.reply_target
        if not target:
            raise SendRefused(f"{verb}() needs a message: this event carries none, pass message_id")
        return target

    @property
    def contact(self) -> Contact:
        """Who we are talking with."""
        if self._desk.contact is None:
            raise SendRefused(
                "this event belongs to no contact; chat.contact exists for messages and statuses"
            )
        return self._desk.contact

    @property
    def conversation(self) -> Conversation:
        """Where: the channel and its window."""
        conversation = self._desk.conversation
        if conversation is None:
            raise SendRefused("this event belongs to no conversation")
        return conversation

    @property
    def tenant(self) -> Tenant:
        """For whom."""
        return self._desk.tenant

    @property
    def settings(self) -> Mapping[str, Any]:
        """The plugin's settings for this tenant, from ``[tenants.settings.<plugin>]``."""
        return self._desk.settings

    @property
    def db(self) -> Db:
        """The database, inside this turn's transaction, for this hook only."""
        return self._desk.db

    @property
    def now(self) -> datetime:
        """The time by the gateway's clock, aware, UTC."""
        return moment(self._desk.now())
