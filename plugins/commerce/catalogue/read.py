"""Reading the catalogue, in a language."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from gateway import Db, queries
from plugins.commerce.catalogue import shelves
from plugins.commerce.catalogue.counts import NONE, Counted, counts
from plugins.commerce.catalogue.item import Category, Item
from plugins.commerce.catalogue.sku import harmless, sku_key
from plugins.commerce.catalogue.spoken import spoken
from plugins.commerce.common.spread import all_of

ITEMS = queries(Path(__file__).with_name("items.sql"))
CATEGORIES = queries(Path(__file__).with_name("categories.sql"))
#: The most categories that are shown below one.
MOST_CATEGORIES = 200


async def categories(db: Db, language: str, parent: str = "") -> Sequence[Category]:
    """The categories below *parent* ("" for the top) that customers see: not hidden, with something in
    them or below them; in the owner's order. At most 200."""
    rows = await db.all(CATEGORIES["children"], parent=parent, most=MOST_CATEGORIES)
    return [_category(row, language) for row in rows]


async def category(db: Db, language: str, id: str) -> Category | None:
    """One category, also one that is empty; None when there is none, or it is hidden."""
    row = await db.one(CATEGORIES["upwards"], id=harmless(id))
    return _category(row, language) if row else None


async def shelf(
    db: Db, language: str, category: str, *, offset: int = 0, limit: int = 9
) -> tuple[Sequence[Item], int]:
    """The products of a category (and of the categories below it), each by the variant that stands for it
    (the first that can be sold), in stock first, from *offset* on; and how many there are in all, at most
    500."""
    if await db.one(CATEGORIES["upwards"], id=harmless(category)) is None:
        return [], 0
    products = await shelves.products(db, category)
    shown = await standing_for(db, language, products[max(offset, 0) :][: max(limit, 0)])
    return shown, len(products)


async def featured(db: Db, language: str, limit: int = 9) -> Sequence[Item]:
    """What the owner features, else what sells best, else what is new; only what can be sold."""
    for name in ("featured", "sold", "newest"):
        # Some may lie in hidden categories: look at a few more than are shown.
        products = await shelves.best(db, name)
        shown = await standing_for(db, language, products[: limit * 3])
        if found := [item for item in shown if item.can_sell(item.min_qty)]:
            return found[:limit]
    return []


async def variants(db: Db, language: str, product: str) -> Sequence[Item]:
    """Every variant of a product that is for sale, in order; none for one that is hidden or gone."""
    rows = await db.all(ITEMS["of_product"], product=harmless(product))
    found = await items(db, language, [row["id"] for row in rows])
    return [item for row in rows if (item := found.get(row["id"])) and item.active]


async def items(db: Db, language: str, ids: Sequence[str]) -> dict[str, Item]:
    """Variants by id, also those that are not for sale any more (`Item.active` says so)."""
    rows = await all_of(db, ITEMS["items"], "ids", [harmless(id) for id in ids])
    counted = await counts(db, [row["variant"] for row in rows])
    return {row["variant"]: _item(row, counted.get(row["variant"], NONE), language) for row in rows}


async def by_sku(db: Db, language: str, written: str) -> Item | None:
    """The variant for sale whose SKU *written* is: exactly, or as people write it ("mango big",
    "MANGO-BIG") where only one is meant."""
    sku = harmless(written).strip()
    key = sku_key(sku)
    if not key and not sku:
        return None
    rows = await db.all(ITEMS["of_sku"], sku=sku, key=key or sku)
    found = [
        item for item in (await items(db, language, [row["id"] for row in rows])).values() if item.active
    ]
    exact = [item for item in found if item.sku == sku]
    meant = exact or found
    return meant[0] if len(meant) == 1 else None


async def by_retailer(db: Db, language: str, ids: Sequence[str]) -> dict[str, Item]:
    """Variants by their ids in Meta's catalogue (case counts), also those that are not for sale any more."""
    rows = await all_of(db, ITEMS["of_retailer"], "ids", [harmless(id) for id in ids])
    found = await items(db, language, [row["id"] for row in rows])
    return {row["retailer_id"]: found[row["id"]] for row in rows if row["id"] in found}


async def standing_for(db: Db, language: str, products: Sequence[str]) -> Sequence[Item]:
    """For each product (in this order) the variant that stands for it; what is not for sale is left out."""
    rows = await all_of(db, ITEMS["of_products"], "ids", [harmless(id) for id in products])
    first: dict[str, str] = {}
    sellable: dict[str, str] = {}
    for row in rows:
        first.setdefault(row["product"], row["id"])
        if row["there"]:
            sellable.setdefault(row["product"], row["id"])
    chosen = first | sellable
    found = await items(db, language, list(chosen.values()))
    standing = (found.get(chosen.get(product, "")) for product in products)
    return [item for item in standing if item is not None and item.active]


def _category(row: Any, language: str) -> Category:
    name = spoken(row["names"], language, row["name"])
    return Category(row["id"], row["parent"], row["path"], name, row["emoji"])


def _item(row: Any, count: Counted, language: str) -> Item:
    return Item(
        variant=row["variant"], product=row["product"], category=row["category"], sku=row["sku"],
        retailer_id=row["retailer_id"], name=spoken(row["names"], language, row["name"]),
        title=spoken(row["titles"], language, row["title"]),
        description=spoken(row["descriptions"], language, row["description"]), unit=row["unit"],
        price=row["price"], compare_at=row["compare_at"], currency=row["currency"],
        left=count.left if count.tracked else None, backorder=count.backorder,
        low_at=count.low_at, image=row["image"], image_link=row["image_link"],
        tax_class=row["tax_class"], needs_delivery=row["needs_delivery"] == 1, min_qty=row["min_qty"],
        max_qty=row["max_qty"], step=row["step"], siblings=row["siblings"],
        active=row["status"] == row["product_status"] == "active" and not row["hidden"],
    )  # fmt: skip
