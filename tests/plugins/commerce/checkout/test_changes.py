"""Whatever changes between the last look and the confirmation is said before it counts."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.checkout.buying import (
    COLLECTED,
    TO_NAIROBI,
    cart_of,
    level,
    orders,
    play,
    put_on_hand,
    reprice,
    the_order,
)
from tests.plugins.commerce.goods import NOW, Shelf

CODE = (
    "insert into commerce_code (tenant, code, kind, value, usage_limit, used, created_at)"
    " values (:tenant, 'TEN', 'percentage', 1000, 1, 0, :now)"
)


@pytest.fixture
async def at_review(shelf: Shelf, ana: Contact) -> Contact:
    """Ana has three mangos, and looks at her order: KES 400.00."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    await play(ana, *TO_NAIROBI)
    return ana


async def test_another_price(world: World, shelf: Shelf, at_review: Contact) -> None:
    """The old total and the new one; the new one is what is ordered."""
    await reprice(world, shelf["MNG-EA"], 6000)
    await play(at_review, "▸confirm")
    await at_review.sees("The total has changed: it was KES 400.00, it is KES 430.00 now.")
    await at_review.sees("The price of Mango has changed: it is KES 60.00 now, it was KES 50.00.")
    assert await orders(world) == []
    await play(at_review, "▸confirm")
    assert (await the_order(world))["total"] == 43000


async def test_a_confirmation_of_an_old_total_is_none(world: World, shelf: Shelf, at_review: Contact) -> None:
    """The button of the screen before is answered with the screen of now."""
    old = await at_review.sees("Please look at your order")
    await reprice(world, shelf["MNG-EA"], 6000)
    await play(at_review, "▸confirm")
    await at_review.taps("Confirm", on=old)
    await at_review.sees("KES 430.00")
    assert await orders(world) == []


async def test_a_confirmation_that_is_tapped_twice_is_one_order(world: World, at_review: Contact) -> None:
    """Also when the flow is over."""
    shown = await at_review.sees("Please look at your order")
    await play(at_review, "▸confirm")
    await at_review.taps("Confirm", on=shown)
    assert at_review.new
    await the_order(world)


async def test_the_last_ones_are_gone(world: World, shelf: Shelf, at_review: Contact) -> None:
    """Somebody else was faster: nothing is left to order, and nothing is."""
    await put_on_hand(world, shelf["MNG-EA"], 0)
    await play(at_review, "▸confirm")
    gone = await at_review.sees("Mango")
    assert gone.buttons == ["Remove it", "Not now"]
    await play(at_review, "▸drop")
    await at_review.sees("Your cart is empty now")
    assert await orders(world) == []
    assert await level(world, shelf["MNG-EA"]) == (0, 0)


async def test_what_is_short_is_decided_line_by_line(world: World, shelf: Shelf, ana: Contact) -> None:
    """Before anything is asked; what is left is kept, what is gone is taken out."""
    for sku, qty in (("MNG-EA", 3), ("BAN-1", 2), ("SUK-1KG", 2)):
        await press(ana, "add", shelf[sku], qty)
    await put_on_hand(world, shelf["MNG-EA"], 1)
    await put_on_hand(world, shelf["SUK-1KG"], 0)
    await play(ana, "checkout")
    await ana.sees("Only 1 of Mango is left.")
    await play(ana, "▸keep")
    assert (await ana.sees("Sukuma wiki")).buttons == ["Remove it", "Not now"]
    await play(ana, "▸drop", *TO_NAIROBI[1:], "▸confirm")
    assert [line[:2] for line in (await the_order(world))["lines"]] == [("MNG-EA", 1), ("BAN-1", 2)]


async def test_a_product_that_is_hidden_meanwhile(world: World, shelf: Shelf, at_review: Contact) -> None:
    """Cannot be ordered."""
    await world.db().run(
        "update commerce_product set status = 'hidden' where tenant = :tenant and id = 'mango'"
    )
    await play(at_review, "▸confirm")
    assert (await at_review.sees("Mango")).buttons == ["Remove it", "Not now"]
    await play(at_review, "▸later")
    await at_review.sees("Your cart is kept.")


async def test_a_code_that_somebody_else_used_up(world: World, shelf: Shelf, ana: Contact) -> None:
    """Is said, and the order costs what it costs without."""
    await world.db().run(CODE, now=NOW)
    await press(ana, "add", shelf["MNG-EA"], 3)
    await play(ana, *COLLECTED, "▸change", "▸code", "TEN")
    await ana.sees("Total: KES 135.00")
    await world.db().run("update commerce_code set used = 1 where tenant = :tenant")
    await play(ana, "▸confirm")
    await ana.sees("The total has changed: it was KES 135.00, it is KES 150.00 now.")
    await ana.sees("The code TEN has been used as often as it could be.")
    await play(ana, "▸confirm")
    assert (await the_order(world))["code"] == ""


async def test_more_in_the_cart_than_was_shown(world: World, shelf: Shelf, at_review: Contact) -> None:
    """By an old card, beside the checkout."""
    await press(at_review, "add", shelf["MNG-EA"], 1)
    await play(at_review, "checkout", "▸confirm")
    await at_review.sees("it was KES 400.00, it is KES 450.00 now")
    await play(at_review, "▸confirm")
    assert (await the_order(world))["total"] == 45000


async def test_an_empty_cart_ends_politely(world: World, at_review: Contact) -> None:
    """Whoever emptied it."""
    cart = await cart_of(world)
    await world.db().run("delete from commerce_cart_line where tenant = :tenant and cart = :cart", cart=cart)
    await play(at_review, "▸confirm")
    assert (await at_review.sees("Your cart is empty now")).buttons
    assert await orders(world) == []
