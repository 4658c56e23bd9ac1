"""The page and the conversation at the same moment, while the shop changes what it asks."""

from __future__ import annotations

import asyncio
import re

import aiohttp
import pytest

from gateway.testing import World
from tests.plugins.commerce.cart.presses import press
from tests.plugins.commerce.checkout.buying import TO_NAIROBI, level, offered, orders, play, reprice
from tests.plugins.commerce.checkout.test_page import FILLED, ways
from tests.plugins.commerce.goods import Shelf


@pytest.mark.database("sqlite", "postgres")
async def test_the_page_and_the_chat_are_one_order_at_the_price_that_was_shown(
    world: World, shelf: Shelf
) -> None:
    """Of each customer; where the new price came first there is none, and nothing is held."""
    people = [world.contact(f"+2547110002{n:02}", f"P{n}") for n in range(6)]
    acts = []
    for n, one in enumerate(people):
        await press(one, "add", shelf["MNG-EA"], 2)
        await play(one, *TO_NAIROBI)
        link = re.search(r"http\S+/p/commerce/c/\S+", (await one.sees("Or finish on one page")).text)
        found = offered(one, "confirm")
        assert link
        assert found
        filled = {**FILLED, "phone": one.phone, "way": (await ways(world, link[0]))["zone.nairobi"]}
        pages = [_sent(link[0], filled) for _ in range(2)]
        taps = [world.sim.taps(one.phone, found[1].id, message_id=found[0].id)]
        acts += [*pages, *taps] if n % 2 else [*taps, *pages]
    acts.insert(9, _dearer(world, shelf["MNG-EA"]))
    await asyncio.gather(*acts)
    await world.settle()
    found_orders = await orders(world)
    assert {order["total"] for order in found_orders} <= {35_000}
    assert len({order["contact"] for order in found_orders}) == len(found_orders)
    assert await level(world, shelf["MNG-EA"]) == (40, 2 * len(found_orders))
    for one in people:
        assert sum("is placed." in message.text for message in one.inbox) <= 1, one.transcript
        if one.phone not in {order["phone"] for order in found_orders}:
            await play(one, "▸confirm")  # who was too late has seen the new total
    assert sorted(order["phone"] for order in await orders(world)) == sorted(one.phone for one in people)
    assert {order["total"] for order in await orders(world)} <= {35_000, 37_000}


async def _sent(link: str, filled: dict[str, str]) -> None:
    """The form, beside everything else that goes on."""
    async with (
        aiohttp.ClientSession() as session,
        session.post(link, data=filled, allow_redirects=False) as answer,
    ):
        assert answer.status in (200, 303), await answer.text()


async def _dearer(world: World, variant: str) -> None:
    await reprice(world, variant, 6_000)
