"""A cart becomes one order, whoever confirms it how often, on both databases."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.testing import Contact, World
from plugins.commerce.checkout import place as placing
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.checkout.buying import (
    COLLECTED,
    level,
    orders,
    play,
    put_on_hand,
    the_order,
    together,
)
from tests.plugins.commerce.goods import NOW, Shelf

pytestmark = pytest.mark.database("sqlite", "postgres")


async def test_a_number_that_is_taken_is_drawn_again(
    world: World, shelf: Shelf, ana: Contact, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two orders never share one."""
    drawn = iter(["AAAAAAA", "AAAAAAA", "AAAAAAA", "BBBBBBB"])
    monkeypatch.setattr(placing, "new_number", lambda: next(drawn))
    for _ in range(2):
        await press(ana, "add", shelf["MNG-EA"], 1)
        await play(
            ana, "checkout", *(COLLECTED[1:] if not await orders(world) else COLLECTED[4:]), "▸confirm"
        )
    assert {order["number"] for order in await orders(world)} == {"AAAAAAA", "BBBBBBB"}


async def test_the_same_message_twice_is_one_order(world: World, shelf: Shelf, ana: Contact) -> None:
    """The provider delivers the confirmation three times."""
    await press(ana, "add", shelf["MNG-EA"], 2)
    await play(ana, *COLLECTED)
    with world.faults(duplicate_webhooks=3):
        await play(ana, "▸confirm")
    await the_order(world)
    assert await level(world, shelf["MNG-EA"]) == (40, 2)
    assert [event.name for event in world.emitted].count("order_placed") == 1


async def test_a_code_for_one_is_used_by_one(world: World, shelf: Shelf) -> None:
    """Five customers confirm at the same moment: one pays less, the others are told."""
    await world.db().run(
        "insert into commerce_code (tenant, code, kind, value, usage_limit, created_at)"
        " values (:tenant, 'TEN', 'percentage', 1000, 1, :now)", now=NOW,
    )  # fmt: skip
    people = [world.contact() for _ in range(5)]
    for one in people:
        await press(one, "add", shelf["MNG-EA"], 1)
        await play(one, "checkout", "Amina", *COLLECTED[2:], "▸change", "▸code", "TEN")
    await together(world, people, "confirm")
    assert [order["total"] for order in await orders(world)] == [4500]
    assert sum("The code TEN has been used" in one.inbox[-1].text for one in people) == 4
    assert await level(world, shelf["MNG-EA"]) == (40, 1)


async def test_the_last_one_is_sold_once(world: World, shelf: Shelf) -> None:
    """Five customers confirm at the same moment, of things in different order."""
    await put_on_hand(world, shelf["SUK-1KG"], 1)
    people = [world.contact() for _ in range(5)]
    for n, one in enumerate(people):
        for sku in ("SUK-1KG", "MNG-EA")[:: 1 if n % 2 else -1]:
            await press(one, "add", shelf[sku], 1)
        await play(one, "checkout", "Amina", *COLLECTED[2:])
    await together(world, people, "confirm")
    assert len(await orders(world)) == 1
    assert await level(world, shelf["SUK-1KG"]) == (1, 1)
    assert await level(world, shelf["MNG-EA"]) == (40, 1)
    assert all(one.inbox[-1].choices for one in people)


async def test_what_costs_nothing_needs_no_payment(world: World, shelf: Shelf, ana: Contact) -> None:
    """It is paid, and nobody is told how to."""
    await world.db().run("update commerce_variant set price = 0 where tenant = :tenant")
    await press(ana, "add", shelf["MNG-EA"], 1)
    await play(ana, "checkout", "▸use", "▸skip", "▸n0", "▸pickup.shop", "▸instructions", "▸confirm")
    order = await the_order(world)
    assert (order["total"], order["payment_state"], order["expires_at"]) == (0, "paid", 0)
    assert "Paybill" not in ana.inbox[-1].text


async def test_what_needs_no_delivery_is_asked_for_none(world: World, shelf: Shelf, ana: Contact) -> None:
    """A voucher: no address, no pickup."""
    await world.db().run("update commerce_product set needs_delivery = 0 where tenant = :tenant")
    await press(ana, "add", shelf["MNG-EA"], 1)
    await play(ana, "checkout", "▸use", "▸skip", "▸n0")
    review = await ana.sees("Please look at your order")
    assert "Delivery" not in review.text
    await play(ana, "▸confirm")
    order: dict[str, Any] = await the_order(world)
    assert (order["delivery"], order["payment"], order["address"]) == ("none", "instructions", {})
