"""What stands behind a conversation that is only tried: nothing is said, written or set going."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any, NoReturn

from msgspec import Struct

from gateway.errors import FlowMisused
from gateway.facts import CommandHelp, Contact, Conversation, Parked, Sent, Tenant
from gateway.flows.record import FlowRow
from gateway.language.words import Words
from gateway.message import moment
from gateway.model.outbound import Outbound
from gateway.pipeline import window
from gateway.pipeline.effects import Effects
from gateway.provider import StoredFile
from gateway.store.port import Row


class Talk(Struct, frozen=True):
    """With whom a flow talks, and where."""

    channel: str
    contact: Contact
    window_until: int


def talk_of(row: Row, language: str) -> Talk:
    """The contact and the channel of a flow's row."""
    contact = Contact(
        row["contact"] or "", row["contact_name"] or "", row["address"] or "", row["username"] or "", language
    )
    return Talk(row["channel"] or "", contact, row["window_until"] or 0)


class DryTurn:
    """In place of a turn, for a replay that ends where the log ends: what it did is known from the log, and
    the question at its end goes nowhere."""

    def __init__(self, row: FlowRow, talk: Talk, tenant: Tenant, settings: Any, words: Words) -> None:
        self.plugin, self.tenant, self.settings, self.words = row.plugin, tenant, settings, words
        self._row, self._talk = row, talk
        self.effects = Effects()
        self.reply_target = ""
        self.parked: Sequence[Parked] = ()

    def now(self) -> int:
        """When the flow was last at work: a check today finds what one tomorrow finds."""
        return self._row.updated_at

    @property
    def contact(self) -> Contact:
        return self._talk.contact

    @property
    def conversation(self) -> Conversation:
        until = self._talk.window_until
        state = window.state(until, self.now())
        return Conversation(
            self._row.conversation, self._talk.channel, moment(until), until > self.now(), state
        )

    @property
    def db(self) -> NoReturn:
        raise FlowMisused("a check opens no database")

    def help(self) -> Sequence[CommandHelp]:
        return ()

    def link(self, route: str, value: Any, seconds: float) -> str:
        return ""

    async def send(self, message: Outbound, at: datetime | None = None) -> Sent:
        return Sent("", 1)

    async def plan(self, message: Outbound) -> Sent:
        return Sent("", 1)

    async def media(self, message_id: str) -> StoredFile | None:
        return None
