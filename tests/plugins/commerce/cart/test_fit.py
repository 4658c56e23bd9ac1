"""How many of something can be in a cart."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.commerce.cart.fit import Fit, fit
from plugins.commerce.catalogue.item import Item
from plugins.commerce.settings import Settings

SETTINGS = Settings(currency="KES", max_quantity=100)
MANGO = Item(
    variant="v", product="p", category="fruit", sku="MNG-EA", retailer_id="MNG-EA", name="Mango", title="",
    description="", unit="piece", price=5000, compare_at=0, currency="KES", left=40, backorder=False,
    low_at=0, image="", image_link="", tax_class="", needs_delivery=True, min_qty=1, max_qty=0, step=1,
    siblings=1, active=True,
)  # fmt: skip


def mango(**other: Any) -> Item:
    """A mango, but for some things."""
    return msgspec.structs.replace(MANGO, **other)


@pytest.mark.parametrize(
    ("item", "wanted", "found"),
    [
        (mango(), 2, Fit(2)),
        (mango(), 40, Fit(40)),
        (mango(), 41, Fit(40, "short")),
        (mango(), 101, Fit(40, "short")),
        (mango(left=500), 101, Fit(100, "most")),
        (mango(left=None), 101, Fit(100, "most")),
        (mango(left=0), 1, Fit(0, "sold_out")),
        (mango(left=-3), 1, Fit(0, "sold_out")),
        (mango(left=0, backorder=True), 7, Fit(7)),
        (mango(left=None), 7, Fit(7)),
        (mango(active=False), 1, Fit(0, "gone")),
        (mango(currency="USD"), 1, Fit(0, "gone")),
        (mango(max_qty=5), 6, Fit(5, "most")),
        (mango(max_qty=5, left=3), 6, Fit(3, "short")),
        (mango(min_qty=6), 2, Fit(6, "least")),
        (mango(min_qty=6), 7, Fit(7)),
        (mango(min_qty=6, left=5), 2, Fit(0, "sold_out")),
        (mango(step=6), 7, Fit(12, "least")),
        (mango(step=6), 12, Fit(12)),
        (mango(step=6, left=11), 12, Fit(6, "short")),
        (mango(step=6, left=11), 7, Fit(6, "least")),
        (mango(step=6, min_qty=7), 1, Fit(12, "least")),
        (mango(step=6, max_qty=5), 1, Fit(0, "sold_out")),
    ],
)
def test_what_fits(item: Item, wanted: int, found: Fit) -> None:
    """What is left, the least, the most, the step, and all of them together."""
    assert fit(item, wanted, SETTINGS) == found


@given(
    st.integers(1, 10**9),
    st.none() | st.integers(-5, 200),
    st.integers(1, 30),
    st.integers(0, 30),
    st.integers(1, 12),
    st.booleans(),
)
def test_what_fits_can_be_sold(
    wanted: int, left: int | None, least: int, most: int, step: int, backorder: bool
) -> None:
    """What is found is within every rule, is found again, and is what was asked for unless it says why."""
    item = mango(left=left, min_qty=least, max_qty=most, step=step, backorder=backorder)
    found = fit(item, wanted, SETTINGS)
    assert (found.why == "") == (found.qty == wanted)
    assert (found.qty == 0) == (found.why == "sold_out")
    if found.qty:
        assert found.qty >= least
        assert found.qty % step == 0
        assert found.qty <= min(most or 100, 100)
        assert item.can_sell(found.qty)
        assert fit(item, found.qty, SETTINGS) == Fit(found.qty)
