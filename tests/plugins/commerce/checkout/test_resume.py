"""A checkout that was left goes on: after hours, after a restart, after another screen, at every question."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.checkout.buying import TO_NAIROBI, orders, play, put_on_hand, reprice, the_order
from tests.plugins.commerce.goods import Shelf

ACTS = (*TO_NAIROBI, "▸confirm")


async def test_seven_hours_at_every_question(world: World, shelf: Shelf, ana: Contact) -> None:
    """The answer that comes then is an answer, and the order is the same."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    for act in ACTS:
        await play(ana, act)
        await ana.waits("7h")
    order = await the_order(world)
    assert (order["name"], order["total"], order["payment"]) == ("Ana", 40000, "on_delivery")


@pytest.mark.database("sqlite", "postgres")
async def test_killed_at_every_question(world: World, shelf: Shelf, ana: Contact) -> None:
    """One process for each answer: what was answered is known."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    for act in ACTS:
        await play(ana, act)
        await world.restart(kill=True)
    order = await the_order(world)
    assert (order["name"], order["total"], order["payment"]) == ("Ana", 40000, "on_delivery")


@pytest.mark.parametrize("word", ["menu", "cart", "orders", "help"])
async def test_another_screen_and_back(world: World, shelf: Shelf, ana: Contact, word: str) -> None:
    """What is known everywhere is known here, and the checkout is offered again."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    await play(ana, *TO_NAIROBI[:5], word)
    assert ana.new
    await play(ana, "resume")
    await ana.sees("Where shall we bring it?")
    await play(ana, *TO_NAIROBI[5:], "▸confirm")
    assert (await the_order(world))["total"] == 40000


async def test_checkout_again_goes_on(world: World, shelf: Shelf, ana: Contact) -> None:
    """Its question is asked again; there are no two."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    await play(ana, *TO_NAIROBI[:4], "checkout")
    await ana.sees("How would you like to get it?")
    await play(ana, *TO_NAIROBI[4:], "▸confirm")
    await the_order(world)
    await play(ana, "resume")
    assert len(await orders(world)) == 1


async def test_half_a_day_without_an_answer(world: World, shelf: Shelf, ana: Contact) -> None:
    """Is the end of it, which is said; the cart is kept."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    await play(ana, *TO_NAIROBI[:3])
    await ana.waits("12h")
    await ana.sees("Your order is not finished. Your cart is kept: write CHECKOUT to go on.")
    await play(ana, *ACTS)
    assert (await the_order(world))["total"] == 40000


async def test_what_has_changed_meanwhile_is_said(world: World, shelf: Shelf, ana: Contact) -> None:
    """After hours at the last look: fewer are left, and they cost more."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    await play(ana, *TO_NAIROBI)
    await ana.waits("7h")
    await put_on_hand(world, shelf["MNG-EA"], 2)
    await reprice(world, shelf["MNG-EA"], 6000)
    await play(ana, "▸confirm")
    await ana.sees("Only 2 of Mango are left.")
    await play(ana, "▸keep")
    await ana.sees("2 × Mango: KES 120.00")
    await play(ana, "▸confirm")
    assert (await the_order(world))["total"] == 37000
