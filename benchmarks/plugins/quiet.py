"""Takes part in every turn and does nothing."""

from __future__ import annotations

from gateway import Chat, Message, hook


@hook.on_message
async def listen(message: Message, chat: Chat) -> None:
    """Do nothing with *message*."""
