"""The link to an order's page, which only its customer is given."""

from __future__ import annotations

from gateway import Chat
from plugins.commerce.orders.order import Order, OrderLink

#: The route of the page, without its token.
ROUTE = "/o"
#: For how long a link works; each message brings a new one.
WORKS = "90d"


def link_of(chat: Chat, order: Order) -> str:
    """The address of the page of *order*."""
    return chat.link(ROUTE, OrderLink(order.id), expires=WORKS)
