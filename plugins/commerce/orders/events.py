"""What other plugins are told of orders (docs/commerce.md). `OrderPlaced` is told by the checkout."""

from __future__ import annotations

from msgspec import Struct

from plugins.commerce.orders.order import Order


class OrderChanged(Struct, frozen=True, tag="order_changed"):
    """An order stands somewhere else now. The event's key is *order*, its id."""

    order: str
    number: str
    state: str
    payment_state: str
    fulfilment: str


class OrderCancelled(Struct, frozen=True, tag="order_cancelled"):
    """The whole order was cancelled; *paid* is what was paid and not given back yet, in minor units."""

    order: str
    number: str
    paid: int


class NoticesDue(Struct, frozen=True, tag="order_notices_due"):
    """Customers are to be told something that no turn could tell: of the order with this id."""

    order: str


def changed(order: Order) -> OrderChanged:
    """Where *order* stands."""
    return OrderChanged(order.id, order.number, order.state, order.payment_state, order.fulfilment)


def cancelled(order: Order) -> OrderCancelled:
    """*order* will not be."""
    return OrderCancelled(order.id, order.number, order.paid)
