"""The sample shop: what it holds, and the command that puts it on the shelf."""

from __future__ import annotations

import hashlib
import json
import struct

import pytest

from gateway.testing import Contact, World
from plugins.commerce.common.money import minor
from plugins.commerce.sample import draw
from plugins.commerce.sample.goods import LANGUAGES, sample

GOODS = sample()
SKUS = [kind.sku for good in GOODS.product for kind in good.variants]


def size_of(jpeg: bytes) -> tuple[int, int]:
    """Width and height, as the file's own frame says."""
    place = 2
    while jpeg[place + 1] not in (0xC0, 0xC2):
        place += 2 + struct.unpack(">H", jpeg[place + 2 : place + 4])[0]
    height, width = struct.unpack(">HH", jpeg[place + 5 : place + 9])
    return width, height


def test_there_is_something_of_everything() -> None:
    """Nested categories, variants, a lower price, something gone, something nearly gone."""
    assert 25 <= len(GOODS.product) <= 30
    assert sum(" > " in group.path for group in GOODS.category) == 2
    assert {good.category for good in GOODS.product} < {group.path for group in GOODS.category}
    assert len(SKUS) == len(set(SKUS)) > len(GOODS.product)
    kinds = [kind for good in GOODS.product for kind in good.variants]
    assert any(kind.compare_at for kind in kinds)
    assert [good.picture for good in GOODS.product if all(kind.stock == 0 for kind in good.variants)] == [
        "cabbage"
    ]
    assert any(0 < kind.stock < 3 for kind in kinds)
    assert {"kg", "piece", "bunch", "litre"} <= {good.unit for good in GOODS.product}


@pytest.mark.parametrize("good", GOODS.product, ids=lambda good: good.picture)
def test_each_speaks_three_languages(good) -> None:
    """Its name, what is told of it, and each word of its variants."""
    for texts in (good.name, good.about):
        assert {"en", *LANGUAGES} == set(texts)
        assert all(texts.values())
    for kind in good.variants:
        assert minor(kind.price, "KES") < (minor(kind.compare_at, "KES") if kind.compare_at else 10**9)
        for word in kind.options.values():
            assert word in GOODS.words or word[0].isdigit() or len(word) == 1, word


def test_each_has_a_picture_of_its_own() -> None:
    """A JPEG of 640 × 400, small, the same bytes each time."""
    assert sorted(draw.NAMES) == sorted(good.picture for good in GOODS.product)
    seen = set()
    for name in draw.NAMES:
        made = draw.picture(name)
        assert size_of(made) == (640, 400)
        assert len(made) <= 60_000, name
        seen.add(hashlib.sha256(made).hexdigest())
    assert len(seen) == len(draw.NAMES)
    assert draw.picture("mango") == draw.picture("mango")


@pytest.mark.database("sqlite", "postgres")
async def test_the_command_fills_the_shelf(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """With goods, names in all languages, pictures behind lasting addresses, a code; beside a gateway that
    runs."""
    assert await world.runs("commerce sample") == 0
    assert f"{len(GOODS.product)} products are new, 0 were there" in capsys.readouterr().out
    db = world.db()
    assert await db.value("select count(*) from commerce_variant where tenant = :tenant") == len(SKUS)
    shirt = await db.one("select * from commerce_product where tenant = :tenant and code = 'shirt'")
    assert shirt is not None
    assert json.loads(shirt["names"]) == {"es": "Camiseta", "sw": "Fulana"}
    assert shirt["image_state"] == "kept"
    answer = await world.request("HEAD", shirt["image_link"])
    assert (answer.status, answer.headers["content-type"]) == (200, "image/jpeg")
    red = await db.one("select * from commerce_variant where tenant = :tenant and sku = 'TS-RED-M'")
    assert red is not None
    assert (red["price"], red["title"], json.loads(red["titles"])["es"]) == (129900, "Red, M", "Rojo, M")
    fruit = await db.one("select * from commerce_category where tenant = :tenant and path = 'Fresh > Fruit'")
    assert fruit is not None
    assert (fruit["emoji"], json.loads(fruit["names"])["sw"]) == ("🥭", "Matunda")
    code = await db.one("select * from commerce_code where tenant = :tenant")
    assert code is not None
    assert (code["code"], code["value"], code["min_subtotal"]) == ("KARIBU10", 1000, 50000)


async def test_again_is_the_same(world: World, capsys: pytest.CaptureFixture[str]) -> None:
    """Texts and prices are put right again; what was sold stays sold, and no picture is kept twice."""
    assert await world.runs("commerce sample") == 0
    db = world.db()
    await db.run("update commerce_stock set on_hand = 3 where tenant = :tenant and on_hand = 140")
    await db.run("update commerce_variant set price = 1 where tenant = :tenant and sku = 'MNG-1'")
    files = await db.value("select count(*) from media where tenant = :tenant")

    assert await world.runs("commerce sample") == 0
    assert f"0 products are new, {len(GOODS.product)} were there" in capsys.readouterr().out
    mango = await db.one(
        "select v.price, s.on_hand from commerce_variant v join commerce_stock s on s.tenant = v.tenant and"
        " s.variant = v.id where v.tenant = :tenant and v.sku = 'MNG-1'"
    )
    assert dict(mango or {}) == {"price": 5000, "on_hand": 3}
    assert await db.value("select count(*) from media where tenant = :tenant") == files == len(draw.NAMES)


@pytest.mark.provider("all")
async def test_the_goods_are_found_with_their_pictures(world: World, ana: Contact) -> None:
    """At every provider, above the buttons of a card or before them, by a name in another language too."""
    assert await world.runs("commerce sample") == 0
    await ana.says("embe")
    card = await ana.sees("Sweet ngowe mangoes from Makueni")
    assert card.buttons[0] == "Add to cart"
    assert any(message.media for message in world.sent)
    await ana.taps("Add to cart")
    assert await ana.sees("Added: 1 × Mango")
    await ana.says("cabbage")
    assert await ana.sees("Sold out")
