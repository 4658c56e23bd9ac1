"""Who is not answered: contacts who write more than anybody reads, and machines that answer us.

What they write is kept, listed and unread as ever; no plugin, flow or command runs. The house's own claimers
still do: STOP is heard from everybody. A contact who is muted for a flood is told so, once; a machine is not,
for it would answer that too.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING, cast

from msgspec import Struct

from gateway.hooks.handled import Handled
from gateway.hooks.plugin import Call
from gateway.house.ground import Ground
from gateway.house.mutes import Mutes, Reason
from gateway.house.muting import Mute
from gateway.house.turns import turn_of
from gateway.model import inbound
from gateway.model.event import MessageReceived
from gateway.observe import get_logger
from gateway.pipeline.loops import Echoes

if TYPE_CHECKING:
    from gateway.chat import Chat
    from gateway.message import Message
    from gateway.pipeline.effects import Effects
    from gateway.pipeline.records import OpenEvent

log = get_logger("gateway.house")

WORD = "You are writing faster than we can answer. Please wait a minute, then write again."


class Hushed(Struct, frozen=True):
    """What the house does about a message of a contact who is muted, or was: *call*, and with *alone* nobody
    else gets it."""

    call: Call | None
    alone: bool = True


SILENT = Hushed(None)


class Hush:
    """The memory of one process. *loop_limit* is `[sending] loop_limit`."""

    def __init__(self, ground: Ground, loop_limit: int) -> None:
        self._ground, self._muted = ground, ground.metrics.bind(ground.metrics.inbound_muted)
        self.mutes, self.echoes = Mutes(), Echoes(loop_limit)

    def judge(self, opened: OpenEvent, own: bool) -> Hushed | None:
        """What is done about the message *opened*; None: it is answered. *own*: it is for the house, which
        hears everybody: it is not counted, and of a contact who is muted nobody else gets it."""
        event = opened.event
        if not isinstance(event, MessageReceived) or not opened.contact or opened.plugins:
            return None
        key, now = (opened.tenant, opened.contact), self._ground.clock.now()
        if own:
            return SILENT if self.mutes.reason(key) else None
        at = min(event.at or opened.received_at, opened.received_at)
        again = self.mutes.is_last(key, opened.id)
        verdict = self.mutes.heard(key, opened.id, at, self._ground.policy(opened.tenant).inbound_per_minute)
        reason: Reason = "flood"
        if not again and verdict == "go":
            content = event.content
            typed = content.text if isinstance(content, inbound.Text) else ""
            if self.echoes.heard((opened.tenant, opened.conversation), typed, now):
                self.mutes.mute(key, "loop", at)
                verdict, reason = "mute", "loop"
        if verdict == "go":
            return None
        if verdict == "release":
            return Hushed(_releasing(opened), alone=False)
        reason = self.mutes.reason(key) or reason
        self._muted[reason].inc()
        return Hushed(_muting(opened, reason, at)) if verdict == "mute" else SILENT

    def spoke(self, effects: Effects) -> None:
        """What a turn said is durable: answers, for whoever answers them."""
        now = self._ground.clock.now()
        for out in effects.messages:
            part = out.parts[0]
            self.echoes.said((part.tenant, part.conversation), part.body, now)

    def load(self, rows: Iterable[tuple[tuple[str, str], Reason]]) -> None:
        """Contacts that are muted by what the database says."""
        self.mutes.load(rows, self._ground.clock.now())


def _muting(opened: OpenEvent, reason: Reason, at: int) -> Call:
    async def mute(message: Message, chat: Chat) -> Handled:
        turn_of(chat).effects.mutes.append(_mute(opened, reason, at))
        if reason == "flood" and not chat.conversation.group:
            await chat.say(chat.t(WORD))
        log.warning(
            "inbound.muted", tenant=opened.tenant, conversation=opened.conversation, reason=reason,
            hint="its messages are kept and not answered until it is quiet; see docs/limits.md",
        )  # fmt: skip
        return Handled

    return cast(Call, mute)


def _releasing(opened: OpenEvent) -> Call:
    async def release(message: Message, chat: Chat) -> None:
        turn_of(chat).effects.mutes.append(_mute(opened, "", 0))
        log.info("inbound.unmuted", tenant=opened.tenant, conversation=opened.conversation)

    return cast(Call, release)


def _mute(opened: OpenEvent, reason: str, at: int) -> Mute:
    channel = opened.channel.id if opened.channel else ""
    return Mute(opened.tenant, opened.contact, reason, channel, opened.conversation, at)
