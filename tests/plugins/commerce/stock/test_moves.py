"""The staff's API of stock."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.testing import Contact, World
from plugins.commerce.catalogue import read
from plugins.commerce.common.ids import micros
from plugins.commerce.stock import bulk, level
from plugins.commerce.stock.keep import KEPT
from tests.plugins.commerce.acting import act
from tests.plugins.commerce.goods import NOW, Shelf

BOTH = pytest.mark.database("sqlite", "postgres")
STOCK = "/p/commerce/stock"


async def ask(world: World, *items: dict[str, Any]) -> Any:
    """What became of changes."""
    answer = await world.request("POST", STOCK, key=True, json={"items": items})
    assert answer.status == 200, answer.text
    return answer.json()


@BOTH
async def test_stock_is_counted_and_moved(world: World, shelf: Shelf) -> None:
    """In order, each by itself, with what can be sold now or why nothing was changed."""
    await world.db().run("update commerce_stock set reserved = 2 where tenant = :tenant and variant = :id",
                         id=shelf["SUK-1KG"])  # fmt: skip
    told = await ask(
        world, {"sku": "MNG-EA", "delta": -3, "reason": "damage"}, {"sku": "MNG-EA", "on_hand": 50},
        {"sku": "SUK-1KG", "delta": -2}, {"sku": "SUK-1KG", "delta": -1}, {"sku": "NOPE", "delta": 1},
        {"sku": "TOM-1KG", "delta": 1, "on_hand": 2}, {"sku": "TOM-1KG", "low_at": 5, "tracked": False},
    )  # fmt: skip
    assert [(each["result"], each["left"]) for each in told["items"]] == [
        ("done", 37), ("done", 50), ("refused", None), ("done", 0), ("refused", None), ("refused", None),
        ("done", 0),
    ]  # fmt: skip
    assert told["refused"] == 3
    assert [word in each["detail"] for word, each in zip(
        ("promised", "no variant", "not both"), [told["items"][n] for n in (2, 4, 5)], strict=True
    )] == [True] * 3  # fmt: skip
    tomato = (await read.items(world.db(), "en", [shelf["TOM-1KG"]]))[shelf["TOM-1KG"]]
    assert (tomato.left, tomato.low_at) == (None, 5)


@BOTH
async def test_moves_are_told_newest_first(world: World, shelf: Shelf) -> None:
    """In pages."""
    for delta in (1, 2, 3):
        await ask(world, {"sku": "MNG-EA", "delta": delta, "reason": "restock", "reference": f"bill {delta}"})
    seen, cursor = [], ""
    while cursor is not None:
        answer = await world.request("GET", f"{STOCK}/moves?sku=MNG-EA&limit=2&cursor={cursor}", key=True)
        seen += [each["delta"] for each in answer.json()["items"]]
        cursor = answer.json()["cursor"]
    assert sorted(seen) == [1, 2, 3]
    assert (await world.request("GET", f"{STOCK}/moves?sku=X", key=True)).status == 404
    assert (await world.request("GET", f"{STOCK}/moves?sku=MNG-EA&cursor=x", key=True)).status == 400


@BOTH
async def test_what_has_a_key_is_done_once(world: World, shelf: Shelf) -> None:
    """However often it is sent, in one request too, and by two at once; another variant's key is another."""
    came = {"sku": "MNG-EA", "delta": 5, "reason": "restock", "key": "truck 7"}
    counted = {"sku": "BAN-1", "on_hand": 12, "key": "truck 7"}  # as many as there were
    for _ in range(2):
        told = await ask(world, came, came, counted)
        assert [each["left"] for each in told["items"]] == [45, 45, 12]
    change = bulk.Change(shelf["MNG-EA"], delta=5, key="truck 8")
    why = bulk.Why("restock", "key", world.now)
    await asyncio.gather(*(act(world, bulk.change, [change], why) for _ in range(5)))
    await ask(world, {"sku": "BAN-1", "delta": -2, "reason": "damage"})
    told = await ask(world, counted, came)
    assert [each["left"] for each in told["items"]] == [10, 50]
    moves = (await world.request("GET", f"{STOCK}/moves?sku=MNG-EA", key=True)).json()["items"]
    assert [each["delta"] for each in moves] == [5, 5]


@BOTH
async def test_two_at_once_never_take_what_is_promised(world: World, shelf: Shelf) -> None:
    """Of forty, thirty are reserved: ten go, whoever comes first, and not one more."""
    await world.db().run("update commerce_stock set reserved = 30 where tenant = :tenant and variant = :id",
                         id=shelf["MNG-EA"])  # fmt: skip
    how = {"reason": "damage", "reference": "", "actor": "key", "now": NOW}
    levels = await asyncio.gather(*(act(world, level.move, shelf["MNG-EA"], -1, **how) for _ in range(15)))
    assert sorted(each.after for each in levels if each) == list(range(10))
    assert (await read.items(world.db(), "en", [shelf["MNG-EA"]]))[shelf["MNG-EA"]].left == 0


@BOTH
async def test_old_moves_go_at_night(world: World, shelf: Shelf, ana: Contact) -> None:
    """The count stays."""
    await ask(world, {"sku": "MNG-EA", "delta": 1, "reason": "restock"})
    await world.db().run("update commerce_stock_move set at = :at where tenant = :tenant",
                         at=micros(world.now - KEPT))  # fmt: skip
    await ask(world, {"sku": "MNG-EA", "delta": 2, "reason": "restock"})
    await ana.waits("1d")
    moves = (await world.request("GET", f"{STOCK}/moves?sku=MNG-EA", key=True)).json()["items"]
    assert [each["delta"] for each in moves] == [2]
    assert (await ask(world, {"sku": "MNG-EA"}))["items"][0]["left"] == 43
