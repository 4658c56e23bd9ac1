"""Reading the shelf as customers see it."""

from __future__ import annotations

import pytest

from gateway.testing import World
from plugins.commerce.catalogue import read
from tests.plugins.commerce.goods import Shelf

BOTH = pytest.mark.database("sqlite", "postgres")


@BOTH
@pytest.mark.parametrize(
    ("language", "name"), [("en", "Bananas"), ("es", "Plátanos"), ("es-MX", "Plátanos"), ("sw", "Ndizi"),
                           ("sw-KE", "Ndizi"), ("fr", "Bananas"), ("", "Bananas")],
)  # fmt: skip
async def test_what_is_sold_has_a_name_in_each_language(
    world: World, shelf: Shelf, language: str, name: str
) -> None:
    """The contact's own, else its main one, else the shop's."""
    found = await read.items(world.db(), language, [shelf["BAN-1"]])
    assert found[shelf["BAN-1"]].name == name


@BOTH
async def test_the_top_categories_are_those_with_something_below(world: World, shelf: Shelf) -> None:
    """Fresh has nothing of its own, but fruit and vegetables do."""
    db = world.db()
    top = await read.categories(db, "es")
    assert [(each.id, each.name) for each in top] == [("fresh", "Fresco"), ("clothes", "Ropa")]
    assert [each.id for each in await read.categories(db, "en", "fresh")] == ["fruit", "greens"]
    assert await read.categories(db, "en", "fruit") == []


@BOTH
async def test_a_hidden_category_hides_what_is_below(world: World, shelf: Shelf) -> None:
    """Its categories, its shelf, and what lies there: not for sale, and still known."""
    db = world.db()
    await db.run("update commerce_category set hidden = 1 where tenant = :tenant and id = 'fresh'")
    assert [each.id for each in await read.categories(db, "en")] == ["clothes"]
    assert await read.category(db, "en", "fruit") is None
    assert await read.shelf(db, "en", "fruit") == ([], 0)
    found = await read.items(db, "en", [shelf["MNG-EA"], shelf["SHOE-42"]])
    assert {item.name: item.active for item in found.values()} == {"Mango": False, "Canvas shoes": True}
    assert await read.by_sku(db, "en", "MNG-EA") is None
    assert await read.variants(db, "en", "mango") == []


@BOTH
async def test_a_shelf_has_what_can_be_sold_first(world: World, shelf: Shelf) -> None:
    """Tomatoes are sold out; the categories below count too."""
    db = world.db()
    items, count = await read.shelf(db, "en", "fresh")
    assert [item.product for item in items] == ["mango", "banana", "sukuma", "tomato"]
    assert count == 4
    await db.run("update commerce_stock set on_hand = 0 where tenant = :tenant and variant = :id",
                 id=shelf["MNG-EA"])  # fmt: skip
    items, _ = await read.shelf(db, "en", "fresh", offset=1, limit=2)
    assert [item.product for item in items] == ["sukuma", "mango"]


@BOTH
async def test_a_product_is_shown_by_the_first_variant_that_can_be_sold(world: World, shelf: Shelf) -> None:
    """The red one in M, and when it is gone the blue one; when all are gone, the red one again."""
    db = world.db()
    [red] = await read.standing_for(db, "en", ["shirt"])
    assert (red.sku, red.left, red.siblings, red.full_name) == ("TS-RED-M", 5, 3, "T-shirt (Red, M)")
    empty = "update commerce_stock set reserved = on_hand where tenant = :tenant and variant = :id"
    await db.run(empty, id=shelf["TS-RED-M"])
    assert [item.sku for item in await read.standing_for(db, "en", ["shirt"])] == ["TS-BLU-M"]
    await db.run(empty, id=shelf["TS-BLU-M"])
    assert [item.sku for item in await read.standing_for(db, "en", ["nothing", "shirt"])] == ["TS-RED-M"]


@BOTH
@pytest.mark.parametrize("written", ["MNG-EA", "mng-ea", " mng ea ", "MNG_EA", "mngea", "mng–ea"])
async def test_a_sku_is_known_as_people_write_it(world: World, shelf: Shelf, written: str) -> None:
    """In any case, with or without signs."""
    found = await read.by_sku(world.db(), "en", written)
    assert found is not None
    assert found.sku == "MNG-EA"


@pytest.mark.parametrize("written", ["", " ", "-", "\x00", "MNG-E", "\ud83e", "x" * 10_000])
async def test_what_is_no_sku_is_nothing(world: World, shelf: Shelf, written: str) -> None:
    """And never an error."""
    assert await read.by_sku(world.db(), "en", written) is None


@BOTH
async def test_two_skus_that_look_alike_are_told_apart_only_exactly(world: World, shelf: Shelf) -> None:
    """Nobody is sold the wrong one of them."""
    db = world.db()
    await db.run("update commerce_variant set sku = 'mng.ea', sku_key = 'mngea' where tenant = :tenant"
                 " and sku = 'BAN-1'")  # fmt: skip
    assert await read.by_sku(db, "en", "mngea") is None
    found = await read.by_sku(db, "en", "mng.ea")
    assert found is not None
    assert found.name == "Bananas"


@BOTH
async def test_what_was_archived_is_still_read_by_its_id(world: World, shelf: Shelf) -> None:
    """Carts and orders know it; it is not for sale."""
    db = world.db()
    await db.run("update commerce_product set status = 'archived' where tenant = :tenant and id = 'mango'")
    found = await read.items(db, "en", [shelf["MNG-EA"], "never was"])
    assert [(item.name, item.active, item.can_sell(1)) for item in found.values()] == [
        ("Mango", False, False)
    ]
    assert await read.standing_for(db, "en", ["mango"]) == []
    assert list(await read.by_retailer(db, "en", ["MNG-EA", "mng-ea"])) == ["MNG-EA"]


@BOTH
async def test_what_is_left_is_summed_over_places(world: World, shelf: Shelf) -> None:
    """What is reserved is not left; what nobody counts has no number."""
    db = world.db()
    id = shelf["MNG-EA"]
    await db.run("insert into commerce_stock (tenant, variant, location, on_hand, reserved, updated_at)"
                 " values (:tenant, :id, 'market', 5, 2, 0)", id=id)  # fmt: skip
    assert (await read.items(db, "en", [id]))[id].left == 43
    await db.run("update commerce_stock set tracked = 0 where tenant = :tenant and variant = :id", id=id)
    item = (await read.items(db, "en", [id]))[id]
    assert (item.left, item.can_sell(10_000)) == (None, True)


@BOTH
async def test_what_is_shown_first(world: World, shelf: Shelf) -> None:
    """What the owner features and can be sold; without it what sells, without that what is new."""
    db = world.db()
    assert len(await read.featured(db, "en", 3)) == 3
    await db.run("update commerce_product set sold = 7 where tenant = :tenant and id in ('shoes', 'tomato')")
    assert [item.product for item in await read.featured(db, "en")] == ["shoes"]
    await db.run("update commerce_product set featured = 1 where tenant = :tenant and id = 'banana'")
    assert [item.product for item in await read.featured(db, "en")] == ["banana"]
