"""The cart on the phone."""

from __future__ import annotations

from gateway import Chat, Handled


async def show_cart(chat: Chat, lead: str = "") -> Handled:
    """Send the cart: *lead* (what just happened) above lines, totals and what can be done. Says so kindly
    when it is empty, with a way to the shop."""
    raise NotImplementedError
