"""Add, look, edit, use a code, empty: on every provider."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.goods import Shelf

pytestmark = pytest.mark.provider("all")


@pytest.fixture
async def karibu(world: World) -> None:
    """A code: 10 % from 1,000.00 on."""
    await world.db().run(
        "insert into commerce_code (tenant, code, kind, value, min_subtotal, created_at)"
        " values (:tenant, 'KARIBU10', 'percentage', 1000, 100000, 1)"
    )


async def test_from_an_empty_cart_to_one_with_a_discount(
    shelf: Shelf, karibu: None, ana: Contact, world: World
) -> None:
    """By taps and by words, across a restart."""
    await ana.says("cart")
    empty = await ana.sees("Your cart is empty")
    assert empty.buttons == ["To the shop", "My orders"]
    await press(ana, "add", shelf["MNG-EA"], 2)
    added = await ana.sees("Added: 2 × Mango.")
    assert "In your cart: 2 things, KES 100.00." in added.text
    assert added.buttons == ["Checkout", "View cart", "Keep shopping"]
    await ana.says("add ts-red-m")
    await ana.sees("Added: 1 × T-shirt (Red, M).")
    await world.restart()
    await ana.taps("View cart")
    cart = await ana.sees("Total: KES 1,399.00")
    assert "2 × Mango: KES 100.00\n1 × T-shirt (Red, M): KES 1,299.00" in cart.text
    assert "Delivery: at checkout" in cart.text
    assert cart.buttons == ["Checkout", "Edit", "Keep shopping"]
    await ana.taps("Edit")
    await ana.sees("What would you like to change?")
    await ana.taps("Mango")
    await ana.sees("Mango: you have 2, for KES 50.00 each, KES 100.00 in all.")
    await ana.taps("1 more")
    await ana.sees("Mango: 3 now.")
    await ana.taps("Edit")
    await ana.taps("Discount code")
    await ana.sees("Which code do you have?")
    await ana.says("karibu 10")
    cart = await ana.sees("Your code counts.")
    assert "Subtotal: KES 1,449.00\nDiscount KARIBU10: -KES 144.90" in cart.text
    assert "Rounding: -KES 0.10\nDelivery: at checkout\n*Total: KES 1,304.00*" in cart.text
    await ana.says("remove t-shirt")
    cart = await ana.sees("Taken out: T-shirt (Red, M).")
    assert "The code KARIBU10 counts from KES 1,000.00 on. Add a little more." in cart.text
    await ana.says("remove karibu10")
    cart = await ana.sees("The code KARIBU10 is out of your cart.")
    assert "Total: KES 150.00" in cart.text
    await ana.says("clear")
    await ana.sees("Shall we take all 3 things out of your cart?")
    await ana.taps("Yes, empty it")
    await ana.sees("Your cart is empty")


async def test_fifty_lines_fit_on_a_phone(world: World, shelf: Shelf, ana: Contact) -> None:
    """The first ones are told, the others are found below Edit, page by page."""
    db = world.db()
    for number in range(50):
        values = {
            "id": f"p{number}",
            "sku": f"LONG-{number:02}",
            "name": f"{number:02} " + "so long a name " * 6,
        }
        await db.run(
            "insert into commerce_product (tenant, id, code, name, created_at, updated_at)"
            " values (:tenant, :id, :sku, :name, 1, 1)", **values
        )  # fmt: skip
        await db.run(
            "insert into commerce_variant (tenant, id, product, sku, sku_key, retailer_id, price, currency,"
            " created_at, updated_at) values (:tenant, :id, :id, :sku, :sku, :sku, 5000, 'KES', 1, 1)",
            id=values["id"], sku=values["sku"],
        )  # fmt: skip
        await db.run(
            "insert into commerce_stock (tenant, variant, tracked, updated_at) values (:tenant, :id, 0, 1)",
            id=values["id"],
        )
    for number in range(3):
        await press(ana, "add", f"p{number}", 1)
    await db.run(
        "insert into commerce_cart_line (tenant, cart, variant, qty, price_seen, added_at)"
        " select c.tenant, c.id, v.id, 2, v.price, c.touched_at + 100 from commerce_cart c"
        " join commerce_variant v on v.tenant = c.tenant and v.sku like 'LONG-%'"
        " where c.tenant = :tenant on conflict do nothing"
    )
    await ana.says("cart")
    text = "\n".join(each.text for each in ana.new)
    assert "… and 25 more" in text
    assert "Total: KES 4,850.00" in text
    await ana.taps("Edit")
    page = await ana.sees("Showing 1 to 6 of 50.")
    assert len(page.choices) <= 10
    await ana.taps("Next page")
    await ana.sees("Showing 7 to 12 of 50.")
    await press(ana, "edit", 9)
    last = await ana.sees("Showing 49 to 50 of 50.")
    assert len(last.choices) <= 10
    await press(ana, "add", shelf["MNG-EA"], 1)
    await ana.sees("Your cart has 50 different things")
