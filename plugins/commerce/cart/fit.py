"""How many of something can be in a cart: its smallest and largest quantity, its step, and what is left."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from plugins.commerce.catalogue.item import Item
from plugins.commerce.settings import Settings

Why = Literal["", "gone", "sold_out", "short", "most", "least", "full"]


class Fit(Struct, frozen=True):
    """*qty* that can be in the cart instead of what was asked for, and why not that; see
    `commerce.cart.acts.Changed`. With `gone` and `sold_out` it is 0."""

    qty: int
    why: Why = ""


def fit(item: Item, wanted: int, settings: Settings) -> Fit:
    """What of *wanted* (1 or more) pieces of *item* an order can have now."""
    if not item.active or item.currency != settings.currency:
        return Fit(0, "gone")
    step = max(1, item.step)
    least = item.least
    most = _down(most_of(item, settings), step)
    left = wanted if item.left is None or item.backorder else max(0, item.left)
    if left < least:
        return Fit(0, "sold_out")
    if wanted > most:
        return _cut(most, least, left, step, "most")
    if wanted > left:
        return _cut(wanted, least, left, step, "short")
    if wanted >= least and wanted % step == 0:
        return Fit(wanted)
    return _cut(max(least, _up(wanted, step)), least, min(left, most), step, "least")


def most_of(item: Item, settings: Settings) -> int:
    """The most of *item* that one order may have, whatever is left."""
    return min(item.max_qty, settings.max_quantity) if item.max_qty > 0 else settings.max_quantity


def _cut(wanted: int, least: int, left: int, step: int, why: Why) -> Fit:
    """*wanted*, or what is *left* of it."""
    if wanted > left:
        wanted, why = left, why if why == "least" else "short"
    found = _down(wanted, step)
    return Fit(found, why) if found >= least else Fit(0, "sold_out")


def _down(amount: int, step: int) -> int:
    return amount - amount % step


def _up(amount: int, step: int) -> int:
    return -(-amount // step) * step
