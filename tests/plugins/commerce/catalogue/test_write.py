"""Writing many products at once."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Sequence
from typing import Any

import pytest

from gateway.testing import World
from plugins.commerce.catalogue import read
from plugins.commerce.catalogue.row import Done, Row
from plugins.commerce.catalogue.write import put_products
from tests.plugins.commerce.acting import act
from tests.plugins.commerce.goods import Shelf

BOTH = pytest.mark.database("sqlite", "postgres")
KIWI = Row(
    sku="KIWI-1", name="Kiwi", names={"es": "Kiwis"}, price="120", category="Fresh > Fruit", stock=7,
    description="Green.", unit="piece", compare_at="150.50",
)  # fmt: skip


async def put(world: World, *rows: Row, dry: bool = False) -> Sequence[Done]:
    """Write *rows*."""
    return await act(world, put_products, rows, currency="KES", now=world.now, actor="key", dry=dry)


async def item(world: World, sku: str, language: str = "en") -> Any:
    """The variant with this SKU."""
    found = await read.by_sku(world.db(), language, sku)
    assert found is not None
    return found


@BOTH
async def test_a_row_is_created_left_as_it_is_and_changed(world: World, shelf: Shelf) -> None:
    """Each time it says which."""
    [created] = await put(world, KIWI)
    assert (created.result, created.sku) == ("created", "KIWI-1")
    kiwi = await item(world, "KIWI-1", "es-MX")
    assert (kiwi.name, kiwi.price, kiwi.compare_at, kiwi.left) == ("Kiwis", 12_000, 15_050, 7)
    assert (kiwi.category, kiwi.unit, kiwi.retailer_id, kiwi.title) == ("fruit", "piece", "KIWI-1", "")
    assert [done.result for done in await put(world, KIWI)] == ["unchanged"]
    [updated] = await put(world, Row(sku="KIWI-1", price="99.99"))
    assert (updated.result, updated.product, updated.variant) == ("updated", created.product, created.variant)
    assert (await item(world, "KIWI-1")).price == 9_999
    moves = await world.db().all(
        "select delta, reason, actor from commerce_stock_move where tenant = :tenant"
    )
    assert [tuple(row[each] for each in ("delta", "reason", "actor")) for row in moves] == [
        (7, "import", "key")
    ]


@BOTH
async def test_categories_are_made_on_the_way(world: World, shelf: Shelf) -> None:
    """The upper ones first, and each once; not those of rows that are refused."""
    path = "Home > Kitchen > Pots"
    done = await put(world, Row(sku="P-1", name="Pot", price="900", category=path),
                     Row(sku="P-2", name="Pan", price="800", category=" Home >Kitchen> Pots "),
                     Row(sku="P-3", name="Lid", category="Nowhere"))  # fmt: skip
    assert [each.result for each in done] == ["created", "created", "refused"]
    rows = await world.db().all("select path from commerce_category where tenant = :tenant and path >= 'Fz'"
                                " order by path")  # fmt: skip
    assert [row["path"] for row in rows] == ["Home", "Home > Kitchen", path]
    items, count = await read.shelf(world.db(), "en", (await item(world, "P-1")).category)
    assert (sorted(each.sku for each in items), count) == (["P-1", "P-2"], 2)


@BOTH
async def test_variants_of_one_product_share_its_code(world: World, shelf: Shelf) -> None:
    """In one list, or later; what tells them apart is said."""
    await put(world, Row(sku="CUP-R", product="CUP", name="Cup", price="300", options={"Colour": "Red"}),
              Row(sku="CUP-B", product="CUP", price="310", title="Blue"))  # fmt: skip
    [later] = await put(world, Row(sku="CUP-G", product="CUP", price="320"))
    names = [each.full_name for each in await read.variants(world.db(), "en", later.product)]
    assert sorted(names) == ["Cup (Blue)", "Cup (CUP-G)", "Cup (Red)"]
    assert (await item(world, "CUP-B")).siblings == 3


@BOTH
@pytest.mark.parametrize(
    ("row", "field", "words"),
    [
        (Row(sku="", name="x", price="1"), "sku", "SKU is missing"),
        (Row(sku="N" * 65, name="x", price="1"), "sku", "65 characters, and 64 are the most"),
        (Row(sku="A\x00B", name="x", price="1"), "sku", "control character U\\+0000"),
        (Row(sku="A\u202eB", name="x", price="1"), "sku", "nobody sees"),
        (Row(sku="\ufe0f", name="x", price="1"), "sku", "nothing that is seen"),
        (Row(sku="N", price="1"), "name", "name is missing"),
        (Row(sku="N", name="n" * 10_240, price="1"), "name", "10,240 characters, and 200 are the most"),
        (Row(sku="N", name="x"), "price", "price is missing"),
        (Row(sku="N", name="x", price="-1"), "price", "is no amount"),
        (Row(sku="N", name="x", price="1.005"), "price", "more decimals than KES"),
        (Row(sku="N", name="x", price="1e3"), "price", "is no amount"),
        (Row(sku="N", name="x", price="9" * 15), "price", "more than this shop can count"),
        (Row(sku="N", name="x", price="1", currency="USD"), "price", "USD, and this shop sells in KES"),
        (Row(sku="N", name="x", price="2", compare_at="2.00"), "compare_at", "not more than 2.00"),
        (Row(sku="N", name="x", price="1", stock=-1), "stock", "from 0 to"),
        (Row(sku="N", name="x", price="1", stock=10**30), "stock", "too large"),
        (Row(sku="N", name="x", price="1", category="A > B > C > D > E > F"), "category", "6 deep"),
        (Row(sku="N", name="x", price="1", category="A >  > B"), "category", "missing"),
        (Row(sku="N", name="x", price="1", category_id="nope"), "category_id", "no category"),
        (Row(sku="N", name="x", price="1", names={"english": "x"}), "names", "is no language"),
        (Row(sku="N", name="x", price="1", image_url="http://a.example/x.png"), "image_url", "https://"),
        (Row(sku="N", name="x", price="1", retailer_id="MNG-EA"), "retailer_id", "another variant"),
        (Row(sku="N", name="x", price="1", variant="nope"), "variant", "no variant"),
        (Row(sku="MNG-EA", product="OTHER"), "product", "belongs to the product"),
        (Row(sku="N", name="x", price="1", min_qty=5, max_qty=3), "max_qty", "less than the least"),
        (Row(sku="shirt", name="x", price="1"), "sku", "name it as the product"),
    ],
)  # fmt: skip
async def test_what_cannot_be_kept_is_refused(
    world: World, shelf: Shelf, row: Row, field: str, words: str
) -> None:
    """With the field and a sentence; the rows beside it are kept."""
    refused, kept = await put(world, row, KIWI)
    assert (refused.result, [fault.field for fault in refused.faults]) == ("refused", [field])
    assert re.search(words, refused.faults[0].detail)
    assert kept.result == "created"
    assert await read.by_sku(world.db(), "en", "N") is None


@BOTH
async def test_less_than_is_promised_cannot_be_there(world: World, shelf: Shelf) -> None:
    """The row is refused, with how much is promised."""
    await world.db().run("update commerce_stock set reserved = 2 where tenant = :tenant and variant = :id",
                         id=shelf["MNG-EA"])  # fmt: skip
    [done] = await put(world, Row(sku="MNG-EA", stock=1, name="Mango!"))
    assert done.faults[0].detail.startswith("2 of it are promised")
    [done] = await put(world, Row(sku="MNG-EA", stock=2))
    assert (done.result, (await item(world, "MNG-EA")).left) == ("updated", 0)


@BOTH
async def test_a_sku_changes_and_its_product_keeps_up(world: World, shelf: Shelf) -> None:
    """By the variant's id; another's SKU is not taken."""
    [kiwi] = await put(world, KIWI)
    [taken] = await put(world, Row(variant=kiwi.variant, sku="MNG-EA"))
    assert taken.result == "refused"
    [done] = await put(world, Row(variant=kiwi.variant, sku="🥝"))
    assert done.result == "updated"
    assert (await item(world, "🥝")).retailer_id == "KIWI-1"
    assert await world.db().value("select code from commerce_product where tenant = :tenant and id = :id",
                                  id=kiwi.product) == "🥝"  # fmt: skip


@BOTH
async def test_a_dry_run_says_the_same_and_writes_nothing(world: World, shelf: Shelf) -> None:
    """Not even a category."""
    rows = (
        KIWI,
        Row(sku="MNG-EA", price="60"),
        Row(sku="X"),
        Row(sku="Y", name="Y", price="1", category="New"),
    )
    told = [done.result for done in await put(world, *rows, dry=True)]
    assert told == ["created", "updated", "refused", "created"]
    assert await read.by_sku(world.db(), "en", "KIWI-1") is None
    assert await world.db().value("select count(*) from commerce_category where tenant = :tenant") == 4
    assert [done.result for done in await put(world, *rows)] == told


@BOTH
async def test_nobody_counts_what_came_without_a_number(world: World, shelf: Shelf) -> None:
    """A number later begins to count; a language is added, and taken away by nothing."""
    await put(world, Row(sku="ICE", name="Ice", price="10", names={"es": "Hielo", "sw": "Barafu"}))
    assert (await item(world, "ICE")).left is None
    await put(world, Row(sku="ICE", stock=3, names={"es": "", "fr": "Glace"}))
    ice = await item(world, "ICE", "fr")
    assert (ice.left, ice.name) == (3, "Glace")
    assert [(await item(world, "ICE", each)).name for each in ("es", "sw")] == ["Ice", "Barafu"]


@BOTH
async def test_two_who_write_the_same_at_once_make_it_once(world: World, shelf: Shelf) -> None:
    """Products, variants and categories; who comes second is told, or changes what is there."""
    rows = [Row(sku=f"R-{n}", name="Rope", price="10", category="Deck > Ropes", stock=n) for n in range(20)]
    told = await asyncio.gather(put(world, *rows), put(world, *reversed(rows)), put(world, *rows))
    results = [each.result for done in told for each in done]
    assert results.count("created") == 20
    assert set(results) <= {"created", "unchanged", "refused"}
    db = world.db()
    assert await db.value("select count(*) from commerce_variant where tenant = :tenant and sku >= 'R-'"
                          " and sku < 'R~'") == 20  # fmt: skip
    assert (
        await db.value("select count(*) from commerce_product where tenant = :tenant and name = 'Rope'") == 20
    )
    assert await db.value("select count(*) from commerce_category where tenant = :tenant and path >= 'Deck'"
                          " and path < 'E'") == 2  # fmt: skip
    moves = await db.value("select sum(delta) from commerce_stock_move where tenant = :tenant")
    assert int(moves) == sum(range(20))
