"""Writing products: many rows at once, each created, changed, left as it is, or refused with a sentence."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

import msgspec

from gateway import Db
from plugins.commerce.catalogue import known as there
from plugins.commerce.catalogue.checked import check, key_of
from plugins.commerce.catalogue.known import TEXTS, Product, Variant
from plugins.commerce.catalogue.plan import Plan, plan
from plugins.commerce.catalogue.row import Done, Fault, Row
from plugins.commerce.common.ids import micros
from plugins.commerce.common.spread import all_of, run_of
from plugins.commerce.search.index import index
from plugins.commerce.stock import bulk

SQL, CATEGORIES = there.SQL, there.CATEGORIES
#: Rows that are taken at once.
MOST = 1_000


async def put_products(
    db: Db, rows: Sequence[Row], *, currency: str, now: datetime, actor: str, reason: str = "import",
    dry: bool = False, searchable: bool = True,
) -> Sequence[Done]:  # fmt: skip
    """Write *rows*, a thousand at most, in one transaction; what became of each, in their order. A row that
    is refused leaves nothing behind and stops no other. *currency* is the shop's; *actor* and *reason* are
    written beside what changes in the stock. With *dry* nothing is written, and the answer is what it would
    be. When not *searchable*, the caller sees to it that the search learns of it."""
    if len(rows) > MOST:
        raise ValueError(f"put_products takes {MOST} rows at once, and was given {len(rows)}")
    checked = [check(row, currency) for row in rows]
    planned = plan(checked, await there.known(db, checked), currency, now)
    if dry or not _writes(planned):
        return planned.done
    await _categories(db, planned, micros(now))
    lost = await _products(db, planned, currency, micros(now))
    why = bulk.Why(reason, actor, now)
    new = {each.id: each.count for each in planned.new_variants.values() if each.id not in lost}
    await bulk.begin(db, new, why)
    short = await _counts(db, planned, why)
    touched = {**planned.new_variants, **planned.variants}.values()
    ids = {*planned.new_products, *planned.products, *(each.product for each in touched)}
    if searchable:
        await index(db, sorted(ids))
    return [_told(each, lost, short) for each in planned.done]


def _writes(planned: Plan) -> bool:
    return any(each.result in ("created", "updated") for each in planned.done)


async def _categories(db: Db, planned: Plan, now: int) -> None:
    """Make those that were not there, the upper ones first. Where somebody else did meanwhile, theirs are
    taken."""
    products = [*planned.new_products.values(), *planned.products.values()]
    used = {product.columns["category"] for product in products}
    ends = [path for path, id in planned.paths.items() if id in used]
    wanted = [path for path in planned.paths if any(f"{end} > ".startswith(f"{path} > ") for end in ends)]
    if not wanted:
        return
    await db.run(CATEGORIES["lock"])
    rows, ids = [], planned.paths
    for path in wanted:
        id, (above, _, name) = ids[path], path.rpartition(" > ")
        parent = ids.get(above) or await _category_at(db, above)
        rows.append({"id": id, "parent": parent, "path": path, "name": name, "names": "{}", "emoji": "",
                     "sort": 0, "hidden": 0, "now": now})  # fmt: skip
    await db.many(CATEGORIES["add"], rows)
    found = await all_of(db, CATEGORIES["by_path"], "ids", wanted)
    theirs = {planned.paths[row["path"]]: row["id"] for row in found}
    for product in products:
        product.columns["category"] = theirs.get(product.columns["category"], product.columns["category"])


async def _category_at(db: Db, path: str) -> str:
    found = await all_of(db, CATEGORIES["by_path"], "ids", [path] if path else [])
    return str(found[0]["id"]) if found else ""


async def _products(db: Db, planned: Plan, currency: str, now: int) -> set[str]:
    """Write products and variants; the ids of new variants that somebody else wrote at the same moment."""
    await db.many(SQL["add_product"], [_product(each, now) for each in _sorted(planned.new_products)])
    await db.many(SQL["change_product"], [_product(each, now) for each in _sorted(planned.products)])
    touched = {each.product for each in planned.variants.values()} - set(planned.products)
    await db.many(SQL["touch_product"], [{"id": id, "now": now} for id in sorted(touched)])
    await db.many(
        SQL["add_variant"], [_variant(each, currency, now) for each in _sorted(planned.new_variants)]
    )
    rows = [_variant(each, currency, now) for each in _sorted(planned.variants)]
    await db.many(SQL["change_variant"], [_without(row, "product") for row in rows])
    kept = await all_of(db, SQL["variants_there"], "ids", list(planned.new_variants))
    lost = set(planned.new_variants) - {row["id"] for row in kept}
    if lost:
        await run_of(db, SQL["drop_empty_product"], "ids", sorted(planned.new_products))
    return lost


async def _counts(db: Db, planned: Plan, why: bulk.Why) -> set[str]:
    """Change the stock; the variants of which an order took some meanwhile."""
    changes = list(planned.counts.values())
    levels = await bulk.change(db, changes, why) if changes else []
    return {each.variant for each, level in zip(changes, levels, strict=True) if level is None}


def _told(done: Done, lost: set[str], short: set[str]) -> Done:
    if done.variant in lost:
        fault = Fault("sku", "somebody else wrote it at the same moment: send it again")
        return Done(done.sku, "refused", faults=(fault,))
    if done.variant in short:
        fault = Fault(
            "stock", "an order took some at the same moment; all else was kept: send the stock again"
        )
        return msgspec.structs.replace(done, faults=(fault,))
    return done


def _sorted(them: Mapping[str, Any]) -> list[Any]:
    """In the order of their ids, so that two who write the same ones do not wait for each other in a ring."""
    return [them[id] for id in sorted(them)]


def _product(product: Product, now: int) -> dict[str, Any]:
    return {"id": product.id, "code": product.code, "now": now, **_columns(product.columns)}


def _variant(variant: Variant, currency: str, now: int) -> dict[str, Any]:
    return {
        "id": variant.id, "product": variant.product, "sku": variant.sku, "sku_key": key_of(variant.sku),
        "retailer_id": variant.retailer_id, "currency": currency, "now": now, **_columns(variant.columns),
    }  # fmt: skip


def _columns(columns: Mapping[str, Any]) -> dict[str, Any]:
    return {
        name: msgspec.json.encode(value).decode() if name in TEXTS else value
        for name, value in columns.items()
    }


def _without(row: Mapping[str, Any], name: str) -> dict[str, Any]:
    return {each: value for each, value in row.items() if each != name}
