"""Every answer can be changed before it counts: from the last look, and by going back."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.checkout.buying import COLLECTED, TO_NAIROBI, cart_of, orders, play, the_order
from tests.plugins.commerce.goods import NOW, Shelf

pytestmark = pytest.mark.usefixtures("shelf")


@pytest.fixture
async def at_review(shelf: Shelf, ana: Contact) -> Contact:
    """Ana has three mangos, and looks at her order."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    await play(ana, *TO_NAIROBI)
    return ana


@pytest.mark.parametrize(
    ("acts", "field", "value"),
    [
        (["▸name", "Amina"], "name", "Amina"),
        (["▸email", "amina@example.com"], "email", "amina@example.com"),
        (["▸phone", "0712 345678"], "phone", "+254712345678"),
        (["▸payment", "▸instructions"], "payment", "instructions"),
        (
            ["▸address", "Westlands, Ring Road 9", "▸skip"],
            "address",
            {"text": "Westlands, Ring Road 9", "area": "Nairobi"},
        ),
        (["▸address", "Lamu, the old town", "▸zone.kenya", "▸skip"], "total", 60000),
        (["▸how", "▸pickup.shop", "▸at_pickup"], "delivery", "pickup.shop"),
        (["▸note", "No plastic bags, please"], "note", "No plastic bags, please"),
        (["▸back"], "name", "Ana"),
    ],
)
async def test_each_answer(world: World, at_review: Contact, acts: list[str], field: str, value: Any) -> None:
    """Is asked again, and nothing else is."""
    await play(at_review, "▸change", *acts)
    await at_review.sees("Please look at your order")
    await play(at_review, "▸confirm")
    assert (await the_order(world))[field] == value


async def test_many_changes_one_after_another(world: World, at_review: Contact) -> None:
    """The same answer twice, back to where it was."""
    for name in ("Amina", "Ben", "Ana"):
        await play(at_review, "▸change", "▸name", name)
        await at_review.sees(f"Name: {name}")
    await play(at_review, "▸change", "▸how", "▸pickup.shop", "▸at_pickup")
    await play(at_review, "▸change", "▸how", "▸delivery", "Kilimani, House 1", "blue gate", "▸on_delivery")
    await play(at_review, "▸confirm")
    assert (await the_order(world))["address"]["note"] == "blue gate"


async def test_a_code_is_put_in_here_too(world: World, at_review: Contact) -> None:
    """One that is none is said, and one that counts changes the total."""
    await world.db().run(
        "insert into commerce_code (tenant, code, kind, value, created_at)"
        " values (:tenant, 'TEN', 'percentage', 1000, :now)", now=NOW,
    )  # fmt: skip
    await play(at_review, "▸change", "▸code", "NOSUCH")
    await at_review.sees("There is no code NOSUCH")
    await play(at_review, "▸change", "▸code", "ten")
    await at_review.sees("Total: KES 385.00")
    await play(at_review, "▸confirm")
    order = await the_order(world)
    assert (order["code"], order["discount"], order["total"]) == ("TEN", 1500, 38500)
    used = await world.db().value("select used from commerce_code where tenant = :tenant")
    assert used == 1


async def test_back_goes_to_the_question_before_all_the_way(world: World, at_review: Contact) -> None:
    """From the last look to the name, and forward again with other answers."""
    for shown in (
        "How would you like to pay?", "landmark", "Where shall we bring it?", "How would you like to get it?",
        "Which phone number", "e-mail address", "What is your name?", "You cannot go back from here.",
    ):  # fmt: skip
        await play(at_review, "back")
        await at_review.sees(shown)
    await play(at_review, "Amina", *COLLECTED[2:], "▸confirm")
    order = await the_order(world)
    assert (order["name"], order["delivery"], order["total"]) == ("Amina", "pickup.shop", 15000)


async def test_cancel_keeps_the_cart(world: World, at_review: Contact) -> None:
    """And says so, with a way on."""
    await play(at_review, "cancel")
    assert (await at_review.sees("Nothing is ordered. Your cart is kept.")).buttons
    assert await orders(world) == []
    await cart_of(world)


async def test_not_now_keeps_the_cart_too(world: World, at_review: Contact) -> None:
    """Nothing is ordered."""
    await play(at_review, "▸later")
    await at_review.sees("Your cart is kept.")
    assert await orders(world) == []


async def test_the_cart_is_looked_at_and_the_checkout_goes_on(world: World, at_review: Contact) -> None:
    """CART is heard at every question; CHECKOUT goes on where it was."""
    await play(at_review, "cart")
    await at_review.sees("3 × Mango")
    await play(at_review, "checkout")
    await at_review.sees("Please look at your order")
    await play(at_review, "▸confirm")
    assert (await the_order(world))["total"] == 40000


async def test_the_cart_can_be_changed_from_the_last_look(world: World, at_review: Contact) -> None:
    """It is shown, and the checkout begins again with what is in it then; who orders is known by now."""
    await play(at_review, "▸change", "▸name", "Amina", "▸change", "▸cart")
    await at_review.sees("3 × Mango")
    await play(at_review, "checkout")
    await at_review.sees("How would you like to get it?")
    await play(at_review, *TO_NAIROBI[4:])
    await at_review.sees("Name: Amina")
    await at_review.sees("Total: KES 400.00")
