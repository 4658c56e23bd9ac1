"""WhatsApp's own carts and questions about a product of the linked catalogue."""

from __future__ import annotations

from gateway import Chat, Handled, Message


async def take_order(message: Message, chat: Chat) -> Handled | None:
    """A cart that was put together in WhatsApp's catalogue: priced from our own data, into the contact's
    cart."""
    raise NotImplementedError


def asked_for(message: Message) -> str | None:
    """The id in Meta's catalogue of the product that *message* asks about; None when it asks about none."""
    return None


async def show_product(message: Message, chat: Chat, product: str) -> Handled | None:
    """The card of the product that was asked about."""
    raise NotImplementedError
