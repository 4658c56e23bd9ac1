"""Blocks the loop, and with it the process, in every turn."""

from __future__ import annotations

import time

from gateway import Chat, Message, hook

SECONDS = 0.9


@hook.on_message
async def block(message: Message, chat: Chat) -> None:
    """Sleep as no plugin should."""
    time.sleep(SECONDS)  # noqa: ASYNC251
