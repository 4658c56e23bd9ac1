"""Many buy the last pieces at the same moment."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from gateway.store.port import Tx
from gateway.testing import World
from plugins.commerce.stock import hold as stock
from plugins.commerce.stock.hold import Want
from tests.plugins.commerce.goods import NOW, Shelf

pytestmark = pytest.mark.database("sqlite", "postgres")


async def _hold(world: World, order: str, wants: Sequence[Want]) -> Sequence[str]:
    async def work(tx: Tx) -> Sequence[str]:
        return await stock.hold(tx, order, wants, expires_at=0, now=NOW)

    return await world.gateway.store.scope(world.tenant).write(work)


async def _level(world: World, variant: str) -> tuple[int, int]:
    row = await world.db().one(
        "select on_hand, reserved from commerce_stock where tenant = :tenant and variant = :variant",
        variant=variant,
    )
    assert row is not None
    return row["on_hand"], row["reserved"]


async def test_thirty_six_want_one_of_ten(world: World, shelf: Shelf) -> None:
    """Exactly ten get it."""
    variant = shelf["BAN-1"]
    await world.db().run(
        "update commerce_stock set on_hand = 10 where tenant = :tenant and variant = :v", v=variant
    )
    ends = await asyncio.gather(*(_hold(world, f"O{n}", [Want(1, variant, 1)]) for n in range(36)))
    assert [list(end) for end in ends].count([]) == 10
    assert await _level(world, variant) == (10, 10)


async def test_orders_of_several_things_in_any_order_neither_wait_for_each_other_nor_take_a_part(
    world: World, shelf: Shelf
) -> None:
    """Three of the kale, forty of the mangos: an order without kale leaves the mangos alone."""
    mango, kale = shelf["MNG-EA"], shelf["SUK-1KG"]
    both = ([Want(1, mango, 2), Want(2, kale, 1)], [Want(1, kale, 1), Want(2, mango, 2)])
    ends = await asyncio.gather(*(_hold(world, f"O{n}", both[n % 2]) for n in range(12)))
    assert [list(end) for end in ends].count([]) == 3
    assert {tuple(end) for end in ends} == {(), (kale,)}
    assert await _level(world, mango) == (40, 6)
    assert await _level(world, kale) == (3, 3)


async def test_an_order_that_is_given_back_by_many_at_once_is_given_back_once(
    world: World, shelf: Shelf
) -> None:
    """The customer, the staff and the clock."""
    mango = shelf["MNG-EA"]
    await _hold(world, "O1", [Want(1, mango, 5)])
    await _hold(world, "O2", [Want(1, mango, 1)])

    async def work(tx: Tx) -> None:
        await stock.release(tx, "O1", now=NOW)

    await asyncio.gather(*(world.gateway.store.scope(world.tenant).write(work) for _ in range(8)))
    assert await _level(world, mango) == (40, 1)


async def test_what_leaves_is_not_given_back_at_the_same_moment(world: World, shelf: Shelf) -> None:
    """Half of it is shipped while all of it is cancelled: each piece does one or the other."""
    mango = shelf["MNG-EA"]
    await _hold(world, "O1", [Want(1, mango, 4)])
    scope = world.gateway.store.scope(world.tenant)
    await asyncio.gather(
        scope.write(lambda tx: stock.take(tx, "O1", {1: 2}, now=NOW, actor="shop")),
        scope.write(lambda tx: stock.release(tx, "O1", now=NOW)),
    )
    on_hand, reserved = await _level(world, mango)
    assert (on_hand, reserved) in ((38, 0), (40, 0))
