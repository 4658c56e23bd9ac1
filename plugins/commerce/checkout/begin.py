"""CHECKOUT."""

from __future__ import annotations

from gateway import Chat, Handled, Message
from plugins.commerce.cart.cart import open_cart
from plugins.commerce.cart.show import show_empty
from plugins.commerce.checkout.flow import checkout
from plugins.commerce.common.taps import Tap


async def begin(chat: Chat) -> Handled:
    """Begin the checkout of the contact's cart, or go on with the one that is under way; says why when
    nothing is in the cart."""
    if await open_cart(chat.db, chat.language, chat.contact.id) is None:
        return await show_empty(chat)
    return await chat.start(checkout)


async def command(message: Message, chat: Chat, rest: str) -> Handled:
    """CHECKOUT was written."""
    return await begin(chat)


async def tapped(message: Message, chat: Chat, tap: Tap) -> Handled:
    """[Checkout] was tapped."""
    return await begin(chat)
