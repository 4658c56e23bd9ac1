"""What is there of the things that rows speak of: read with few statements, before anything is written."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from gateway import Db, queries
from plugins.commerce.catalogue.checked import Checked
from plugins.commerce.common.spread import all_of
from plugins.commerce.stock.bulk import Count, count_of

SQL = queries(Path(__file__).with_name("write.sql"))
CATEGORIES = queries(Path(__file__).with_name("category.sql"))
#: Columns that hold JSON.
TEXTS = ("names", "descriptions", "titles", "options")
NEW_PRODUCT: dict[str, Any] = {
    "category": "", "name": "", "names": {}, "description": "", "descriptions": {}, "status": "active",
    "featured": 0, "unit": "", "tags": "", "tax_class": "", "needs_delivery": 1, "image": "",
    "image_link": "", "image_source": "", "image_state": "", "image_error": "", "sort": 0,
}  # fmt: skip
NEW_VARIANT: dict[str, Any] = {
    "title": "", "titles": {}, "options": {}, "barcode": "", "price": None, "compare_at": 0, "weight": 0,
    "min_qty": 1, "max_qty": 0, "step": 1, "status": "active", "sort": 0,
}  # fmt: skip


class Product(Struct):
    """A product as it is going to be: its columns, and how many variants it has."""

    id: str
    code: str
    columns: dict[str, Any]
    variants: int = 0


class Variant(Struct):
    """A variant as it is going to be."""

    id: str
    product: str
    sku: str
    retailer_id: str
    columns: dict[str, Any]
    count: Count


class Known(Struct):
    """Variants by SKU and by id, products by code and by id, categories by path; the ids in Meta's catalogue
    that are taken, with whose they are."""

    skus: dict[str, Variant]
    variants: dict[str, Variant]
    codes: dict[str, Product]
    products: dict[str, Product]
    paths: dict[str, str]
    categories: set[str]
    retailers: dict[str, str]


async def known(db: Db, rows: Sequence[Checked]) -> Known:
    """What is there of what *rows* speak of, those aside that cannot be kept by themselves."""
    rows = [row for row in rows if not row.faults]
    found = await all_of(db, SQL["variants_by_sku"], "ids", [row.sku for row in rows])
    found += await all_of(
        db, SQL["variants_by_id"], "ids", [row.variant_id for row in rows if row.variant_id]
    )
    variants = {row["id"]: _variant(row) for row in found}
    codes = [row.code or row.sku for row in rows]
    products = await all_of(db, SQL["products_by_code"], "ids", codes)
    theirs = {each.product for each in variants.values()} - {row["id"] for row in products}
    products += await all_of(db, SQL["products_by_id"], "ids", sorted(theirs))
    made = {row["id"]: _product(row) for row in products}
    retailers = [row.variant.get("retailer_id") or row.sku for row in rows]
    taken = await all_of(db, SQL["variants_by_retailer"], "ids", retailers)
    paths = await all_of(db, CATEGORIES["by_path"], "ids", _with_parents(rows))
    ids = await all_of(db, CATEGORIES["by_id"], "ids", [row.category_id for row in rows if row.category_id])
    return Known(
        skus={each.sku: each for each in variants.values()}, variants=variants,
        codes={each.code: each for each in made.values()}, products=made,
        paths={row["path"]: row["id"] for row in paths}, categories={row["id"] for row in ids},
        retailers={row["retailer_id"]: row["id"] for row in taken},
    )  # fmt: skip


def _with_parents(rows: Sequence[Checked]) -> list[str]:
    """Every path of *rows*, and those above."""
    paths: dict[str, None] = {}
    for whole in {row.path for row in rows if row.path}:
        names = whole.split(" > ")
        paths |= dict.fromkeys(" > ".join(names[: n + 1]) for n in range(len(names)))
    return list(paths)


def _product(row: Any) -> Product:
    return Product(row["id"], row["code"], _columns(row, NEW_PRODUCT), row["variants"])


def _variant(row: Any) -> Variant:
    columns = _columns(row, NEW_VARIANT)
    return Variant(row["id"], row["product"], row["sku"], row["retailer_id"], columns, count_of(row))


def _columns(row: Any, names: dict[str, Any]) -> dict[str, Any]:
    return {each: msgspec.json.decode(row[each]) if each in TEXTS else row[each] for each in names}
