"""What customers are told, when they may be told it, and that it is told once."""

from __future__ import annotations

import json
from typing import Any

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.conftest import SETTINGS
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import place
from tests.plugins.commerce.orders.test_story import act

TEMPLATES = {"shipped": "order_shipped"}


def notices(kept: dict[str, Any]) -> list[tuple[str, str, str, str]]:
    """(kind, state, how, reason) of an order's notices."""
    return [(each["kind"], each["state"], each["how"], each["reason"]) for each in kept["notices"]]


async def order_of(world: World, id: str) -> dict[str, Any]:
    """The order as the API shows it."""
    answer = await world.request("GET", f"/p/commerce/orders/{id}", key=True)
    kept: dict[str, Any] = answer.json()
    return kept


@pytest.mark.provider("all")
async def test_a_notice_waits_until_the_customer_writes(world: World, ana: Contact, shelf: Shelf) -> None:
    """The window is closed and there is no template: it is held and shown, goes when she writes again, the
    newest only, and once."""
    order = await place(world, ana, {"MNG-EA": 1})
    await ana.waits("25h")
    await act(world, order.id, "accept")
    kept = await act(world, order.id, "ship", carrier="Boda")
    await ana.sees_nothing()
    assert notices(kept) == [
        ("accepted", "held", "", "window_closed"),
        ("shipped", "held", "", "window_closed"),
    ]
    answer = await world.request("GET", "/p/commerce/notices?state=held", key=True)
    assert [each["number"] for each in answer.json()["items"]] == [order.number] * 2
    await ana.says("hello")
    assert await ana.sees("is on its way")
    await ana.says("hello again")
    assert not any("on its way" in each.text for each in ana.new)
    assert notices(await order_of(world, order.id)) == [
        ("accepted", "off", "", "overtaken"),
        ("shipped", "sent", "text", ""),
    ]


async def test_what_is_held_of_many_orders_goes_little_by_little(
    world: World, ana: Contact, shelf: Shelf
) -> None:
    """Three at once, the newest first; the others with the next message, and none is lost."""
    orders = [await place(world, ana, {"MNG-EA": 1}) for _ in range(5)]
    await ana.waits("25h")
    for order in orders:
        await act(world, order.id, "ship")
    await ana.says("hello")
    assert sum("on its way" in each.text for each in ana.new) == 3
    await ana.says("hello")
    assert sum("on its way" in each.text for each in ana.new) == 2
    await ana.says("hello")
    assert not any("on its way" in each.text for each in ana.new)
    told = {each.text for each in ana.inbox if "on its way" in each.text}
    assert len(told) == 5


@pytest.mark.plugins("commerce", settings={"commerce": SETTINGS | {"templates": TEMPLATES}})
async def test_outside_the_window_a_template_goes(world: World, ana: Contact, shelf: Shelf) -> None:
    """With the values that the documentation names."""
    order = await place(world, ana, {"MNG-EA": 1})
    await ana.waits("25h")
    kept = await act(world, order.id, "ship", carrier="Boda", tracking="BX-1")
    assert notices(kept) == [("shipped", "sent", "template", "")]
    row = await world.db().value(
        "select content from message where tenant = :tenant and id = :id", id=kept["notices"][0]["message"]
    )
    sent = json.loads(row)
    assert (sent["name"], sent["language"]) == ("order_shipped", "en")
    values = sent["values"]
    assert values.pop("link").startswith("http")
    assert values == {"name": "Ana", "number": order.number, "carrier": "Boda", "tracking": "BX-1"}


@pytest.mark.plugins("commerce", settings={"commerce": SETTINGS | {"silent": ["packed"]}})
async def test_a_silent_notice_is_sent_only_when_asked_for(world: World, ana: Contact, shelf: Shelf) -> None:
    """And a notice may be sent again by hand, as often as somebody wants."""
    order = await place(world, ana, {"MNG-EA": 1})
    kept = await act(world, order.id, "pack")
    assert not any(order.number in each.text for each in ana.inbox)
    assert notices(kept) == [("packed", "off", "", "silent")]
    for _ in range(2):
        kept = await act(world, order.id, "notices/packed")
        assert await ana.sees("packed and about to leave")
    assert notices(kept) == [("packed", "sent", "text", "")]
    await act(world, order.id, "notices/placed")
    assert await ana.sees(f"We have your order {order.number}")
    assert (await act(world, order.id, "notices/whatever", status=404))["code"] == "no_such_notice"


async def test_who_wants_nothing_is_told_nothing(world: World, ana: Contact, shelf: Shelf) -> None:
    """After STOP the gateway lets no notice out; the notice says so."""
    order = await place(world, ana, {"MNG-EA": 1})
    await ana.says("STOP")
    await act(world, order.id, "accept")
    assert not any(order.number in each.text for each in ana.inbox)
    assert notices(await order_of(world, order.id)) == [("accepted", "off", "", "opted_out")]


async def test_an_order_that_is_not_paid_in_time_is_given_up(
    world: World, ana: Contact, shelf: Shelf
) -> None:
    """Its goods are free again, and the customer is told once; one that was paid stays."""
    order = await place(world, ana, {"SUK-1KG": 2}, payment="instructions", expires=3_600_000_000)
    paid = await place(world, ana, {"SUK-1KG": 1}, payment="instructions", expires=3_600_000_000)
    await act(world, paid.id, "payments", amount="295.00", method="mpesa", reference="QX1")
    await ana.waits("2h")
    assert len([each for each in ana.inbox if "not paid in time" in each.text]) == 1
    kept = await order_of(world, order.id)
    assert (kept["state"], notices(kept)) == ("expired", [("expired", "sent", "text", "")])
    assert (await order_of(world, paid.id))["state"] == "placed"
    left = "select reserved from commerce_stock where tenant = :tenant and variant = :variant"
    assert await world.db().value(left, variant=shelf["SUK-1KG"]) == 1
