"""A notice that was held goes out once, however many of the customer's messages come at the same moment."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import place
from tests.plugins.commerce.orders.test_notices import notices, order_of
from tests.plugins.commerce.orders.test_story import act


@pytest.mark.database("sqlite", "postgres")
async def test_the_same_message_twice_brings_a_held_notice_once(
    world: World, ana: Contact, shelf: Shelf
) -> None:
    """The provider sends each webhook three times, and a process is killed in between."""
    order = await place(world, ana, {"MNG-EA": 1})
    await ana.waits("25h")
    await act(world, order.id, "ship")
    await world.restart(kill=True)
    with world.faults(duplicate_webhooks=3):
        await ana.says("hello")
    await ana.says("hello")
    assert len([each for each in ana.inbox if "is on its way" in each.text]) == 1
    assert notices(await order_of(world, order.id)) == [("shipped", "sent", "text", "")]
