"""Says everything back."""

from __future__ import annotations

from gateway import Chat, Message, hook


@hook.on_message
async def echo(message: Message, chat: Chat) -> None:
    """Say *message* back."""
    await chat.say(message.text)
