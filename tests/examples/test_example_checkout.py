"""examples/checkout and examples/till.py: a form, an order, a payment told by another plugin."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World

pytestmark = [
    pytest.mark.plugins("../../examples/checkout", "../../examples/till.py"),
    pytest.mark.provider("all"),
    pytest.mark.database("both"),
]


async def order(ana: Contact) -> None:
    """Buy, up to the payment."""
    await ana.says("buy")
    await ana.says("Ana")
    await ana.says("0711 000 001")
    await ana.taps("Small")
    await ana.taps("Yes")
    await ana.sees("Order 101 is reserved.")


async def test_a_payment_that_another_plugin_tells_goes_on_with_the_order(ana: Contact, world: World) -> None:
    """Also across a kill of the process."""
    await order(ana)
    await world.restart(kill=True)
    await ana.says("paid 101")

    await ana.sees("Order 101 is paid by cash")
    (row,) = await world.db().all("select state, size from checkout_order where tenant = :tenant")
    assert (row["state"], row["size"]) == ("paid", "s")


async def test_nobody_waits_longer_than_twelve_hours(ana: Contact, world: World) -> None:
    """The order is released; a payment after that changes nothing."""
    await order(ana)
    await ana.waits("12h")
    await ana.sees("Order 101 was not paid and is released.")
    await ana.says("paid 101")

    await ana.sees("We have noted your payment")
    assert await world.db().value("select state from checkout_order where tenant = :tenant") == "released"


async def test_two_contacts_do_not_pay_for_each_other(ana: Contact, ben: Contact) -> None:
    """The key of the event is the order's number."""
    await order(ana)
    await ben.says("buy")
    await ben.says("Ben")
    await ben.says("0711 000 002")
    await ben.taps("Large")
    await ben.taps("Yes")
    await ben.says("paid 102")
    await ben.sees("Order 102 is paid")
    await ana.says("paid 101")

    await ana.sees("Order 101 is paid")
