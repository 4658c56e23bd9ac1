"""What customers write and tap about their orders, and what they see."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World
from plugins.commerce.orders.number import new_number
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import found, place

#: ORDERS, STATUS, TRACK and REORDER in each language, and words of the answers.
SPOKEN = {
    "en": ("orders", "status", "track", "reorder"),
    "es": ("mis pedidos", "estado", "rastrear", "repetir"),
    "sw": ("oda zangu", "hali", "fuatilia", "agiza tena"),
}


@pytest.mark.parametrize("language", SPOKEN)
async def test_every_command_is_understood(world: World, ana: Contact, shelf: Shelf, language: str) -> None:
    """In three languages, with capitals and spaces as they come."""
    order = await place(world, ana, {"MNG-EA": 2})
    await world.db().run("update contact set language = :code where tenant = :tenant", code=language)
    orders, status, track, reorder = SPOKEN[language]
    await ana.says(f"  {orders.upper()} ")
    assert order.number in (await ana.sees(kind="list")).buttons
    for words in (
        status,
        f"{track} {order.number.lower()}",
        f"{track} #{order.number[:3]}-{order.number[3:]}",
    ):
        await ana.says(words)
        shown = await ana.sees(order.number)
        assert "2 × Mango" in shown.text
    await ana.says(reorder)
    assert await world.db().value("select qty from commerce_cart_line where tenant = :tenant") == 2


async def test_the_list_of_orders_goes_on(world: World, ana: Contact, shelf: Shelf) -> None:
    """Nine on a page, the newest first, and one tap leads on."""
    orders = [await place(world, ana, {"MNG-EA": 1}, placed_at=n) for n in range(12)]
    await ana.says("orders")
    first = await ana.sees(kind="list")
    assert first.buttons[-1] == "Older orders"
    assert first.buttons[:9] == [order.number for order in orders[:2:-1]]
    await ana.taps("Older orders")
    assert (await ana.sees(kind="list")).buttons == [order.number for order in orders[2::-1]]
    await ana.taps(orders[0].number)
    assert await ana.sees(f"Order {orders[0].number}")


async def test_who_has_no_order_is_led_to_the_shop(world: World, ana: Contact, shelf: Shelf) -> None:
    """Whatever is asked for."""
    for words in ("orders", "status", "reorder", "cancel", "track"):
        await ana.says(words)
        assert (await ana.sees("You have not ordered anything yet")).buttons == ["Shop"]


async def test_an_order_of_somebody_else_is_no_order(
    world: World, ana: Contact, ben: Contact, shelf: Shelf
) -> None:
    """Another's number gets the very words of one that there is not; a slip is told as such; ids in taps are
    not believed either."""
    order = await place(world, ana, {"MNG-EA": 1})
    await ben.says("hello")
    await ben.says(f"track {order.number}")
    foreign = (await ben.sees("no order with that number")).text
    await ben.says(f"track {new_number()}")
    assert (await ben.sees()).text == foreign
    slipped = order.number[1] + order.number[0] + order.number[2:]
    if slipped != order.number:
        await ben.says(f"track {slipped}")
        assert await ben.sees("has a typo")
    for verb in ("cancel", "reorder"):
        await ben.says(f"{verb} {order.number}")
        assert (await ben.sees()).text == foreign
    assert (await found(world, order.id)).state == "placed"


async def test_who_guesses_numbers_has_to_wait(
    world: World, ana: Contact, ben: Contact, shelf: Shelf
) -> None:
    """Twenty an hour; the own orders are found all the same."""
    own = await place(world, ben, {"MNG-EA": 1})
    for _ in range(20):
        await ben.says(f"track {new_number()}")
        await ben.sees("no order with that number")
    await ben.says(f"track {new_number()}")
    assert await ben.sees("try again in an hour")
    await ben.says(f"track {own.number}")
    assert await ben.sees(f"Order {own.number}")


@pytest.mark.provider("all")
async def test_a_customer_cancels(world: World, ana: Contact, shelf: Shelf) -> None:
    """By the word, a reason and a tap; the goods are free again, and the shop reads why."""
    order = await place(world, ana, {"SUK-1KG": 3})
    await ana.says("cancel")
    await ana.sees("Why do you want to cancel")
    await ana.taps("It takes too long")
    await ana.sees(f"Shall we cancel order {order.number}?")
    await ana.taps("Yes, cancel it")
    assert await ana.sees(f"Order {order.number} is cancelled")
    kept = await found(world, order.id)
    assert (kept.state, kept.fulfilment, kept.cancel_reason) == ("cancelled", "cancelled", "takes too long")
    left = "select reserved from commerce_stock where tenant = :tenant and variant = :variant"
    assert await world.db().value(left, variant=shelf["SUK-1KG"]) == 0
    assert [event.data["number"] for event in world.emitted if event.name == "order_cancelled"] == [
        order.number
    ]


@pytest.mark.parametrize("words", ["no", "cancel"])
async def test_a_customer_thinks_better_of_it(world: World, ana: Contact, shelf: Shelf, words: str) -> None:
    """CANCEL inside the question ends the question, not the order, and says so."""
    order = await place(world, ana, {"MNG-EA": 1})
    await ana.says(f"cancel {order.number}")
    await ana.taps("Something else")
    await ana.says(words)
    assert await ana.sees(f"Order {order.number} stays as it is")
    assert (await found(world, order.id)).state == "placed"


async def test_what_was_packed_meanwhile_is_not_cancelled(world: World, ana: Contact, shelf: Shelf) -> None:
    """The shop was faster than the answer; later the button is not there, and the word says why."""
    order = await place(world, ana, {"MNG-EA": 1})
    await ana.says("cancel")
    await ana.taps("I changed my mind")
    await world.request("POST", f"/p/commerce/orders/{order.id}/pack", key=True, json={})
    await ana.says("yes")
    assert (await ana.sees("cannot be cancelled any more")).buttons == ["Order again", "Menu"]
    await ana.says(f"cancel {order.number}")
    assert await ana.sees("cannot be cancelled any more")
    await ana.says("cancel")
    assert await ana.sees("no order that can be cancelled")


async def test_of_several_orders_one_is_chosen(world: World, ana: Contact, shelf: Shelf) -> None:
    """A list, and the tap leads to the question."""
    one = await place(world, ana, {"MNG-EA": 1}, placed_at=1)
    two = await place(world, ana, {"BAN-1": 1}, placed_at=2)
    await ana.says("cancel")
    assert (await ana.sees("Which order")).buttons == [two.number, one.number]
    await ana.taps(one.number)
    assert await ana.sees(f"cancel order {one.number}")


async def test_what_is_gone_is_told_when_it_is_ordered_again(
    world: World, ana: Contact, shelf: Shelf
) -> None:
    """At today's prices; what is sold out and what the shop has no more are named, fewer too."""
    order = await place(world, ana, {"MNG-EA": 2, "SUK-1KG": 3, "BAN-1": 1})
    db = world.db()
    await db.run("update commerce_product set status = 'archived' where tenant = :tenant and id = 'banana'")
    await db.run("update commerce_variant set price = 6000 where tenant = :tenant and sku = 'MNG-EA'")
    await ana.says(f"reorder {order.number}")
    assert await ana.sees("at today's prices")
    assert await ana.sees("Not to be had now: Sukuma wiki and Bananas.")
    assert await ana.sees("120.00")
