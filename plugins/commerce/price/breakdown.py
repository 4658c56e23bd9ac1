"""The bill, line by line. All money is minor units of one currency."""

from __future__ import annotations

from collections.abc import Sequence

from msgspec import Struct


class PricedLine(Struct, frozen=True):
    """A line of a bill: *gross* is price × qty, *discount* its share of what was taken off, *tax* what is
    contained in it or comes on top, *total* what the customer pays for it (with the tax that comes on
    top)."""

    variant: str
    qty: int
    price: int
    gross: int
    discount: int
    tax: int
    tax_bp: int
    total: int


class Breakdown(Struct, frozen=True):
    """A bill: *total* is what is to be paid: the subtotal less *discount*, plus *delivery*, plus *tax*
    where it is not included, plus *rounding* (0 or less)."""

    currency: str
    lines: Sequence[PricedLine]
    subtotal: int
    discount: int
    delivery: int
    tax: int
    tax_included: bool
    rounding: int
    total: int
