"""What the shop tells other plugins when an order is placed."""

from __future__ import annotations

from msgspec import Struct


class OrderPlaced(Struct, frozen=True, tag="order_placed"):
    """An order was placed, and *total* (minor units of *currency*) is to be paid with the method *payment*
    until *expires_at* (microseconds UTC; 0 when nothing ends). The event's key is *order*, its id; *number*
    is what people call it."""

    order: str
    number: str
    contact: str
    conversation: str
    currency: str
    total: int
    payment: str
    expires_at: int
