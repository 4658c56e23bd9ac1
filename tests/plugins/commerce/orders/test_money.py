"""What payment plugins tell of orders."""

from __future__ import annotations

import pytest
from msgspec import Struct

from gateway.testing import Contact, World
from plugins.commerce.orders.order import Order
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import found, place
from tests.plugins.commerce.orders.test_notices import order_of
from tests.plugins.commerce.orders.test_story import act

HOUR = 3_600_000_000


class Received(Struct, frozen=True, tag="payment_received"):
    """As docs/commerce.md describes it."""

    order: str
    amount: int
    currency: str
    method: str
    reference: str


class Refunded(Received, frozen=True, tag="payment_refunded"):
    """The same, backwards."""


def paid(order: Order, amount: int, reference: str = "QX1", currency: str = "KES") -> Received:
    """*amount* came in for *order*."""
    return Received(order.id, amount, currency, "mpesa", reference)


async def attention(world: World, order: Order) -> list[str]:
    """What the staff is to look at."""
    kept = await order_of(world, order.id)
    return [event["data"]["why"] for event in kept["timeline"] if event["kind"] == "attention"]


@pytest.mark.database("sqlite", "postgres")
async def test_a_payment_is_counted_once(world: World, ana: Contact, shelf: Shelf) -> None:
    """However often it is told; a second one is another; giving back counts as well."""
    order = await place(world, ana, {"MNG-EA": 2}, payment="mpesa", expires=HOUR)
    for _ in range(3):
        await world.emit(paid(order, 20_000))
    assert await ana.sees("We have received KES 200.00")
    now = await found(world, order.id)
    assert (now.paid, now.payment_state, now.expires_at) == (20_000, "partially_paid", 0)
    await world.emit(paid(order, 15_000, "QX2"))
    assert (await found(world, order.id)).payment_state == "paid"
    await world.emit(Refunded(order.id, 35_000, "KES", "mpesa", "RF1"))
    now = await found(world, order.id)
    assert (now.paid, now.refunded, now.payment_state) == (0, 35_000, "refunded")
    assert await ana.sees("We have given KES 350.00 back")


async def test_a_late_payment_takes_the_order_up_again(world: World, ana: Contact, shelf: Shelf) -> None:
    """When the goods are still there; its reservation is new."""
    order = await place(world, ana, {"SUK-1KG": 2}, payment="mpesa", expires=HOUR)
    await ana.waits("2h")
    assert (await found(world, order.id)).state == "expired"
    await world.emit(paid(order, 34_000))
    now = await found(world, order.id)
    assert (now.state, now.payment_state, now.closed_at) == ("placed", "paid", 0)
    assert await attention(world, order) == []


async def test_a_payment_that_is_too_late_is_the_staffs(world: World, ana: Contact, shelf: Shelf) -> None:
    """The goods are somebody else's by now: the money is written down, and nothing is promised twice."""
    order = await place(world, ana, {"MNG-EA": 1, "SUK-1KG": 2}, payment="mpesa", expires=HOUR)
    await ana.waits("2h")
    await place(world, ana, {"SUK-1KG": 2})
    await world.emit(paid(order, 39_000))
    now = await found(world, order.id)
    assert (now.state, now.payment_state, now.paid) == ("expired", "paid", 39_000)
    assert await attention(world, order) == ["paid_too_late"]
    reserved = "select reserved from commerce_stock where tenant = :tenant and variant = :variant"
    assert await world.db().value(reserved, variant=shelf["MNG-EA"]) == 0


async def test_what_does_not_fit_is_written_down(world: World, ana: Contact, shelf: Shelf) -> None:
    """Another currency, another amount for the same reference, an order that was cancelled, no order at
    all."""
    order = await place(world, ana, {"MNG-EA": 2})
    await world.emit(paid(order, 35_000, currency="UGX"))
    await world.emit(paid(order, 35_000))
    await world.emit(paid(order, 30_000))
    await act(world, order.id, "cancel")
    await world.emit(paid(order, 100, "QX9"))
    await world.emit(Received("nobody", 1, "KES", "mpesa", "x"))
    assert (await found(world, order.id)).paid == 35_100
    assert await attention(world, order) == [
        "other_currency", "other_amount", "cancelled_but_paid", "paid_but_cancelled",
    ]  # fmt: skip


async def test_the_staff_cannot_give_back_more_than_was_paid(
    world: World, ana: Contact, shelf: Shelf
) -> None:
    """Nor tell amounts that are none."""
    order = await place(world, ana, {"MNG-EA": 2})
    fact = {"method": "cash", "reference": "1"}
    await act(world, order.id, "payments", amount="100.00", **fact)
    assert (await act(world, order.id, "refunds", 409, amount="100.01", **fact))["code"] == "order_conflict"
    kept = await act(world, order.id, "refunds", amount="100", **fact)
    assert (kept["payment_state"], kept["refunded"]) == ("refunded", "100.00")
    for wrong in ("-1", "0", "1.005", "1e3", "", "٣"):
        assert (await act(world, order.id, "payments", 422, amount=wrong, **fact))["code"] == "invalid_amount"
    assert (await act(world, order.id, "payments", 409, amount="1", currency="UGX", **fact))["code"]
