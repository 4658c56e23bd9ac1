"""Waits ten seconds in every turn, which is far beyond a turn's deadline."""

from __future__ import annotations

import asyncio

from gateway import Chat, Message, hook


@hook.on_message
async def wait(message: Message, chat: Chat) -> None:
    """Wait, and say nothing."""
    await asyncio.sleep(10)
