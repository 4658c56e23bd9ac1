"""Never returns from a turn."""

from __future__ import annotations

import asyncio

from gateway import Chat, Message, hook


@hook.on_message
async def wait(message: Message, chat: Chat) -> None:
    """Wait for nothing."""
    await asyncio.Event().wait()
