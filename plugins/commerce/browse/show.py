"""Where other parts send the customer to."""

from __future__ import annotations

from gateway import Chat, Handled


async def show_home(chat: Chat, lead: str = "") -> Handled:
    """Send the shop's home: what can be done here."""
    raise NotImplementedError


async def show_card(chat: Chat, product: str, lead: str = "") -> Handled:
    """Send the card of a product (its id), or say that it is not there any more and show what is."""
    raise NotImplementedError
