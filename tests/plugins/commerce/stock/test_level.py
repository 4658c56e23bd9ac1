"""How much there is, moved and set."""

from __future__ import annotations

import pytest

from gateway.testing import World
from plugins.commerce.stock.level import Level, move, set_on_hand
from tests.plugins.commerce.acting import act
from tests.plugins.commerce.goods import NOW, Shelf

BOTH = pytest.mark.database("sqlite", "postgres")
HOW = {"reason": "correction", "reference": "", "actor": "key", "now": NOW}


@BOTH
async def test_what_is_moved_is_written_down(world: World, shelf: Shelf) -> None:
    """With what could be sold before and after."""
    db, id = world.db(), shelf["SUK-1KG"]
    assert await act(world, move, id, 5, **HOW) == Level(id, 3, 8, 0)
    assert await act(world, set_on_hand, id, 2, **HOW) == Level(id, 8, 2, 0)
    assert await act(world, set_on_hand, id, 2, **HOW) == Level(id, 2, 2, 0)
    moves = await db.all("select delta from commerce_stock_move where tenant = :tenant order by delta")
    assert [row["delta"] for row in moves] == [-6, 5]


@BOTH
async def test_what_is_promised_cannot_be_taken_away(world: World, shelf: Shelf) -> None:
    """Two of three are reserved."""
    db, id = world.db(), shelf["SUK-1KG"]
    await db.run("update commerce_stock set reserved = 2 where tenant = :tenant and variant = :id", id=id)
    assert await act(world, move, id, -2, **HOW) is None
    assert await act(world, set_on_hand, id, 1, **HOW) is None
    assert await act(world, move, id, -1, **HOW) == Level(id, 1, 0, 0)
    assert await act(world, move, "never was", 1, **HOW) is None


@pytest.mark.parametrize(
    ("before", "after", "low_at", "usual", "fell"),
    [(5, 2, 3, 0, True), (3, 2, 3, 0, True), (2, 1, 3, 0, False), (5, 3, 3, 0, False), (5, 0, 0, 0, False),
     (5, 2, 0, 3, True), (2, 5, 3, 0, False)],
)  # fmt: skip
def test_the_line_is_crossed_once(before: int, after: int, low_at: int, usual: int, fell: bool) -> None:
    """On the way down."""
    assert Level("x", before, after, low_at).fell(usual) is fell


@BOTH
async def test_what_was_sold_before_it_came_does_not_hinder_what_comes(world: World, shelf: Shelf) -> None:
    """Five have left that were never there: two that come now are two fewer that are missing, one by one and
    over the API; less than that it does not get."""
    db, id = world.db(), shelf["TOM-1KG"]
    await db.run(
        "update commerce_stock set backorder = 1, on_hand = -5 where tenant = :tenant and variant = :id",
        id=id,
    )
    assert await act(world, move, id, 2, **HOW) == Level(id, -5, -3, 0)
    assert await act(world, move, id, -1, **HOW) is None
    body = {"items": [{"sku": "TOM-1KG", "delta": 2, "reason": "restock"}]}
    answer = await world.request("POST", "/p/commerce/stock", key=True, json=body)
    assert (answer.json()["refused"], answer.json()["items"][0]["left"]) == (0, -1), answer.text
    assert await act(world, set_on_hand, id, 10, **HOW) == Level(id, -1, 10, 0)
