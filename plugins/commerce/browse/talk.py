"""What is no command and no tap: words are searched for, anything else is answered politely."""

from __future__ import annotations

from gateway import Chat, Handled, Message


async def answer(message: Message, chat: Chat) -> Handled | None:
    """Search for the words of *message*; None for what another plugin may know better
    (`Settings.answer_all`)."""
    return None


async def lost(message: Message, chat: Chat) -> Handled | None:
    """A tap that the shop does not know any more: say so, and show where to go on."""
    return None
