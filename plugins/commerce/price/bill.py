"""The bill of a cart, in one fixed order: lines, discount, delivery, tax, rounding.

price([Good("v1", 1, 129900, 1600), Good("v2", 2, 45000, 1600)], Terms("KES", rounding=100, delivery=25000),
      Off("percentage", 1000)).total == 222900
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from plugins.commerce.price.breakdown import Breakdown, PricedLine
from plugins.commerce.price.share import half_up, share

#: Basis points of a whole: 1600 of them are 16 %.
WHOLE = 10_000


class Good(Struct, frozen=True):
    """*qty* of a variant at *price* each, taxed with *tax_bp* basis points. *counts* says whether the
    discount counts for it."""

    variant: str
    qty: int
    price: int
    tax_bp: int = 0
    counts: bool = True

    @property
    def gross(self) -> int:
        """Price × quantity."""
        return self.price * self.qty


class Off(Struct, frozen=True):
    """What a code takes off: *value* is basis points of a percentage (at most *most*, 0 for no limit), or
    minor units of a fixed amount; of free delivery it is nothing."""

    kind: Literal["percentage", "fixed", "free_delivery"]
    value: int = 0
    most: int = 0


class Terms(Struct, frozen=True):
    """The rules of a bill. *rounding* is what the total is rounded down to, in minor units, where it is more;
    *delivery* the fee, and *free_over* from which discounted subtotal on it is none (0 for never)."""

    currency: str
    tax_included: bool = True
    rounding: int = 1
    delivery: int = 0
    free_over: int = 0


def price(goods: Sequence[Good], terms: Terms, off: Off | None = None) -> Breakdown:
    """The bill of *goods*. The total is never negative, and a discount never more than what it counts for."""
    subtotal = sum(good.gross for good in goods)
    weights = [good.gross if good.counts else 0 for good in goods]
    discount = taken_off(off, sum(weights))
    shares = share(discount, weights)
    lines = [_line(good, part, terms.tax_included) for good, part in zip(goods, shares, strict=True)]
    delivery = _delivery(terms, off, subtotal - discount)
    exact = sum(line.total for line in lines) + delivery
    step = max(1, terms.rounding)
    # What costs less than a step is not given away.
    rounding = -(exact % step) if exact >= step else 0
    return Breakdown(
        currency=terms.currency,
        lines=lines,
        subtotal=subtotal,
        discount=discount,
        delivery=delivery,
        tax=sum(line.tax for line in lines),
        tax_included=terms.tax_included,
        rounding=rounding,
        total=exact + rounding,
    )


def taken_off(off: Off | None, amount: int) -> int:
    """What *off* takes off *amount*: from nothing to all of it."""
    if off is None or off.kind == "free_delivery":
        return 0
    taken = off.value
    if off.kind == "percentage":
        taken = half_up(amount, max(0, off.value), WHOLE)
        taken = min(taken, off.most) if off.most > 0 else taken
    return min(max(0, taken), amount)


def _line(good: Good, discount: int, tax_included: bool) -> PricedLine:
    net = good.gross - discount
    tax = half_up(net, good.tax_bp, WHOLE + good.tax_bp if tax_included else WHOLE)
    return PricedLine(
        variant=good.variant,
        qty=good.qty,
        price=good.price,
        gross=good.gross,
        discount=discount,
        tax=tax,
        tax_bp=good.tax_bp,
        total=net if tax_included else net + tax,
    )


def _delivery(terms: Terms, off: Off | None, goods: int) -> int:
    """What delivery costs when *goods* is what the goods cost after the discount."""
    if off is not None and off.kind == "free_delivery":
        return 0
    return 0 if 0 < terms.free_over <= goods else terms.delivery
