"""A payment plugin beside the shop: it offers its methods, is told of orders, and tells what was paid."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from msgspec import Struct

from gateway import Chat, EventSeen, Handled, Message, hook
from gateway.testing import Contact, World
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.checkout.buying import TO_NAIROBI, level, play, the_order
from tests.plugins.commerce.goods import Shelf

HOURS = 3_600_000_000


class PaymentReceived(Struct, frozen=True, tag="payment_received"):
    """The till has the money."""

    order: str
    amount: int
    currency: str
    method: str
    reference: str


class Placed(Struct):
    """What a till wants to know of an order."""

    order: str
    number: str
    total: int
    currency: str
    payment: str


class Till:
    """Offers two ways to pay in shillings, and takes the money when somebody writes PAID and the order."""

    @hook.register_events
    def events(self) -> Sequence[type[Struct]]:
        return [PaymentReceived]

    @hook.collect("payment_methods")
    def methods(self, question: dict[str, Any], settings: Any) -> list[dict[str, str]] | None:
        if question["currency"] != "KES" or question["country"] not in ("", "KE"):
            return None
        more = [{"id": "card", "title": "Card"}] if question["total"] >= 10000 else []
        return [{"id": "till", "title": "Mobile money", "description": "You get a prompt."}, *more]

    @hook.on("order_placed")
    async def placed(self, event: EventSeen, chat: Chat) -> None:
        order = event.read(Placed)
        if order.payment in ("till", "card"):
            await chat.say(f"Prompt for {order.number}: {order.total} {order.currency}")

    @hook.on_message
    async def paid(self, message: Message, chat: Chat) -> Handled | None:
        word, _, order = message.text.partition(" ")
        if word != "PAID":
            return None
        chat.emit(PaymentReceived(order, 40000, "KES", "till", "R1"), key=order)
        return Handled


pytestmark = pytest.mark.plugins(Till, "commerce")


@pytest.mark.provider("all")
async def test_what_it_offers_is_chosen_and_it_is_told(world: World, shelf: Shelf, ana: Contact) -> None:
    """The goods are held for as long as the shop says, and it asks for the money."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    await play(ana, *TO_NAIROBI[:-1])
    asked = await ana.sees("How would you like to pay?\nMobile money: You get a prompt.")
    assert asked.buttons == ["Mobile money", "Card", "Pay on delivery", "Pay now"]
    await play(ana, "▸till", "▸confirm")
    order = await the_order(world)
    await ana.sees("You get the request to pay KES 400.00 in a moment.")
    await ana.sees(f"Prompt for {order['number']}: 40000 KES")
    assert (order["payment"], order["payment_title"]) == ("till", "Mobile money")
    assert order["expires_at"] == order["placed_at"] + 24 * HOURS
    state = "select state from commerce_reservation where tenant = :tenant"
    assert await world.db().value(state) == "held"


async def test_what_was_paid_is_committed(world: World, shelf: Shelf, ana: Contact) -> None:
    """The goods are not given up any more."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    await play(ana, *TO_NAIROBI[:-1], "▸till", "▸confirm")
    order = await the_order(world)
    await ana.says(f"PAID {order['id']}")
    await ana.waits("3d")
    order = await the_order(world)
    assert (order["state"], order["payment_state"], order["paid"]) == ("placed", "paid", 40000)
    assert await level(world, shelf["MNG-EA"]) == (40, 3)


async def test_who_does_not_pay_keeps_nothing(world: World, shelf: Shelf, ana: Contact) -> None:
    """After a day the goods can be sold to somebody else."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    await play(ana, *TO_NAIROBI[:-1], "▸till", "▸confirm")
    await ana.waits("23h")
    assert await level(world, shelf["MNG-EA"]) == (40, 3)
    await ana.waits("2h")
    assert (await the_order(world))["state"] == "expired"
    assert await level(world, shelf["MNG-EA"]) == (40, 0)


async def test_a_method_that_goes_away_is_asked_again(world: World, shelf: Shelf, ana: Contact) -> None:
    """Cards are for a hundred shillings and more: the cart became smaller meanwhile."""
    await press(ana, "add", shelf["MNG-EA"], 3)
    await play(ana, "checkout", "▸use", "▸skip", "▸n0", "▸pickup.shop", "▸card")
    await world.db().run("update commerce_cart_line set qty = 1 where tenant = :tenant")
    await play(ana, "▸confirm")
    await ana.sees("This way to pay is not there any more.")
    await play(ana, "▸till")
    await ana.sees("Total: KES 50.00")
    await play(ana, "▸confirm")
    assert (await the_order(world))["payment"] == "till"
