"""docs/commerce-catalogue.md says what the code does."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway import PluginRoute
from plugins.commerce.catalogue import checks, feed, forms, plan
from plugins.commerce.catalogue.offer import OFFER
from plugins.commerce.stock.offer import OFFER as STOCK

PAGE = (Path(__file__).parents[4] / "docs" / "commerce-catalogue.md").read_text()
ROUTES = [route for route in (*OFFER.routes, *STOCK.routes) if route.kind == "api"]


@pytest.mark.parametrize("route", ROUTES, ids=str)
def test_every_route_is_on_the_page(route: PluginRoute) -> None:
    """By its address."""
    assert f"/p/commerce{route.path}" in PAGE


def test_every_column_of_the_feed_is_on_the_page() -> None:
    """By its name."""
    assert [each for each in feed.COLUMNS if f"`{each}`" not in PAGE] == []


def test_the_bounds_are_those_of_the_code() -> None:
    """As numbers in sentences."""
    assert f"1 to {checks.LONGEST_SKU} characters" in PAGE
    assert f"1 to {checks.LONGEST_NAME} characters" in PAGE
    assert f"| variants | {plan.MOST_VARIANTS} of a product |" in PAGE
    assert f"for each {feed.LONGEST:,} variants" in PAGE
    assert "A batch is 500 rows" in PAGE
    assert "max_length=500" in repr(forms.Batch.__annotations__)
