"""Menus that were sent: remembered with their messages, so that what a contact writes or taps comes back as
the option's id, on every provider and after a restart.

A conversation says itself until when it has a menu, so a message in one that has none costs nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

import msgspec
from msgspec.structs import replace

from gateway.channels import Channel
from gateway.clock import DAY
from gateway.fit import answer, tapped
from gateway.model import inbound
from gateway.model.event import ChannelEvent, MessageReceived
from gateway.model.menu import Menu, OpenMenu, Option
from gateway.pipeline.outgoing import OutMessage
from gateway.pipeline.people.place import Place
from gateway.pipeline.queries import MENU
from gateway.pipeline.records import RawWebhook
from gateway.store.port import Tx

#: How long a menu is remembered.
REMEMBERED = 7 * DAY

_encode = msgspec.json.Encoder().encode
_menu = msgspec.json.Decoder(Menu)
_TAPS = (inbound.ButtonReply, inbound.ListReply)


class Arrived(Protocol):
    """A new event, where it belongs, and the webhook that brought it."""

    raw: RawWebhook
    channel: Channel
    event: MessageReceived | ChannelEvent
    where: Place | None


async def remember(tx: Tx, messages: Sequence[OutMessage]) -> None:
    """Keep the menus of *messages*, in the transaction that keeps the messages."""
    menus = [_row(message) for message in messages if message.menu and message.menu.options]
    if menus:
        await tx.many(MENU["add"], menus)
        await tx.many(MENU["hold"], menus)
        await tx.many(MENU["forget"], menus)
    asked = [_row(message) for message in messages if message.menu and not message.menu.options]
    if asked:
        await tx.many(MENU["add_question"], asked)


def _row(message: OutMessage) -> dict[str, object]:
    now = message.row["now"]
    assert isinstance(now, int)
    at = message.due_at or now
    return {
        "tenant": message.row["tenant"],
        "conversation": message.row["conversation"],
        "message": message.row["id"],
        "at": at,
        "menu": _encode(message.menu).decode(),
        "until": at + REMEMBERED,
        "before": now - REMEMBERED,
    }


async def understand(tx: Tx, arrived: Sequence[Arrived]) -> None:
    """Replace what contacts wrote or tapped by the option that they meant."""
    asked = [one for one in arrived if _may_answer(one)]
    if not asked:
        return
    found: dict[int, list[OpenMenu]] = {}
    for row in await tx.each(MENU["open"], [_asks(n, one) for n, one in enumerate(asked)]):
        menu = OpenMenu(row["message"], row["at"], _menu.decode(row["menu"]))
        found.setdefault(row["n"], []).append(menu)
    for n, one in enumerate(asked):
        if menus := found.get(n):
            _answer(one, menus)


def _may_answer(one: Arrived) -> bool:
    if one.where is None or not isinstance(one.event, MessageReceived):
        return False
    if one.where.menus_until <= one.raw.received_at:
        return False
    return isinstance(one.event.content, inbound.Text | inbound.ButtonReply | inbound.ListReply)


def _asks(n: int, one: Arrived) -> dict[str, object]:
    assert one.where is not None
    return {
        "n": n,
        "tenant": one.channel.tenant,
        "conversation": one.where.conversation,
        "since": one.raw.received_at - REMEMBERED,
        "seen": one.raw.received_at,
    }


def _answer(one: Arrived, menus: Sequence[OpenMenu]) -> None:
    assert isinstance(one.event, MessageReceived)
    content, typed = one.event.content, ""
    if isinstance(content, inbound.Text):
        typed = content.text
        found = answer(typed, menus)
    else:
        assert isinstance(content, _TAPS)
        found = tapped(content.id, menus)
    if found is not None:
        asked, option = found
        one.event = replace(one.event, content=_reply(asked.menu, option, typed))


def _reply(menu: Menu, option: Option, typed: str) -> inbound.ButtonReply | inbound.ListReply:
    """What comes back is what the author sent: a button's reply for buttons, a row's for a list."""
    if menu.kind == "buttons":
        return inbound.ButtonReply(option.id, option.title, typed)
    return inbound.ListReply(option.id, option.title, option.description, typed)
