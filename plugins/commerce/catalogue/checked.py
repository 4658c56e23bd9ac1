"""A row after its checks: what it says of the product, of the variant and of the stock, by column."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

from msgspec import Struct

from plugins.commerce.catalogue import checks
from plugins.commerce.catalogue.row import Fault, Row
from plugins.commerce.catalogue.sku import harmless, sku_key
from plugins.commerce.common import money

_Check = Callable[[Any], Any]

_PRODUCT: Mapping[str, _Check] = {
    "name": lambda said: checks.text(said, "name", checks.LONGEST_NAME, needed=True),
    "names": lambda said: checks.by_language(said, "name", checks.LONGEST_NAME),
    "description": lambda said: checks.text(said, "description", 5_000, lines=True),
    "descriptions": lambda said: checks.by_language(said, "description", 5_000, lines=True),
    "status": str,
    "featured": int,
    "unit": lambda said: checks.text(said, "unit", 20),
    "tags": lambda said: checks.text(said.replace(",", " "), "list of tags", 500),
    "tax_class": lambda said: checks.text(said, "tax class", 40),
    "needs_delivery": int,
    "sort": lambda said: checks.number(said, "place in the order", -checks.LARGEST),
}
_VARIANT: Mapping[str, _Check] = {
    "title": lambda said: checks.text(said, "variant's title", 100),
    "titles": lambda said: checks.by_language(said, "variant's title", 100),
    "options": checks.options,
    "barcode": lambda said: checks.text(said, "barcode", 64),
    "retailer_id": lambda said: checks.sku(said, "id in Meta's catalogue"),
    "weight": lambda said: checks.number(said, "weight in grams", 0),
    "min_qty": lambda said: checks.number(said, "least quantity", 1, 1_000_000),
    "max_qty": lambda said: checks.number(said, "largest quantity", 0, 1_000_000),
    "step": lambda said: checks.number(said, "step of the quantity", 1, 1_000_000),
    "variant_status": str,
    "variant_sort": lambda said: checks.number(said, "variant's place in the order", -checks.LARGEST),
}
_STOCK: Mapping[str, _Check] = {
    "stock": lambda said: checks.number(said, "stock", 0),
    "tracked": int,
    "backorder": int,
    "low_at": lambda said: checks.number(said, "line of low stock", 0),
}
_COLUMNS = {"variant_status": "status", "variant_sort": "sort", "stock": "on_hand"}


class Checked(Struct, frozen=True):
    """*sku* as it is kept, or as it was written when it cannot be; *code* is the product's, "" when the row
    names none; *path* is the category's, None when the row says nothing of it."""

    sku: str
    code: str
    variant_id: str
    path: str | None
    category_id: str | None
    product: dict[str, Any]
    variant: dict[str, Any]
    stock: dict[str, Any]
    image_url: str | None
    faults: tuple[Fault, ...]


def check(row: Row, currency: str) -> Checked:
    """*row* with all that is wrong with it by itself; *currency* is the shop's."""
    faults: list[Fault] = []

    def kept(field: str, checking: _Check, said: Any) -> Any:
        try:
            return checking(said)
        except checks.Wrong as error:
            faults.append(Fault(field, str(error)))
            return None

    def those(table: Mapping[str, _Check]) -> dict[str, Any]:
        given = {field: getattr(row, field) for field in table}
        return {
            _COLUMNS.get(field, field): kept(field, table[field], said)
            for field, said in given.items()
            if said is not None
        }

    variant, stock = those(_VARIANT), those(_STOCK)
    for field in ("price", "compare_at"):
        if (said := getattr(row, field)) is not None:
            amount = "0" if field == "compare_at" and not said.strip() else said
            variant[field] = kept(field, lambda it: checks.price(it, currency, row.currency), amount)
    maybe = {
        field: kept(field, checking, said) if said else said
        for field, checking, said in (
            ("product", lambda it: checks.sku(it, "product's code"), row.product),
            ("category", checks.path, row.category),
            ("category_id", harmless, row.category_id),
            ("image_url", checks.address, row.image_url),
        )
    }
    return Checked(
        sku=kept("sku", checks.sku, row.sku) or row.sku, code=maybe["product"] or "",
        variant_id=harmless(row.variant), path=maybe["category"], category_id=maybe["category_id"],
        product=those(_PRODUCT), variant=variant, stock=stock, image_url=maybe["image_url"],
        faults=tuple(faults),
    )  # fmt: skip


def prices(variant: Mapping[str, Any], currency: str) -> Fault | None:
    """What is wrong with the prices and quantities of a whole variant."""
    if variant["compare_at"] and variant["compare_at"] <= variant["price"]:
        before, now = (money.major(variant[each], currency) for each in ("compare_at", "price"))
        return Fault(
            "compare_at",
            f"it used to cost {before}, which is not more than {now}: leave it out, or write more",
        )
    if variant["max_qty"] and variant["max_qty"] < variant["min_qty"]:
        return Fault("max_qty", "the largest quantity is less than the least: write more, or 0 for no limit")
    return None


def key_of(sku: str) -> str:
    """How `commerce_variant.sku_key` has *sku*: never empty."""
    return sku_key(sku) or sku
