"""One product, a list of products, a catalogue (wire.md 2.2 and 2.4)."""

from __future__ import annotations

from typing import Any

from providers.meta_cloud.simulator.checks.requests import named
from providers.meta_cloud.simulator.errors import invalid
from providers.meta_cloud.simulator.shapes import only, optional_text, records, text

SECTIONS, PRODUCTS, SECTION_TITLE = 10, 30, 24


def check_product(action: dict[str, Any], where: str = "interactive.action") -> None:
    """A product of a catalogue."""
    only(action, ("catalog_id", "product_retailer_id"), where)
    text(action, "catalog_id", where=where)
    text(action, "product_retailer_id", where=where)


def check_product_list(action: dict[str, Any]) -> None:
    """Up to thirty products in up to ten sections."""
    only(action, ("catalog_id", "sections"), "interactive.action")
    text(action, "catalog_id", where="interactive.action")
    check_sections(action, "interactive.action")


def check_sections(holder: dict[str, Any], where: str) -> None:
    """Sections of products; titles are needed when there are several."""
    sections = records(holder, "sections", 1, SECTIONS, where=where)
    products = 0
    for section in sections:
        only(section, ("title", "product_items"), "sections")
        if len(sections) > 1:
            text(section, "title", SECTION_TITLE, where="sections")
        optional_text(section, "title", SECTION_TITLE, where="sections")
        for item in records(section, "product_items", 1, PRODUCTS, where="sections"):
            only(item, ["product_retailer_id"], "product_items")
            text(item, "product_retailer_id", where="product_items")
            products += 1
    if products > PRODUCTS:
        raise invalid(f"{where}.sections", f"have {products} products, allowed are {PRODUCTS} in total")


def check_catalog(action: dict[str, Any]) -> None:
    """A button to the whole catalogue; the picture may be left out."""
    if "parameters" not in action:
        named(action, "catalog_message")
        return
    given = named(action, "catalog_message", ("thumbnail_product_retailer_id",))
    optional_text(given, "thumbnail_product_retailer_id", where="action.parameters")
