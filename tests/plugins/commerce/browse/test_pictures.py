"""Pictures, carousels, and products of a linked catalogue; and what stands in for them elsewhere."""

from __future__ import annotations

import struct
import zlib

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.conftest import SETTINGS
from tests.plugins.commerce.goods import Good, Shelf, stock_up

LINKED = {"commerce": {**SETTINGS, "catalog_id": "7100"}}
SOME = "https://cdn.example.org/mango.jpg?size=2"


@pytest.mark.provider("all")
async def test_a_card_has_its_picture(world: World, ana: Contact, shelf: Shelf) -> None:
    """From the web, or as the gateway keeps it: above the card, or before it where there is no room."""
    await _pictured(world, image_link=SOME)
    await ana.says("mango")
    assert await ana.sees("KES 50.00")
    assert any(seen.media for seen in ana.new)
    await _pictured(world, image=await _kept(world))
    await ana.says("search mango")
    assert any(seen.media for seen in ana.new)
    assert not [each for each in (await ana.sees("KES 50.00")).losses if each.how in ("cut", "dropped")]


@pytest.mark.parametrize(
    "link",
    [
        "http://cdn.example.org/a.jpg", "https://cdn.example.org/a.webp", "ftp://x/a.jpg", "a.jpg",
        "https://x.org/a b.jpg",
    ],
)  # fmt: skip
async def test_what_cannot_be_shown_is_left_out(world: World, ana: Contact, shelf: Shelf, link: str) -> None:
    """The card comes all the same."""
    await _pictured(world, image_link=link)
    await ana.says("mango")
    card = await ana.sees("KES 50.00")
    assert not card.media


async def test_picks_are_cards_to_leaf_through(world: World, ana: Contact, shelf: Shelf) -> None:
    """Where each has a picture; a button of one opens its card."""
    await ana.says("shop")
    await ana.taps("Our picks")
    assert (await ana.sees("Have a look at these:")).kind == "list"
    await world.db().run(
        "update commerce_product set image_link = :link where tenant = :tenant",
        link="https://cdn.example.org/a.png",
    )
    await ana.says("shop")
    await ana.taps("Our picks")
    leaf = await ana.sees("Have a look at these:")
    assert leaf.kind == "carousel"
    assert leaf.losses == ()
    await ana.taps(leaf.choices[0].id)
    assert await ana.sees("Kale, cut this morning.")


@pytest.mark.plugins("commerce", settings=LINKED)
@pytest.mark.provider("meta_cloud", "dialog360")
async def test_a_linked_catalogue_is_shown_natively(ana: Contact, shelf: Shelf) -> None:
    """What is sold out is left out, for WhatsApp would not show it; what lies below follows."""
    await ana.says("shop")
    await ana.taps("Fresh")
    native = await ana.sees(kind="product_list")
    [section] = native.message.sections
    assert section.skus == ["MNG-EA", "BAN-1", "SUK-1KG"]
    assert native.losses == ()
    assert (await ana.sees("There is more to look into:")).buttons == ["Fruit", "Vegetables", "Menu"]
    await ana.taps("Fruit")
    assert (await ana.sees("Where shall we go on?")).buttons == ["Categories", "View cart", "Menu"]


@pytest.mark.plugins("commerce", settings=LINKED)
async def test_thirty_go_into_one_message(world: World, ana: Contact) -> None:
    """And the others follow when they are asked for."""
    goods = [Good(f"p{n}", "clothes", f"Shirt {n}", {}, "", "", [("", f"S-{n}", 1000, 5)]) for n in range(42)]
    await stock_up(world, goods)
    await ana.says("shop")
    await ana.taps("Clothes")
    first = await ana.sees("Showing 1 to 30 of 42.")
    assert len(first.message.sections[0].skus) == 30
    await ana.taps("Next page")
    second = await ana.sees("Showing 31 to 42 of 42.")
    assert len(second.message.sections[0].skus) == 12


@pytest.mark.plugins("commerce", settings=LINKED)
async def test_a_category_that_is_sold_out_is_a_list(world: World, ana: Contact, shelf: Shelf) -> None:
    """With each thing's card, where somebody can wait for it."""
    await world.db().run("update commerce_stock set on_hand = 0 where tenant = :tenant")
    await ana.says("shop")
    await ana.taps("Clothes")
    assert "Sold out" in (await ana.sees("T-shirt")).words


async def _pictured(world: World, *, image: str = "", image_link: str = "") -> None:
    await world.db().run(
        "update commerce_product set image = :image, image_link = :link"
        " where tenant = :tenant and id = 'mango'",
        image=image,
        link=image_link,
    )


async def _kept(world: World) -> str:
    """The id of a picture that the gateway keeps."""
    path = "/api/v1/media?filename=mango.png&visibility=public"
    answer = await world.request("POST", path, key=True, data=_png())
    assert answer.status == 201
    return str(answer.json()["id"])


def _png() -> bytes:
    """A red point."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", 1, 1, 8, 2, 0, 0, 0)
    body = zlib.compress(b"\0\xff\0\0")
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", body) + chunk(b"IEND", b"")
