"""CHECKOUT."""

from __future__ import annotations

from gateway import Chat, Handled


async def begin(chat: Chat) -> Handled:
    """Begin the checkout of the contact's cart, or go on with the one that is under way; says why when
    nothing is in the cart."""
    raise NotImplementedError
