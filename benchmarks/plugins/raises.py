"""Raises in every turn."""

from __future__ import annotations

from gateway import Chat, Message, hook


@hook.on_message
async def fail(message: Message, chat: Chat) -> None:
    """Fail."""
    raise RuntimeError("as always")
