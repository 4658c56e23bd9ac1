"""An order from the shop's side and the customer's: what the staff does over the API, what ana sees."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import found, place

ORDERS = "/p/commerce/orders"


async def act(world: World, order: str, what: str, status: int = 200, **body: Any) -> dict[str, Any]:
    """What the API answers when the staff does *what*."""
    answer = await world.request("POST", f"{ORDERS}/{order}/{what}", key=True, json=body)
    assert answer.status == status, answer.text
    kept: dict[str, Any] = answer.json()
    return kept


@pytest.mark.provider("all")
async def test_the_staff_ships_and_the_customer_is_told(world: World, ana: Contact, shelf: Shelf) -> None:
    """At every provider: accepted, packed, shipped with a number and a link, delivered; then it is paid, and
    that ends it."""
    order = await place(world, ana, {"MNG-EA": 2, "BAN-1": 1})
    await act(world, order.number, "accept", by="Ben")
    assert await ana.sees(f"preparing your order {order.number}")
    await act(world, order.id, "pack")
    assert await ana.sees("packed and about to leave")
    url = "https://courier.example/t/77"
    await act(world, order.id, "ship", carrier="Boda Express", tracking="BX-77", url=url)
    told = await ana.sees("on its way")
    assert "Carrier: Boda Express\nTracking number: BX-77" in told.text
    assert url in told.text
    kept = await act(world, order.id, "deliver")
    assert (await ana.sees("was delivered")).buttons == ["Order again", "See order"]
    assert (kept["state"], kept["fulfilment"], kept["payment_state"]) == ("accepted", "delivered", "unpaid")
    kept = await act(world, order.id, "payments", amount="470.00", method="cash", reference="till-1")
    assert await ana.sees("We have received KES 470.00")
    assert (kept["state"], kept["payment_state"]) == ("completed", "paid")
    kinds = [event["kind"] for event in kept["timeline"]]
    assert kinds == ["placed", "accepted", "packed", "shipped", "delivered", "paid", "completed"]
    assert kept["timeline"][1]["actor"] == "Ben"
    assert [(each["kind"], each["state"]) for each in kept["notices"]] == [
        ("accepted", "sent"), ("packed", "sent"), ("shipped", "sent"), ("delivered", "sent"),
        ("payment_received", "sent"),
    ]  # fmt: skip
    names = [event.name for event in world.emitted]
    assert names.count("order_changed") == 5


@pytest.mark.provider("all")
async def test_the_order_is_shown_in_the_chat(world: World, ana: Contact, shelf: Shelf) -> None:
    """With its number, where it stands, its lines, how to pay, and a link to its page that opens."""
    order = await place(world, ana, {"MNG-EA": 2}, payment="instructions", expires=10**12)
    await ana.says("status")
    shown = await ana.sees(order.number)
    for words in ("Waiting for your payment", "2 × Mango", "KES 350.00", "Paybill 123456"):
        assert words in shown.text
    assert shown.buttons == ["Cancel order", "Order again", "Menu"]
    link = next(word for word in shown.text.split() if word.startswith("http"))
    page = await world.request("GET", link)
    assert page.status == 200
    assert order.number in page.text
    assert "Paybill 123456" in page.text
    assert "<script" not in page.text


async def test_a_part_is_shipped(world: World, ana: Contact, shelf: Shelf) -> None:
    """Counters say how far it is; the rest can be cancelled, and is free again."""
    order = await place(world, ana, {"MNG-EA": 3, "BAN-1": 2})
    kept = await act(world, order.id, "ship", lines={"1": 2})
    assert kept["fulfilment"] == "partially_shipped"
    assert await ana.sees("A part of your order")
    kept = await act(world, order.id, "cancel", lines={"2": 2}, reason="The bananas are over")
    assert await ana.sees("2 × Bananas")
    assert (kept["state"], kept["owed"]) == ("accepted", "400.00")
    kept = await act(world, order.id, "ship")
    assert kept["fulfilment"] == "shipped"
    assert [each["items"] for each in kept["shipments"]] == [{"1": 2}, {"1": 1}]
    rows = await world.db().all(
        "select variant, on_hand, reserved from commerce_stock where tenant = :tenant"
    )
    levels = {row["variant"]: (row["on_hand"], row["reserved"]) for row in rows}
    assert levels[shelf["MNG-EA"]] == (37, 0)
    assert levels[shelf["BAN-1"]] == (12, 0)


async def test_what_cannot_be_is_answered_with_where_it_stands(
    world: World, ana: Contact, shelf: Shelf
) -> None:
    """Nothing of it is done."""
    order = await place(world, ana, {"MNG-EA": 1})
    await act(world, order.id, "cancel", reason="No mangos")
    problem = await act(world, order.id, "ship", status=409)
    assert problem["code"] == "order_conflict"
    assert f"Order {order.number} is cancelled, unpaid, cancelled." in problem["detail"]
    assert (await found(world, order.id)).version == 2


@pytest.mark.parametrize("what", ["accept", "ship", "deliver", "cancel"])
async def test_an_act_with_a_key_is_done_once(world: World, ana: Contact, shelf: Shelf, what: str) -> None:
    """The second time is answered as the first, and nobody is told twice."""
    order = await place(world, ana, {"MNG-EA": 1})
    first = await act(world, order.id, what, key="once")
    await ana.sees(order.number)
    again = await act(world, order.id, what, key="once")
    assert again == first
    assert len(ana.inbox) == len(set(ana.inbox))
    assert len(first["notices"]) == 1
