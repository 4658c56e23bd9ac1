"""Products as the staff see them: everything of them, in pages."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from gateway import Db, queries
from plugins.commerce.catalogue.counts import NONE, counts
from plugins.commerce.catalogue.forms import Listing
from plugins.commerce.catalogue.shapes import Products, ProductShown, VariantShown, product, variant
from plugins.commerce.catalogue.sku import harmless, sku_key
from plugins.commerce.common.spread import all_of
from plugins.commerce.search.find import search

SQL = queries(Path(__file__).with_name("listing.sql"))


async def products(db: Db, wanted: Listing, *, currency: str, language: str) -> Products:
    """A page of what is *wanted*."""
    if wanted.q.strip():
        return await _found(db, wanted, currency, language)
    most = wanted.limit + 1
    after, status = harmless(wanted.cursor), wanted.status
    if wanted.category:
        category = harmless(wanted.category)
        rows = await db.all(SQL["of_category"], category=category, after=after, status=status, most=most)
    elif status:
        rows = await db.all(SQL["of_status"], status=status, after=after, most=most)
    else:
        rows = await db.all(SQL["everything"], after=after, most=most)
    ids = [row["id"] for row in rows[: wanted.limit]]
    return Products(await by_ids(db, ids), ids[-1] if len(rows) > wanted.limit else None)


async def by_ids(db: Db, ids: Sequence[str]) -> list[ProductShown]:
    """These products, in this order, with all their variants; what is not there is left out."""
    rows = {row["id"]: row for row in await all_of(db, SQL["products"], "ids", ids)}
    variants: dict[str, list[VariantShown]] = {}
    found = await all_of(db, SQL["variants"], "ids", list(rows))
    counted = await counts(db, [row["id"] for row in found])
    for row in found:
        variants.setdefault(row["product"], []).append(variant(row, counted.get(row["id"], NONE)))
    return [product(rows[id], variants.get(id, [])) for id in ids if id in rows]


async def _found(db: Db, wanted: Listing, currency: str, language: str) -> Products:
    """By a SKU, a code or a barcode; then by words, as customers search."""
    q = harmless(wanted.q).strip()
    start = int(wanted.cursor) if wanted.cursor.isascii() and wanted.cursor.isdigit() else 0
    named = [row["id"] for row in await db.all(SQL["named"], q=q, key=sku_key(q) or q)] if not start else []
    found = await search(db, language, q, currency=currency, offset=min(start, 1_000), limit=wanted.limit)
    ids = list(dict.fromkeys([*named, *(item.product for item in found.items)]))
    shown = [
        each
        for each in await by_ids(db, ids)
        if wanted.status in ("", each.status) and wanted.category in ("", each.category)
    ]
    more = found.more and start + wanted.limit <= 1_000
    return Products(shown, str(start + wanted.limit) if more else None)
