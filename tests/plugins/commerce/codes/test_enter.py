"""A customer writes a code."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from gateway.testing import Contact, World
from plugins.commerce.common.ids import micros
from tests.plugins.commerce.goods import Shelf


async def _code(world: World, code: str = "KARIBU10", **values: Any) -> None:
    row = {
        "kind": "percentage", "value": 1000, "currency": "", "min_subtotal": 0, "max_discount": 0,
        "category": "", "contact": "", "first_order": 0, "usage_limit": 0, "per_customer": 0, "used": 0,
        "starts_at": 0, "ends_at": 0,
    } | values  # fmt: skip
    names = ", ".join(row)
    slots = ", ".join(f":{name}" for name in row)
    await world.db().run(
        f"insert into commerce_code (tenant, code, created_at, {names}) values (:tenant, :code, 1, {slots})",
        code=code,
        **row,
    )


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        ({}, "Discount KARIBU10: -KES 129.90"),
        ({"max_discount": 10000}, "Discount KARIBU10: -KES 100.00"),
        ({"kind": "fixed", "value": 25000, "currency": "KES"}, "Discount KARIBU10: -KES 250.00"),
        ({"kind": "fixed", "value": 900000, "currency": "KES"}, "Total: KES 0.00"),
        ({"kind": "free_delivery", "value": 0}, "Delivery: free with KARIBU10"),
    ],
)
async def test_what_a_code_does(
    values: dict[str, Any], seen: str, world: World, shelf: Shelf, ana: Contact
) -> None:
    """A percentage, with a limit; an amount, never more than there is; the delivery."""
    await _code(world, **values)
    await ana.says("add ts-red-m")
    await ana.says("code karibu10")
    assert seen in (await ana.sees("Your code counts.")).text


@pytest.mark.parametrize(
    ("values", "seen"),
    [
        ({"ends_at": -86_400_000_000}, "The code KARIBU10 expired on Mar 1, 2026."),
        ({"starts_at": 86_400_000_000}, "The code KARIBU10 counts from Mar 3, 2026 on."),
        ({"usage_limit": 3, "used": 3}, "The code KARIBU10 has been used as often as it could be."),
        ({"contact": "somebody"}, "The code KARIBU10 belongs to another customer."),
        ({"min_subtotal": 200000}, "The code KARIBU10 counts from KES 2,000.00 on. Add a little more."),
        ({"category": "fresh"}, "The code KARIBU10 is not for what is in your cart."),
        ({"kind": "fixed", "currency": "USD"}, "There is no code KARIBU10."),
    ],
)
async def test_why_a_code_does_not_count(
    values: dict[str, Any], seen: str, world: World, shelf: Shelf, ana: Contact
) -> None:
    """Each with its own sentence."""
    now = micros(world.now)
    await _code(world, **{k: v + now if k.endswith("_at") else v for k, v in values.items()})
    await ana.says("add ts-red-m")
    await ana.says("code karibu10")
    await ana.sees(seen)


async def test_a_code_for_a_category_counts_for_what_is_below_it(
    world: World, shelf: Shelf, ana: Contact
) -> None:
    """Mangos are fruit, and fruit is fresh; a shirt is not. It waits in the cart until there is something."""
    await _code(world, category="fresh", value=5000)
    await ana.says("add ts-red-m")
    await ana.says("code karibu10")
    await ana.sees("The code KARIBU10 is not for what is in your cart.")
    await ana.says("add mango 2")
    await ana.says("cart")
    assert "Discount KARIBU10: -KES 50.00" in (await ana.sees("Total")).text


async def test_a_code_waits_in_an_empty_cart(world: World, shelf: Shelf, ana: Contact) -> None:
    """Whoever saw it in an advertisement writes it first."""
    await _code(world)
    await ana.says("CODE karibu10")
    await ana.sees("Your code counts.")
    await ana.says("add mango 2")
    await ana.says("cart")
    assert "Discount KARIBU10: -KES 10.00" in (await ana.sees("Total")).text


async def test_a_first_order_and_once_a_customer(world: World, shelf: Shelf, ana: Contact) -> None:
    """Orders that were given up do not count, and neither do those of others."""
    await _code(world, "FIRST", first_order=1)
    await _code(world, "ONCE", per_customer=1)
    await ana.says("add mango 2")
    contact = await world.db().value("select contact from commerce_cart where tenant = :tenant")
    await world.db().run(
        "insert into commerce_redemption (tenant, code, order_id, contact, amount, at)"
        " values (:tenant, 'ONCE', 'o1', :contact, 1, 1), (:tenant, 'FIRST', 'o2', 'another', 1, 1)",
        contact=contact,
    )
    await ana.says("code once")
    await ana.sees("You have used the code ONCE already.")
    await ana.says("code first")
    await ana.sees("Your code counts.")
    for state, seen in (("cancelled", "Your code counts."), ("completed", "is for the first order only.")):
        await world.db().run(
            "insert into commerce_order (tenant, id, number, cart, contact, conversation, channel, state,"
            " name, delivery, delivery_title, currency, subtotal, total, payment, placed_at) values (:tenant,"
            " :state, :state, :state, :contact, 'c', 'c', :state, 'Ana', 'd', 'd', 'KES', 1, 1, 'p', 1)",
            state=state, contact=contact,
        )  # fmt: skip
        await ana.says("code first")
        await ana.sees(seen)


async def test_who_guesses_waits(world: World, shelf: Shelf, ana: Contact, ben: Contact) -> None:
    """Ten wrong ones an hour; then the right one has to wait too, and others are not held up."""
    await _code(world)
    await ana.says("add mango")
    for number in range(10):
        await ana.says(f"code guess{number}")
        await ana.sees("There is no code GUESS")
    await ana.says("code karibu10")
    await ana.sees("Please try again in an hour.")
    await ben.says("code karibu10")
    await ben.sees("Your code counts.")
    await ana.waits(timedelta(hours=1, minutes=1).total_seconds())
    await ana.says("code karibu10")
    await ana.sees("Your code counts.")


async def test_right_codes_are_no_guesses(world: World, shelf: Shelf, ana: Contact) -> None:
    """Nor is one that needs a little more."""
    await _code(world, min_subtotal=10_000_000)
    await ana.says("add mango")
    for _ in range(12):
        await ana.says("code karibu10")
        await ana.sees("The code KARIBU10 counts from KES 100,000.00 on.")


async def test_which_code_is_asked(world: World, shelf: Shelf, ana: Contact) -> None:
    """CANCEL goes back to the cart, CART too, and another command is not a code for long."""
    await _code(world)
    await ana.says("add mango")
    await ana.says("code")
    await ana.sees("Which code do you have?")
    await ana.says("cancel")
    await ana.sees("1 × Mango")
    await ana.says("code")
    await ana.says("cart")
    await ana.sees("1 × Mango")
    await ana.says("code")
    await ana.says("karibu 10")
    await ana.sees("Your code counts.")
    await ana.taps("Edit")
    await ana.taps("Remove the code")
    assert "Discount" not in (await ana.sees("The code is out of your cart.")).text
