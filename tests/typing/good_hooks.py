"""Plugins that a strict type checker accepts; never run, only checked."""

from __future__ import annotations

from typing import assert_type

from gateway.chat import Chat
from gateway.hooks.handled import Handled
from gateway.hooks.mark import hook
from gateway.message import Message, StatusUpdate
from gateway.model import notice
from gateway.model.event import ChannelEvent


@hook.on_message
async def full(message: Message, chat: Chat) -> Handled | None:
    return Handled if message.text == "menu" else None


@hook.on_message
async def fewer(message: Message) -> Handled:
    return Handled


@hook.on_message
async def nothing_taken() -> None: ...


@hook.on_message
async def nothing_returned(message: Message, chat: Chat) -> None: ...


@hook.on_any_message
async def every(message: Message, chat: Chat) -> None: ...


@hook.on_status
async def status_seen(status: StatusUpdate) -> None: ...


@hook.on_event
async def event_seen(event: ChannelEvent, chat: Chat) -> None: ...


@hook.on_event
async def event_matched(event: ChannelEvent) -> None:
    match event.content:
        case notice.MarketingPreference(value="stop", text=words):
            assert_type(words, str)
        case notice.Other(payload):
            assert_type(sorted(payload), list[str])


@hook.on_start
async def begin() -> None: ...


@hook.on_stop
async def end() -> None: ...


class Shop:
    """A plugin may be an instance; its methods are marked in the same way."""

    @hook.on_message
    async def answer(self, message: Message, chat: Chat) -> Handled | None:
        return None


async def keeps_its_own_type(message: Message, chat: Chat) -> None:
    """A decorated function is still what was written, and can be called as such."""
    assert_type(await full(message, chat), Handled | None)
    assert_type(await fewer(message), Handled)
