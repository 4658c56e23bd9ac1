"""What is heard of every message, also of one that answers the question of a conversation."""

from __future__ import annotations

from gateway import Chat, Message
from plugins.commerce.browse.native import take_order
from plugins.commerce.browse.tell import tell_held


async def hear(message: Message, chat: Chat) -> None:
    """Whoever waits for goods, and could not be written to, has written. A cart of WhatsApp's own is taken
    here: one that comes in the middle of a checkout would be lost as an answer that nobody can read."""
    await tell_held(chat)
    await take_order(message, chat)
