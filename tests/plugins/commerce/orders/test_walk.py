"""Whatever happens to orders, in whichever order: the books are right."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import place
from tests.plugins.commerce.orders.walk import SECOND, Shop


@pytest.mark.database("sqlite", "postgres")
@pytest.mark.parametrize("seed", [2, 11, 23])
async def test_the_books_are_right_whatever_happens(
    world: World, ana: Contact, shelf: Shelf, seed: int
) -> None:
    """Counters, stock, money and states after each of many acts on four orders that share scarce goods."""
    wanted: tuple[dict[str, int], ...] = (
        {"SUK-1KG": 2, "MNG-EA": 9},
        {"BAN-1": 7, "SUK-1KG": 1},
        {"MNG-EA": 12},
        {"SHOE-42": 4, "BAN-1": 5},
    )
    orders = [
        await place(world, ana, each, payment="instructions", expires=(200 + 100 * n) * SECOND)
        for n, each in enumerate(wanted)
    ]
    shop = Shop(world, [order.id for order in orders], seed)
    for _ in range(100):
        await shop.step()
    assert sum(shop.done.values()) > 8
