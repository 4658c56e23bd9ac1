"""Orders on the phone."""

from __future__ import annotations

from gateway import Chat, Handled
from plugins.commerce.orders.order import Order


async def show_order(chat: Chat, order: Order, lead: str = "") -> Handled:
    """Send an order of this contact: number, where it stands, lines, total, how to pay while it is unpaid,
    the link to its page, and what can be done."""
    raise NotImplementedError
