"""A shop with 100,000 products and a million past orders, beside one with thirty products and none: people
browse, search, add and look at their cart.

A turn is one webhook and all that the shop answers, accepted; statuses are left out. The goods come in as an
owner's do, by ``gateway commerce import``.
"""

from __future__ import annotations

import csv
from itertools import product
from pathlib import Path

from benchmarks.bench import Bench, Kind
from benchmarks.errors import BenchError
from benchmarks.figures import Figure, rate, ratios
from benchmarks.load import Pool, closed_loop
from benchmarks.payloads import Shopping
from benchmarks.samples import Sample, measured
from benchmarks.site import Plan, Site, Tenant
from benchmarks.stub import Stub

_TARGET = 0.5
_FEW, _PEOPLE, _CATEGORIES = 30, 200, 40
_COLOURS = ["red", "blue", "green", "black", "white", "pink", "brown", "grey", "yellow", "orange"]
_STUFFS = ["cotton", "linen", "wool", "leather", "canvas", "silk", "denim", "paper", "glass", "clay"]
_THINGS = ["shirt", "shoe", "bag", "cup", "hat", "plate", "chair", "lamp", "rug", "basket", "towel", "apron"]
_ORDERS = """with recursive n (i) as (select 1 union all select i + 1 from n where i < {count})
insert into commerce_order (tenant, id, number, cart, contact, conversation, channel, state, name, delivery,
    delivery_title, currency, subtotal, total, payment, placed_at, payment_state, fulfilment)
select '{tenant}', 'past' || i, 'P' || i, 'cart' || i,
    coalesce(p.contact, 'c' || (i % 50000)), 'v', 'main', 'completed', 'Amina', 'pickup', 'Our shop', 'KES',
    5000, 5000, 'at_pickup', i, 'paid', 'delivered'
from n left join (select row_number() over (order by id) - 1 as place, id as contact from contact
    where tenant = '{tenant}') p on p.place = i % 4000"""
_LINES = """with recursive n (i) as (select 1 union all select i + 1 from n where i < {count})
insert into commerce_order_line (tenant, order_id, line, product, variant, sku, name, price, qty, total)
select '{tenant}', 'past' || i, 1, 'p' || (i % 1000), 'v' || (i % 1000), 'OLD-' || (i % 1000), 'Red cup',
    5000, 1, 5000
from n"""


async def measure(bench: Bench) -> list[Figure]:
    """Figures ``shop …`` for each database: turns per CPU-second, full beside empty."""
    stub = Stub()
    await stub.start()
    try:
        return [await _database(bench, stub, kind) for kind in bench.scale.databases]
    finally:
        stub.stop()


async def _database(bench: Bench, stub: Stub, kind: Kind) -> Figure:
    plan = Plan("shop", tenants=(Tenant(plugin="commerce"),), api_base=f"http://127.0.0.1:{stub.port}")
    async with bench.site(plan, kind, kill=True) as small, bench.site(plan, kind, kill=True) as large:
        await _stocked(small, _FEW)
        await _stocked(large, bench.scale.products)
        await _turns(bench, large, bench.scale.warm_up // 4)
        await _ordered(large, kind, bench.scale.orders)
        await _turns(bench, small, bench.scale.warm_up // 4)
        few, many = [], []
        for _ in range(min(bench.scale.rounds, 3)):
            few.append(await _turns(bench, small, bench.scale.turns // 2))
            many.append(await _turns(bench, large, bench.scale.turns // 2))
    mine, theirs = [each.per_cpu for each in many], [each.per_cpu for each in few]
    return Figure(
        name=f"shop {kind}", values=ratios(mine, theirs), target=_TARGET,
        ours=f"{rate(mine)} with {bench.scale.products:,} products and {bench.scale.orders:,} orders",
        against=f"{rate(theirs)} with {_FEW} and none",
        note=f"by the clock {rate([each.per_second for each in many], '/s')};"
        f" {_PEOPLE} people browse, search, add, look at cart and orders",
    )  # fmt: skip


async def _stocked(site: Site, products: int) -> None:
    """Bring *products* in by the command that an owner uses."""
    file = site.folder / "products.csv"
    _write(file, products)
    await site.command("commerce", "import", str(file), "--tenant", "bench", within=600)


def _write(file: Path, products: int) -> None:
    """A file of *products*, in `_CATEGORIES`."""
    names = list(product(_COLOURS, _STUFFS, _THINGS))
    with file.open("w", newline="", encoding="utf-8") as to:
        rows = csv.writer(to)
        rows.writerow(["sku", "name", "category", "price", "currency", "stock", "description"])
        for n in range(products):
            colour, stuff, thing = names[n % len(names)]
            rows.writerow([
                f"SKU-{n:06d}", f"{colour.title()} {stuff} {thing} {n}", f"Aisle {n % _CATEGORIES}",
                f"{100 + n % 900}.00", "KES", 1_000_000, f"A {thing} of {stuff}, made by hand.",
            ])  # fmt: skip


async def _ordered(site: Site, kind: Kind, orders: int) -> None:
    """A million orders of the past, one in twenty by who shops now."""
    for sql in (_ORDERS, _LINES):
        await site.database.run(sql.format(tenant="bench", count=orders))
    if kind == "postgres":  # as autovacuum would have, by the time that there are so many
        await site.database.run("analyze")


async def _turns(bench: Bench, site: Site, count: int) -> Sample:
    """Everybody walks through the shop: *count* messages in all."""
    aisles = [
        str(await site.database.value(f"select id from commerce_category where path = 'Aisle {place}'"))
        for place in range(8)
    ]
    wire = Shopping(_PEOPLE, aisles)
    requests = wire.messages(bench.keys(count))
    pool = Pool(*site.process.ports)
    await pool.open()
    try:
        with measured(site.process) as sample:
            await closed_loop(pool, requests, within=bench.scale.limit / 2)
            await site.idle(within=bench.scale.limit)
        if failed := await site.database.value("select max(reason || ': ' || detail) from dead"):
            raise BenchError(f"a message was not answered: {failed}")
        sample.done = count
        return sample
    finally:
        pool.close()
