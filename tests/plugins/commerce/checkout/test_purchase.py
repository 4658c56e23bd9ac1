"""A whole purchase, by taps, by numbers, and by words; brought or collected."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World
from plugins.commerce.orders.number import read_number
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.checkout.buying import COLLECTED, TO_NAIROBI, level, orders, play, the_order
from tests.plugins.commerce.goods import Shelf

PHONE = "+254711000001"


@pytest.mark.provider("all")
@pytest.mark.database("sqlite", "postgres")
async def test_by_taps(world: World, shelf: Shelf, ana: Contact) -> None:
    """The order has all that was said, the goods are promised, and another plugin may hear of it."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    await press(ana, "add", shelf["TS-RED-M"], 1)
    await play(ana, *TO_NAIROBI)
    shown = (await ana.sees("Please look at your order")).text
    for said in (
        "3 × Mango", "T-shirt (Red, M)", "Delivery (Nairobi): KES 250.00", "Total: KES 1,699.00",
        "Name: Ana", PHONE, "House 4, Kilimani", "Pay on delivery", "/p/commerce/c/",
    ):  # fmt: skip
        assert said in shown
    await play(ana, "▸confirm")

    order = await the_order(world)
    thanks = await ana.sees(f"Your order {order['number']} is placed. Total: KES 1,699.00.")
    assert "You pay KES 1,699.00 when we bring it." in thanks.text
    assert "/p/commerce/o/" in thanks.text
    assert read_number(order["number"]) == order["number"]
    assert order["lines"] == [("MNG-EA", 3, 15000), ("TS-RED-M", 1, 129900)]
    told = (
        order["name"],
        order["email"],
        order["phone"],
        order["payment"],
        order["total"],
        order["delivery_fee"],
    )
    assert told == ("Ana", "", PHONE, "on_delivery", 169900, 25000)
    assert order["address"] == {"text": "House 4, Kilimani, near Yaya", "area": "Nairobi"}
    assert (order["state"], order["payment_state"], order["expires_at"]) == ("placed", "unpaid", 0)
    assert await level(world, shelf["MNG-EA"]) == (40, 3)
    [event] = [event for event in world.emitted if event.name == "order_placed"]
    assert (event.key, event.data["number"], event.data["total"]) == (order["id"], order["number"], 169900)
    assert await world.db().value("select count(*) from flow where tenant = :tenant") == 0


@pytest.mark.provider("all")
async def test_by_numbers(world: World, shelf: Shelf, ana: Contact) -> None:
    """Every question that has options takes their numbers."""
    await press(ana, "add", shelf["MNG-EA"], 1)
    await play(ana, "checkout", "1", "1", "1", "2", "1", "1")
    order = await the_order(world)
    assert (order["name"], order["delivery"], order["payment"]) == ("Ana", "pickup.shop", "at_pickup")
    assert order["address"] == {}


async def test_by_words(world: World, shelf: Shelf, ana: Contact) -> None:
    """Whatever else people write where there is a button."""
    await press(ana, "add", shelf["MNG-EA"], 1)
    await play(ana, "CHECKOUT", "Amina  Wanjiru", "Amina @ Example.com", "0722 000111", "delivery")
    await play(ana, "Kilimani, House 4", "blue gate", "pay  ON delivery", "confirm")
    order = await the_order(world)
    assert (order["name"], order["email"]) == ("Amina Wanjiru", "Amina@example.com")
    assert order["phone"] == "+254722000111"
    assert order["address"] == {"text": "Kilimani, House 4", "note": "blue gate", "area": "Nairobi"}


async def test_who_collects_is_asked_for_no_address(world: World, shelf: Shelf, ana: Contact) -> None:
    """And is told where and when."""
    await press(ana, "add", shelf["MNG-EA"], 2)
    await play(ana, *COLLECTED)
    review = await ana.sees("You collect it: Our shop: Moi Avenue 12, 8:00 to 18:00")
    assert "Delivery" not in review.text
    await play(ana, "▸confirm")
    await ana.sees("You collect it here: Our shop, Moi Avenue 12, 8:00 to 18:00.")
    order = await the_order(world)
    assert (order["pickup"], order["delivery_fee"], order["total"]) == (1, 0, 10000)


async def test_what_is_known_is_not_asked_again(world: World, shelf: Shelf, ana: Contact) -> None:
    """The second order needs how it comes, one of the addresses, and how it is paid."""
    await press(ana, "add", shelf["MNG-EA"], 1)
    await play(ana, *TO_NAIROBI, "▸confirm")
    await press(ana, "add", shelf["MNG-EA"], 1)
    await ana.says("checkout")
    await ana.sees("Step 1 of 4\nHow would you like to get it?")
    await play(ana, "▸delivery")
    addresses = await ana.sees("Choose an address, or write a new one.")
    assert addresses.buttons == ["House 4, Kilimani, near…", "Another address"]
    await ana.taps("House 4, Kilimani, near…")
    await play(ana, "▸on_delivery", "▸confirm")
    first, second = await orders(world)
    assert (second["name"], second["phone"], second["address"]) == ("Ana", PHONE, first["address"])
    assert await world.db().value("select count(*) from commerce_address where tenant = :tenant") == 1
    assert await world.db().value("select orders from commerce_customer where tenant = :tenant") == 2


@pytest.mark.provider("meta_cloud", "dialog360")
async def test_a_location_is_an_address(world: World, shelf: Shelf, ana: Contact) -> None:
    """Which zone it lies in is asked, with what each costs."""
    await press(ana, "add", shelf["MNG-EA"], 1)
    await play(ana, "checkout", "▸use", "▸skip", "▸n0", "▸delivery")
    await ana.sends(location=(-1.2921, 36.8219))
    await ana.sees("In which of these areas is it?\nNairobi: KES 250.00\nRest of Kenya: KES 450.00")
    await play(ana, "▸zone.kenya")
    await ana.sees("landmark")
    await play(ana, "Second floor", "▸instructions", "▸confirm")
    order = await the_order(world)
    assert order["delivery"] == "zone.kenya"
    at = (order["address"]["latitude_e6"], order["address"]["longitude_e6"], order["address"]["note"])
    assert at == (-1292100, 36821900, "Second floor")
    await ana.sees(f"Paybill 123456, account {order['number']}, KES 500.00")
    assert order["expires_at"] - order["placed_at"] == 24 * 3_600_000_000


@pytest.mark.parametrize(
    ("phone", "language", "word"),
    [
        pytest.param("+34600111222", "es", "comprar", marks=pytest.mark.tenant(language="es", country="ES")),
        pytest.param(PHONE, "sw", "lipia", marks=pytest.mark.tenant(language="sw", country="KE")),
    ],
)
async def test_in_other_languages(world: World, shelf: Shelf, phone: str, language: str, word: str) -> None:
    """The words that begin it, and go on without an e-mail, are theirs; the goods have their names."""
    who = world.contact(phone, "Ana")
    await press(who, "add", shelf["BAN-1"], 1)
    skip = {"es": "omitir", "sw": "ruka"}[language]
    await play(who, word, "▸use", skip, "▸n0", "▸pickup.shop", "▸at_pickup", "▸confirm")
    order = await the_order(world)
    assert (order["language"], order["email"]) == (language, "")
    name = await world.db().value("select name from commerce_order_line where tenant = :tenant")
    assert name == {"es": "Plátanos", "sw": "Ndizi"}[language]


async def test_nothing_in_the_cart(world: World, shelf: Shelf, ana: Contact) -> None:
    """Is said, with a way to the shop."""
    await ana.says("checkout")
    assert (await ana.sees("Your cart is empty")).buttons
