"""Goods that an order gives back are for whoever waits for them, and time gives up what is not paid."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.checkout.buying import level, play, the_order
from tests.plugins.commerce.conftest import SETTINGS
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import found, place
from tests.plugins.commerce.orders.test_story import act

SOON = {"commerce": {**SETTINGS, "hold": "20m"}}
LONG = {"commerce": {**SETTINGS, "hold": "9999 days"}}
MINUTE = 60_000_000
PAID_FIRST = ("checkout", "▸use", "▸skip", "▸n0", "▸pickup.shop", "▸instructions", "▸confirm")


@pytest.mark.database("sqlite", "postgres")
@pytest.mark.parametrize("who", ["customer", "shop", "shop, a line"])
async def test_who_waits_hears_of_what_was_cancelled(
    world: World, ana: Contact, ben: Contact, shelf: Shelf, who: str
) -> None:
    """At once, not with the next look a quarter of an hour later."""
    order = await place(world, ana, {"TS-BLU-M": 2, "MNG-EA": 1})
    await _waits(world, ben, shelf["TS-BLU-M"])
    if who == "customer":
        await ana.says("cancel")
        await ana.taps("I changed my mind")
        await ana.taps("Yes, cancel it")
    else:
        await act(world, order.id, "cancel", **({} if who == "shop" else {"lines": {"1": 1}}))
    await world.settle()
    assert await ben.sees("Good news: we have *T-shirt (Blue, M)* again.")


@pytest.mark.database("sqlite", "postgres")
async def test_who_waits_hears_of_what_was_not_paid(
    world: World, ana: Contact, ben: Contact, shelf: Shelf
) -> None:
    """With the order that is given up."""
    order = await place(world, ana, {"TS-BLU-M": 2}, payment="instructions", expires=MINUTE)
    await _waits(world, ben, shelf["TS-BLU-M"])
    await ana.waits("16m")
    assert (await found(world, order.id)).state == "expired"
    assert await ben.sees("Good news: we have *T-shirt (Blue, M)* again.")


@pytest.mark.plugins("commerce", settings=SOON)
@pytest.mark.database("sqlite", "postgres")
async def test_what_is_not_paid_is_given_up_in_time(world: World, ana: Contact, shelf: Shelf) -> None:
    """Within a minute, and the customer and other plugins are told of it once."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    await play(ana, *PAID_FIRST)
    order = await the_order(world)
    assert order["expires_at"] == order["placed_at"] + 20 * MINUTE
    await ana.waits("19m")
    assert (await the_order(world))["state"] == "placed"
    await ana.waits("2m")
    assert (await the_order(world))["state"] == "expired"
    assert await level(world, shelf["MNG-EA"]) == (40, 0)
    await ana.waits("1h")
    assert sum("was not paid in time" in message.text for message in ana.inbox) == 1
    changed = [event.data["state"] for event in world.emitted if event.name == "order_changed"]
    assert changed == ["expired"]


@pytest.mark.plugins("commerce", settings=LONG)
async def test_goods_may_be_held_for_years(world: World, ana: Contact, shelf: Shelf) -> None:
    """Longer than a job may lie ahead."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    await play(ana, *PAID_FIRST)
    assert (await the_order(world))["expires_at"] > 0


async def _waits(world: World, contact: Contact, variant: str) -> None:
    """*contact* is on the list of who is told."""
    await contact.says("hello")
    await press(contact, "wait", variant)
    assert await contact.sees("We will tell you when")
