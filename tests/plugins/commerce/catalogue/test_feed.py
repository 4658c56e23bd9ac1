"""The feed that Meta reads."""

from __future__ import annotations

import csv
import io

import pytest

from gateway.testing import World
from plugins.commerce.catalogue import feed as catalogue_feed
from tests.plugins.commerce.catalogue.test_api import ask
from tests.plugins.commerce.goods import Shelf

BOTH = pytest.mark.database("sqlite", "postgres")


async def feed(world: World) -> dict[str, dict[str, str]]:
    """The rows behind the link, by id."""
    rows = {}
    for link in (await ask(world, "GET", "/p/commerce/feed-link"))["links"]:
        answer = await world.request("GET", link)
        assert (answer.status, answer.headers["content-type"]) == (200, "text/csv; charset=utf-8")
        rows |= {row["id"]: row for row in csv.DictReader(io.StringIO(answer.text))}
    return rows


@BOTH
async def test_what_is_sold_is_in_the_feed(world: World, shelf: Shelf) -> None:
    """Each variant by its id in Meta's catalogue, with its price as Meta writes it."""
    rows = await feed(world)
    assert len(rows) == 8
    mango = rows["MNG-EA"]
    number = mango.pop("link")
    assert number.startswith("https://wa.me/")
    assert number.endswith("?text=MNG-EA")
    assert mango == {
        "id": "MNG-EA", "title": "Mango", "description": "Sweet, from Makueni.", "availability": "in stock",
        "condition": "new", "price": "50.00 KES", "sale_price": "", "image_link": "", "brand": "Duka Moja",
    }  # fmt: skip
    assert (rows["BAN-1"]["price"], rows["BAN-1"]["sale_price"]) == ("150.00 KES", "120.00 KES")
    assert rows["TOM-1KG"]["availability"] == "out of stock"
    assert rows["TS-RED-M"]["title"] == "T-shirt (Red, M)"


@BOTH
async def test_what_is_hidden_is_not(world: World, shelf: Shelf) -> None:
    """A product, a variant, and all below a category."""
    db = world.db()
    await db.run("update commerce_category set hidden = 1 where tenant = :tenant and id = 'fresh'")
    await db.run(
        "update commerce_variant set status = 'archived' where tenant = :tenant and sku = 'TS-RED-M'"
    )
    await db.run("update commerce_product set status = 'hidden' where tenant = :tenant and id = 'shoes'")
    assert sorted(await feed(world)) == ["TS-BLU-M", "TS-RED-L"]


async def test_a_name_is_no_formula(world: World, shelf: Shelf) -> None:
    """For whoever opens the file in a spreadsheet; commas and quotes stay where they are."""
    await world.db().run("update commerce_product set name = :name where tenant = :tenant and id = 'mango'",
                         name='=HYPERLINK("http://x.example","a, b")')  # fmt: skip
    assert (await feed(world))["MNG-EA"]["title"] == '\'=HYPERLINK("http://x.example","a, b")'


async def test_the_feed_is_for_who_has_its_link(world: World, shelf: Shelf) -> None:
    """And nobody else."""
    assert (await world.request("GET", "/p/commerce/feed/abc")).status == 404
    assert (await world.request("GET", "/p/commerce/feed-link")).status == 401


@BOTH
async def test_a_large_shop_has_a_feed_for_each_part(
    world: World, shelf: Shelf, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Everything is in one of them, and in one only."""
    monkeypatch.setattr(catalogue_feed, "LONGEST", 3)
    monkeypatch.setattr(catalogue_feed, "PORTION", 1)
    links = (await ask(world, "GET", "/p/commerce/feed-link"))["links"]
    sizes = [(await world.request("GET", link)).text.count("\n") - 1 for link in links]
    assert sizes == [3, 3, 2]
    assert len(await feed(world)) == 8
