"""ADD, as people write it."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.goods import Shelf


@pytest.mark.parametrize(
    ("written", "seen"),
    [
        ("ADD MNG-EA 2", "Added: 2 × Mango."),
        ("add mng ea", "Added: 1 × Mango."),
        ("add mngea x2", "Added: 2 × Mango."),
        ("Add two mangoes", "Added: 2 × Mango."),
        ("add MANGO dozen", "Added: 12 × Mango."),
        ("add half a dozen bananas", "Added: 6 × Bananas."),
        ("add 2kg of sukuma", "Added: 2 × Sukuma wiki."),
        ("add SUK 1KG", "Added: 1 × Sukuma wiki."),
        ("ADD TS-RED-M", "Added: 1 × T-shirt (Red, M)."),
        ("add t-shirt blue m", "Added: 1 × T-shirt (Blue, M)."),
        ("add mango 99", "Only 40 of Mango are left. That is what is in your cart now."),
        ("add mango 1000000000", "Only 40 of Mango are left."),
        ("add tomatoes 2", "We are out of Tomatoes at the moment."),
    ],
)
async def test_what_is_understood(written: str, seen: str, shelf: Shelf, ana: Contact) -> None:
    """A SKU in whatever case, with spaces or dashes; a name that is unmistakable; numbers and words."""
    await ana.says(written)
    await ana.sees(seen)


@pytest.mark.parametrize("quantity", ["0", "-1", "1e9", "2.5", "½", "lots", "500g"])
async def test_a_quantity_that_is_none_is_answered_with_an_example(
    quantity: str, shelf: Shelf, ana: Contact, world: World
) -> None:
    """Nothing is put in, and there is a way on."""
    await ana.says(f"ADD MNG-EA {quantity}")
    told = await ana.sees(
        f"“{quantity}” is no quantity that we can sell: write a whole number, such as ADD MNG-EA 2."
    )
    assert told.buttons == ["Add 1", "Choose how many", "View cart"]
    assert await world.db().value("select count(*) from commerce_cart_line where tenant = :tenant") == 0
    await ana.taps("Add 1")
    await ana.sees("Added: 1 × Mango.")


async def test_add_alone_explains(shelf: Shelf, ana: Contact) -> None:
    """With something that the shop has."""
    await ana.says("ADD")
    told = await ana.sees("For example: ADD ")
    assert told.buttons == ["To the shop", "View cart"]


async def test_a_slip_is_offered_back(shelf: Shelf, ana: Contact) -> None:
    """With the quantity that was meant."""
    await ana.says("ADD MNG-EB 3")
    await ana.sees("I am not sure what “MNG-EB” is. Did you mean one of these?")
    await ana.taps("Mango")
    await ana.sees("Added: 3 × Mango.")


async def test_of_several_kinds_it_is_asked_which(shelf: Shelf, ana: Contact) -> None:
    """And what cannot be had says so."""
    await ana.says("add 2 t-shirts")
    asked = await ana.sees("Which T-shirt would you like?")
    assert asked.buttons == ["Red, M", "Red, L", "Blue, M"]
    await ana.taps("Blue, M")
    await ana.sees("Added: 2 × T-shirt (Blue, M).")


async def test_what_there_is_not(shelf: Shelf, ana: Contact) -> None:
    """With a way to the shop."""
    await ana.says("add qwertyuiop")
    told = await ana.sees("We have nothing called “qwertyuiop”.")
    assert told.buttons == ["To the shop", "View cart"]


@pytest.mark.parametrize(
    "junk",
    ["🥭🥭🥭", "x" * 10_000, "أضف مانجو ٢", "‮mango‬", "2 2 2 2", "½½½", "'; drop table commerce_cart; --",
     "%s{0}{name}", "MNG-EA\n2", "- - -", "x", "kg", "dozen dozen dozen", "a\u0301" * 500],
)  # fmt: skip
async def test_whatever_is_written_is_answered(junk: str, shelf: Shelf, ana: Contact) -> None:
    """Behind ADD, REMOVE, NOTE and CODE; it never raises."""
    for word in ("ADD", "ADD MNG-EA", "REMOVE", "NOTE", "CODE"):
        await ana.says(f"{word} {junk}")
        assert ana.new


SPANISH, SWAHILI = pytest.mark.tenant(language="es"), pytest.mark.tenant(language="sw")


@pytest.mark.parametrize(
    ("add", "two", "remove", "cart"),
    [
        pytest.param("añadir", "dos", "quitar", "carrito", marks=SPANISH),
        pytest.param("AGREGAR", "DOS", "eliminar", "cesta", marks=SPANISH),
        pytest.param("ongeza", "mbili", "ondoa", "kikapu", marks=SWAHILI),
    ],
)
async def test_the_words_of_three_languages(
    add: str, two: str, remove: str, cart: str, shelf: Shelf, world: World, ana: Contact
) -> None:
    """English is always understood too."""
    await ana.says(f"{add} mng-ea {two}")
    assert await _in_cart(world) == 2
    await ana.says(" Add   MNG-EA! ")
    assert await _in_cart(world) == 3
    await ana.says(f"{remove} mng-ea")
    assert await _in_cart(world) == 0
    await ana.says(f"¡{cart}!")
    assert len((await ana.sees()).buttons) == 2


async def _in_cart(world: World) -> int:
    sql = "select coalesce(sum(qty), 0) from commerce_cart_line where tenant = :tenant"
    return int(await world.db().value(sql))


@pytest.mark.provider("all")
async def test_things_whose_names_begin_alike_can_be_told_apart(world: World, ana: Contact) -> None:
    """On a button both would read "Premium Basmati Ric…", which no phone takes twice."""
    for size in (1, 2):
        await sell(world, f"Premium Basmati Rice {size}kg", f"RICE-{size}")
    await ana.says("add basmati rice")
    asked = await ana.sees("Did you mean one of these?")
    assert "Premium Basmati Rice 2kg, RICE-2" in asked.text
    await ana.taps("Premium Basmati Rice 2kg")
    assert await ana.sees("Added: 1 × Premium Basmati Rice 2kg.")


async def test_what_is_sold_in_steps_is_offered_in_steps(world: World, ana: Contact) -> None:
    """From the first whole step on: what is behind a button can be had as it is."""
    await sell(world, "Eggs", "EGGS", step=6, min_qty=10, stock=40)
    await ana.says("eggs")
    await ana.taps("Add to cart")
    assert await ana.sees("Added: 12 × Eggs.")
    await ana.says("eggs")
    await ana.taps("More")
    more = await ana.sees("Sold from 12 on, in steps of 6.")
    await ana.taps("Add several", on=more)
    asked = await ana.sees("How many of Eggs?")
    assert [each.title for each in asked.choices][:3] == ["12", "18", "24"]


async def test_less_than_the_least_is_sold_out(world: World, ana: Contact) -> None:
    """Five nails are left, and they are sold from six on."""
    await sell(world, "Nails", "NAILS", step=3, min_qty=5, stock=5)
    await ana.says("nails")
    assert "Sold out" in (await ana.sees("Nails")).text


async def test_very_many_of_one_kind_are_not_one(shelf: Shelf, ana: Contact) -> None:
    """What was asked for travels through the question which kind it is to be."""
    await ana.says("add t-shirt 10000000000")
    await ana.taps("Red, M")
    assert await ana.sees("Only 5 of T-shirt (Red, M) are left.")


async def sell(world: World, name: str, sku: str, **given: object) -> None:
    """Put something new on the shelf."""
    variant = {"sku": sku, "price": "100", "stock": 10, **given}
    made = await world.request(
        "POST", "/p/commerce/products", key=True, json={"name": name, "variants": [variant]}
    )
    assert made.status in (200, 201), made.text
