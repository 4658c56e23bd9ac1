"""Several turns of one contact at once, on both databases."""

from __future__ import annotations

import pytest

from gateway import Chat
from gateway.testing import World
from plugins.commerce.cart import acts
from plugins.commerce.cart.cart import Cart, open_cart
from tests.plugins.commerce.cart.turns import at_once, turn
from tests.plugins.commerce.goods import Shelf

pytestmark = pytest.mark.database("sqlite", "postgres")


async def _cart(world: World) -> Cart:
    found = await turn(world, lambda chat: open_cart(chat.db, "en", "ana"))
    assert found is not None
    return found


async def test_twenty_that_add_at_once(world: World, shelf: Shelf) -> None:
    """None is lost, there is one cart, and each told what was true."""
    done = await at_once(world, [lambda chat: acts.add(chat, shelf["MNG-EA"])] * 20)
    cart = await _cart(world)
    assert [line.qty for line in cart.lines] == [20]
    assert sorted(each.qty for each in done) == list(range(1, 21))
    assert cart.version == 21
    assert await world.db().value("select count(*) from commerce_cart where tenant = :tenant") == 1


async def test_what_is_left_is_not_exceeded(world: World, shelf: Shelf) -> None:
    """Twelve bunches, twenty hands."""
    done = await at_once(world, [lambda chat: acts.add(chat, shelf["BAN-1"])] * 20)
    assert (await _cart(world)).count == 12
    assert sum(each.why == "short" for each in done) == 8


async def test_one_of_many_taps_on_the_same_screen_counts(world: World, shelf: Shelf) -> None:
    """They carry one version: who comes second finds another one."""
    await turn(world, lambda chat: acts.add(chat, shelf["MNG-EA"], 5))
    cart = await _cart(world)

    async def tap(chat: Chat) -> bool:
        if not await acts.is_still(chat, cart.id, cart.version):
            return False
        await acts.put(chat, shelf["MNG-EA"], 6)
        return True

    assert sum(await at_once(world, [tap] * 10)) == 1
    assert (await _cart(world)).count == 6


async def test_a_cart_that_is_ordered_meanwhile(world: World, shelf: Shelf) -> None:
    """What is added then goes into a new one; nothing gets into what was ordered."""
    await turn(world, lambda chat: acts.add(chat, shelf["MNG-EA"], 5))
    before = await _cart(world)

    async def order(chat: Chat) -> None:
        await chat.db.run(
            "update commerce_cart set state = 'ordered', version = version + 1"
            " where tenant = :tenant and id = :id and state = 'open'",
            id=before.id,
        )

    async def add(chat: Chat) -> None:
        await acts.add(chat, shelf["BAN-1"], 1)

    await at_once(world, [add, order, add, add])
    rows = await world.db().all(
        "select cart, sum(qty) as qty from commerce_cart_line where tenant = :tenant group by cart"
    )
    assert sum(row["qty"] for row in rows) == 8
    assert len(rows) <= 2
    open_ones = "select count(*) from commerce_cart where tenant = :tenant and state = 'open'"
    assert await world.db().value(open_ones) <= 1


async def test_lines_are_no_more_than_the_shop_allows(world: World, shelf: Shelf) -> None:
    """Also when they come at once."""
    skus = ["MNG-EA", "BAN-1", "SUK-1KG", "TS-RED-M", "TS-BLU-M", "SHOE-42"]

    def adding(sku: str) -> object:
        async def move(chat: Chat) -> acts.Changed:
            return await acts.add(chat, shelf[sku])

        return move

    done = [await turn(world, adding(sku), max_lines=4) for sku in skus]  # type: ignore[arg-type, var-annotated]
    assert [each.why for each in done] == ["", "", "", "", "full", "full"]
    assert len((await _cart(world)).lines) == 4
