"""Where an order stands, read from what is counted: pure functions of facts about money and of the lines'
counters. They are stored with the order in the transaction that changes what they are read from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal, Protocol

PaymentState = Literal["unpaid", "partially_paid", "paid", "partially_refunded", "refunded"]
Fulfilment = Literal[
    "not_fulfilled", "partially_packed", "packed", "partially_shipped", "shipped", "partially_delivered",
    "delivered", "cancelled",
]  # fmt: skip


class Counted(Protocol):
    """A line with its counters: cancelled + packed ≤ qty, delivered ≤ shipped ≤ packed."""

    @property
    def qty(self) -> int: ...
    @property
    def total(self) -> int: ...
    @property
    def cancelled(self) -> int: ...
    @property
    def packed(self) -> int: ...
    @property
    def shipped(self) -> int: ...
    @property
    def delivered(self) -> int: ...


def payment_state(owed: int, paid: int, refunded: int) -> PaymentState:
    """*owed* is what the order costs (see `owed`), *paid* what was paid less what was given back, *refunded*
    what was given back, all in minor units. Facts may come in any order: more may have been given back than
    was paid so far."""
    if refunded > 0 and paid <= 0:
        return "refunded"
    if paid >= owed:
        return "paid"
    if refunded > 0:
        return "partially_refunded"
    return "partially_paid" if paid > 0 else "unpaid"


def owed(total: int, lines: Sequence[Counted]) -> int:
    """What an order of *total* costs without what was cancelled of its lines. Where all was cancelled nothing
    is delivered and nothing is left to reckon with: it is *total*, so that what was paid shows as paid until
    it is given back."""
    if not live(lines):
        return total
    gone = sum(-(-line.total * line.cancelled // line.qty) for line in lines)  # up: for the customer
    return max(0, total - gone)


def live(lines: Sequence[Counted]) -> int:
    """How many pieces are still to be had, or were had."""
    return sum(line.qty - line.cancelled for line in lines)


def fulfilment(lines: Sequence[Counted]) -> Fulfilment:
    """How far the goods of *lines* have come, without what was cancelled of them."""
    wanted = live(lines)
    if not wanted:
        return "cancelled"
    if delivered := sum(line.delivered for line in lines):
        return "delivered" if delivered == wanted else "partially_delivered"
    if shipped := sum(line.shipped for line in lines):
        return "shipped" if shipped == wanted else "partially_shipped"
    if packed := sum(line.packed for line in lines):
        return "packed" if packed == wanted else "partially_packed"
    return "not_fulfilled"
