"""Whether somebody wants to hear of the shop without having asked just now."""

from __future__ import annotations

from gateway import Chat


async def wants_news(chat: Chat) -> bool:
    """Whether the contact gets messages that answer nothing: not after STOP, nor in its very turn."""
    return (await chat.consents()).get("service") != "out"
