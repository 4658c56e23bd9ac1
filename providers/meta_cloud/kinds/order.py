"""Carts from a catalogue (wire.md §1.5). Prices are decimal numbers and stay text: nobody adds floats up."""

from __future__ import annotations

import msgspec
from msgspec import Struct

from gateway.model import inbound
from providers.meta_cloud import wire
from providers.meta_cloud.clean import decode, integer


class ProductItem(Struct):
    """`{"product_retailer_id": "SKU-TEA-1", "quantity": 2, "item_price": 7.99, "currency": "EUR"}`."""

    product_retailer_id: str | None = None
    quantity: wire.Number = 0
    item_price: wire.Number = None
    currency: str | None = None


class OrderObject(Struct):
    """`{"catalog_id": "7100", "text": "No sugar", "product_items": […]}`."""

    catalog_id: str | None = None
    text: str | None = None
    product_items: list[ProductItem] | None = None


class OrderMessage(Struct):
    """A message whose `order` is a cart."""

    order: OrderObject | None = None


_DECODER = msgspec.json.Decoder(OrderMessage)


def _item(item: ProductItem) -> inbound.OrderItem:
    return inbound.OrderItem(
        item.product_retailer_id or "",
        integer(item.quantity),
        "" if item.item_price is None else str(item.item_price),
        item.currency or "",
    )


def read_order(raw: bytes) -> inbound.Order | None:
    """The cart in *raw*."""
    found = decode(_DECODER, raw).order
    if found is None:
        return None
    items = tuple(_item(item) for item in found.product_items or ())
    return inbound.Order(found.catalog_id or "", found.text or "", items)
