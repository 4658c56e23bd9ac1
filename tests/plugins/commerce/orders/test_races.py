"""Two things that happen to an order at one moment: whoever is first decides, and the books are right."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.testing import Contact, World
from plugins.commerce.common.ids import micros
from plugins.commerce.orders import act, money, parcels
from plugins.commerce.orders.hand import Hand
from plugins.commerce.orders.states import Impossible, Who
from plugins.commerce.settings import Settings
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import found, place


def hand(world: World, tx: Any, who: Who) -> Hand:
    """Somebody who acts an hour later."""
    now = micros(world.now) + 3_600_000_000
    return Hand(who, who, tx, now, Settings(), lambda event, key: None)


@pytest.mark.database("sqlite", "postgres")
async def test_a_payment_and_the_end_of_its_time(world: World, ana: Contact, shelf: Shelf) -> None:
    """The order is paid, its goods are held once, and no other is touched."""
    orders = [await place(world, ana, {"MNG-EA": 2}, payment="mpesa", expires=1_000_000) for _ in range(6)]
    scope = world.gateway.store.scope(world.tenant)
    fact = money.Fact(35_000, "KES", "mpesa", "QX1")
    for order in orders:

        async def pay(tx: Any, id: str = order.id) -> None:
            await money.pay(hand(world, tx, "system"), id, fact)

        async def give_up(tx: Any, id: str = order.id) -> None:
            await act.expire(hand(world, tx, "system"), id)

        await asyncio.gather(scope.write(give_up), scope.write(pay), scope.write(give_up), scope.write(pay))
        now = await found(world, order.id)
        assert (now.state, now.paid, now.payment_state) == ("placed", 35_000, "paid")
    row = await world.db().one("select * from commerce_stock where tenant = :tenant and variant = 'v-mng-ea'")
    assert row is not None
    assert (row["on_hand"], row["reserved"]) == (40, 12)


@pytest.mark.database("sqlite", "postgres")
async def test_the_customer_cancels_while_it_is_shipped(world: World, ana: Contact, shelf: Shelf) -> None:
    """One of them is told that it cannot be."""
    scope = world.gateway.store.scope(world.tenant)
    for n in range(6):
        order = await place(world, ana, {"MNG-EA": 1})

        async def ship(tx: Any, id: str = order.id) -> str:
            return (await parcels.ship(hand(world, tx, "shop"), id)).fulfilment

        async def cancel(tx: Any, id: str = order.id) -> str:
            return (await act.cancel(hand(world, tx, "customer"), id)).fulfilment

        both = (ship, cancel) if n % 2 else (cancel, ship)
        ends = await asyncio.gather(*(scope.write(each) for each in both), return_exceptions=True)
        assert sum(isinstance(end, Impossible) for end in ends) == 1
        assert [end for end in ends if isinstance(end, str)] == [(await found(world, order.id)).fulfilment]
    row = await world.db().one("select * from commerce_stock where tenant = :tenant and variant = 'v-mng-ea'")
    assert row is not None
    assert row["reserved"] == 0
