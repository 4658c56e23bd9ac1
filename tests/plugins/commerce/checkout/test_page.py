"""The checkout on one page, behind a link that only its customer has."""

from __future__ import annotations

import html
import re

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.checkout.buying import (
    TO_NAIROBI,
    level,
    orders,
    play,
    put_on_hand,
    reprice,
    the_order,
)
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.test_around import finished

FILLED = {
    "name": "Amina", "email": "amina@example.com", "phone": "0712 345678", "address": "House 4, Kilimani",
    "landmark": "blue gate", "payment": "on_delivery", "note": "No bags", "do": "order",
}  # fmt: skip


@pytest.fixture
async def link(shelf: Shelf, ana: Contact) -> str:
    """Ana has three mangos, and the link that stands below her order."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    await play(ana, *TO_NAIROBI)
    found = re.search(r"http\S+/p/commerce/c/\S+", (await ana.sees("Or finish on one page")).text)
    assert found
    return found[0]


async def ways(world: World, link: str) -> dict[str, str]:
    """What the form sends for each way: its id, and the mark of what it costs."""
    page = await world.request("GET", link)
    assert page.status == 200, page.text
    values = re.findall(r'name="way" value="([^"]+)"', page.text)
    return {html.unescape(value).partition("|")[0]: html.unescape(value) for value in values}


async def test_it_shows_the_cart_and_every_total(world: World, link: str) -> None:
    """And what is known stands in the fields already."""
    page = await world.request("GET", link)
    for said in (
        "Duka Moja", "3 × Mango: KES 150.00", "KES 250.00", "KES 400.00", "KES 600.00", "Our shop",
        'value="Ana"', "House 4, Kilimani, near Yaya", 'value="on_delivery" checked',
    ):  # fmt: skip
        assert said in page.text
    assert re.search(r'value="zone\.nairobi\|\w+" required checked', page.text)
    assert sorted(await ways(world, link)) == ["pickup.shop", "zone.kenya", "zone.nairobi"]


@pytest.mark.provider("all")
@pytest.mark.database("sqlite", "postgres")
async def test_it_orders_once_and_the_chat_is_told(
    world: World, shelf: Shelf, ana: Contact, link: str
) -> None:
    """The form that is sent twice is one order; both lead to its page."""
    filled = {**FILLED, "way": (await ways(world, link))["zone.nairobi"]}
    first = await world.request("POST", link, data=filled)
    second = await world.request("POST", link, data=filled)
    order = await the_order(world)
    assert (order["name"], order["phone"], order["total"]) == ("Amina", "+254712345678", 40000)
    assert order["address"] == {"text": "House 4, Kilimani", "note": "blue gate", "area": "Nairobi"}
    assert order["note"] == "No bags"
    assert await level(world, shelf["MNG-EA"]) == (40, 3)
    for answer in (first, second):
        assert answer.status in (200, 303), answer.text
    await ana.sees(f"Thank you, Amina! Your order {order['number']} is placed.")
    assert sum("is placed" in message.text for message in ana.inbox) == 1


async def test_the_conversation_that_still_asks_finds_it_ordered(
    world: World, ana: Contact, link: str
) -> None:
    """And says so, instead of ordering again."""
    filled = {**FILLED, "way": (await ways(world, link))["pickup.shop"], "payment": "at_pickup"}
    await world.request("POST", link, data=filled)
    order = await the_order(world)
    await play(ana, "▸confirm")
    await ana.sees(f"Your order {order['number']} is placed already.")
    assert len(await orders(world)) == 1


async def test_what_is_wrong_stands_beside_its_field(world: World, link: str) -> None:
    """And what was written stays."""
    filled = {"way": "", "name": "1234", "phone": "12", "email": "nonsense", "do": "order", "address": "<b>x"}
    answer = await world.request("POST", link, data=filled)
    assert answer.status == 422
    for said in ("A name has letters", "Please write a phone number", "no complete e-mail address",
                 "choose how you would like to get it", 'value="nonsense"', "&lt;b&gt;x"):  # fmt: skip
        assert said in html.unescape(answer.text) or said in answer.text
    assert await orders(world) == []


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"payment": "at_pickup"}, "Please choose a way to pay"),
        ({"payment": "gold"}, "Please choose a way to pay"),
        ({"way": "zone.moon|x"}, "choose how you would like to get it"),
        ({"address": ""}, "Please write the whole address"),
    ],
)
async def test_nothing_of_the_form_is_believed(
    world: World, link: str, change: dict[str, str], said: str
) -> None:
    """Ways and methods are those of the shop."""
    filled = {**FILLED, "way": (await ways(world, link))["zone.nairobi"], **change}
    answer = await world.request("POST", link, data=filled)
    assert answer.status == 422
    assert said in html.unescape(answer.text)
    assert await orders(world) == []


async def test_another_price_is_shown_before_it_counts(world: World, shelf: Shelf, link: str) -> None:
    """The form of before orders nothing; that of now does."""
    filled = {**FILLED, "way": (await ways(world, link))["zone.nairobi"]}
    await reprice(world, shelf["MNG-EA"], 6000)
    answer = await world.request("POST", link, data=filled)
    assert "costs something else now" in answer.text
    assert await orders(world) == []
    await world.request("POST", link, data={**filled, "way": (await ways(world, link))["zone.nairobi"]})
    assert (await the_order(world))["total"] == 43000


async def test_what_is_short_is_adjusted_by_a_button(world: World, shelf: Shelf, link: str) -> None:
    """It says what is left."""
    filled = {**FILLED, "way": (await ways(world, link))["zone.nairobi"]}
    await put_on_hand(world, shelf["MNG-EA"], 2)
    answer = await world.request("POST", link, data=filled)
    assert "Only 2 of Mango are left." in answer.text
    answer = await world.request("POST", link, data={**filled, "do": "mend"})
    assert "2 × Mango: KES 100.00" in answer.text
    await world.request("POST", link, data={**filled, "way": (await ways(world, link))["zone.nairobi"]})
    assert (await the_order(world))["total"] == 35000


async def test_a_cart_that_is_empty_now(world: World, link: str) -> None:
    """Is said on the page, whether it is looked at or sent."""
    await world.db().run("delete from commerce_cart_line where tenant = :tenant")
    for answer in (
        await world.request("GET", link),
        await world.request("POST", link, data=FILLED),
    ):
        assert "Your cart is empty" in answer.text
    assert await orders(world) == []


async def test_a_code_that_the_number_has_used_is_told_and_does_not_go_round_in_circles(
    world: World, shelf: Shelf, ana: Contact, ben: Contact
) -> None:
    """Once per customer, and Ana writes a number with which it was used: the page shows the other total, and
    that can be ordered."""
    await world.db().run(
        "insert into commerce_code (tenant, code, kind, value, per_customer, created_at)"
        " values (:tenant, 'ONCE', 'percentage', 1000, 1, 0)"
    )
    await world.db().run(
        "insert into commerce_redemption (tenant, code, order_id, contact, phone, amount, at)"
        " values (:tenant, 'ONCE', 'before', 'somebody', '+254712345678', 1, 0)"
    )
    await press(ana, "add", shelf["MNG-EA"], 3)
    await ana.says("code ONCE")
    await play(ana, *TO_NAIROBI)
    found = re.search(r"http\S+/p/commerce/c/\S+", (await ana.sees("Or finish on one page")).text)
    assert found
    filled = {**FILLED, "way": (await ways(world, found[0]))["zone.nairobi"]}
    answer = await world.request("POST", found[0], data=filled)
    assert "costs something else now" in answer.text
    value = re.search(r'name="way" value="(zone\.nairobi[^"]+)"', answer.text)
    assert value
    assert not await orders(world)
    await world.request("POST", found[0], data={**filled, "way": html.unescape(value[1])})
    assert (await the_order(world))["total"] == 40000


async def test_an_address_is_brought_to_at_its_own_price(world: World, link: str) -> None:
    """Whoever lives in Nairobi does not choose another zone, nor the other way round."""
    filled = {**FILLED, "way": (await ways(world, link))["zone.kenya"]}
    answer = await world.request("POST", link, data=filled)
    assert answer.status == 422
    assert "Nairobi" in answer.text
    assert not await orders(world)


async def test_who_was_erased_has_no_page(world: World, ana: Contact, ben: Contact, link: str) -> None:
    """It says that there is nothing, whatever is sent to it."""
    contact = await world.db().value("select contact from commerce_cart where tenant = :tenant")
    asked = await world.request("POST", f"/api/v1/contacts/{contact}/erase", key=True)
    await finished(world, ben, f"/api/v1/erasures/{asked.json()['id']}")
    for answer in (await world.request("GET", link), await world.request("POST", link, data=FILLED)):
        assert (answer.status, "nothing to order here" in answer.text) == (200, True)


async def test_who_wants_no_messages_orders_all_the_same(world: World, ana: Contact, link: str) -> None:
    """The page says what the conversation may not."""
    filled = {**FILLED, "way": (await ways(world, link))["zone.nairobi"]}
    await ana.says("stop")
    answer = await world.request("POST", link, data=filled)
    order = await the_order(world)
    assert order["number"] in answer.text or answer.status == 303
