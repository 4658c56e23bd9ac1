"""Messages that show products of a catalogue (wire.md §2.4). They go within the window only."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from gateway.model import outbound
from gateway.model.checks import count, filled, needed
from providers.meta_cloud.interactives import frame, section_title
from providers.meta_cloud.limits import LIMITS

Body = dict[str, Any]


def product(message: outbound.Product) -> Body:
    """One product; the only interactive message that may lack a text."""
    action = {
        "catalog_id": filled("catalog_id", message.catalog_id),
        "product_retailer_id": filled("sku", message.sku),
    }
    framed = frame("product", message.text or "-", action, footer=message.footer)
    if not message.text:
        del framed["interactive"]["body"]
    return framed


def product_sections(field: str, sections: Sequence[outbound.ProductSection]) -> list[Body]:
    """Up to thirty products in ten sections."""
    count(field, sections, 1, LIMITS.sections)
    count(f"{field}.skus", [sku for section in sections for sku in section.skus], 1, LIMITS.products)
    made = []
    for at, section in enumerate(sections):
        here = f"{field}[{at}]"
        count(f"{here}.skus", section.skus, 1, LIMITS.products)
        items = [
            {"product_retailer_id": filled(f"{here}.skus[{index}]", sku)}
            for index, sku in enumerate(section.skus)
        ]
        made.append(section_title(here, section.title, len(sections)) | {"product_items": items})
    return made


def product_list(message: outbound.ProductList) -> Body:
    """Products in sections, under a header."""
    needed("header", message.header, LIMITS.header)
    action = {
        "catalog_id": filled("catalog_id", message.catalog_id),
        "sections": product_sections("sections", message.sections),
    }
    return frame("product_list", message.text, action, message.header, message.footer)


def catalog(message: outbound.Catalog) -> Body:
    """A button to the whole catalogue."""
    action: Body = {"name": "catalog_message"}
    if message.thumbnail_sku:
        sku = filled("thumbnail_sku", message.thumbnail_sku)
        action["parameters"] = {"thumbnail_product_retailer_id": sku}
    return frame("catalog_message", message.text, action, footer=message.footer)
