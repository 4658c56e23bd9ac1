"""Putting the sample on the shelf: what touches the database."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path

import msgspec

from gateway import Db, GatewayError, queries
from plugins.commerce.catalogue.row import Done
from plugins.commerce.catalogue.write import put_products
from plugins.commerce.common.ids import micros
from plugins.commerce.common.money import minor
from plugins.commerce.sample.goods import CURRENCY, Sample, sample

SQL = queries(Path(__file__).with_name("sample.sql"))
ACTOR = "sample"


async def stock_up(db: Db, pictures: Mapping[str, Sequence[str]], at: str) -> dict[str, int]:
    """Have all that is in `goods.toml`, with *pictures* (id and address of the file, by name), at a time
    (ISO 8601); how many products were new, and how many were there. What is there gets the sample's texts,
    prices and pictures again; its stock stays as it is. Raises `GatewayError` for what the shop has already
    under another name."""
    now, goods = datetime.fromisoformat(at).astimezone(UTC), sample()
    there = {row["sku"] for row in await db.all(SQL["skus"])}
    rows = [msgspec.structs.replace(row, stock=None) if row.sku in there else row for row in goods.rows()]
    done = await put_products(db, rows, currency=CURRENCY, now=now, actor=ACTOR)
    _check(done)
    await _beside(db, goods, pictures, micros(now))
    new = {each.product for each in done if each.result == "created"}
    return {"new": len(new), "there": len({each.product for each in done} - new)}


def _check(done: Sequence[Done]) -> None:
    for each in done:
        if each.faults:
            fault = each.faults[0]
            raise GatewayError(f"the sample's {each.sku} was not taken: {fault.field}: {fault.detail}")


async def _beside(db: Db, goods: Sample, pictures: Mapping[str, Sequence[str]], now: int) -> None:
    """What goes with the products: categories' names, pictures, codes."""
    await db.many(SQL["category"], [
        {"path": group.path, "names": json.dumps(group.names, ensure_ascii=False), "emoji": group.emoji,
         "sort": place, "now": now}
        for place, group in enumerate(goods.category)
    ])  # fmt: skip
    await db.many(SQL["picture"], [
        {"code": good.code, "image": id, "link": link, "now": now}
        for good in goods.product
        for id, link in [pictures[good.picture]]
    ])  # fmt: skip
    await db.many(SQL["code"], [
        {"code": each.code, "value": each.percent * 100, "currency": CURRENCY,
         "least": minor(each.least, CURRENCY), "title": each.title, "now": now}
        for each in goods.code
    ])  # fmt: skip
