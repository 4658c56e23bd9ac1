"""What a cart costs now, and whether it could be ordered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from msgspec import Struct

from gateway import Db
from plugins.commerce.cart.cart import Cart
from plugins.commerce.price.breakdown import Breakdown
from plugins.commerce.settings import Settings


class Problem(Struct, frozen=True):
    """Why a line cannot be ordered as it is: `gone`, or `short` with what is *left*."""

    variant: str
    name: str
    why: Literal["gone", "short"]
    left: int = 0


class Quote(Struct, frozen=True):
    """A bill for a cart. *code* is the discount code that counts, *code_why* why the cart's code does not (a
    sentence's kind, see commerce.codes.check), *free_delivery* that it pays the delivery. *mark* is a
    short hash of all that the customer agrees to: lines, prices, code, delivery, total. Another total has
    another mark."""

    bill: Breakdown
    problems: Sequence[Problem]
    code: str
    code_why: str
    mark: str


async def quote(
    db: Db, settings: Settings, cart: Cart, *, now: int, delivery: str = "", fee: int = 0, free_over: int = 0
) -> Quote:
    """The bill for *cart* with a delivery method (its id, its *fee*, free from a discounted subtotal of
    *free_over*; 0 for never). Without one nothing is counted for delivery."""
    raise NotImplementedError
