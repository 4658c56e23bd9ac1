"""The staff's API beside the acts: lists, pages of them, what is refused; and two who act at once."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from gateway.testing import Contact, World
from plugins.commerce.orders import parcels
from plugins.commerce.orders.hand import Hand
from plugins.commerce.orders.states import Impossible
from plugins.commerce.settings import Settings
from tests.plugins.commerce.goods import Shelf
from tests.plugins.commerce.orders.placed import found, place
from tests.plugins.commerce.orders.test_story import ORDERS, act


async def listed(world: World, query: str = "") -> list[str]:
    """The numbers of all orders that *query* finds, page by page."""
    numbers: list[str] = []
    cursor = ""
    while True:
        path = f"{ORDERS}?limit=2&cursor={cursor}&{query}"
        answer = await world.request("GET", path, key=True)
        assert answer.status == 200, answer.text
        numbers += [each["number"] for each in answer.json()["items"]]
        if not (cursor := answer.json()["cursor"]):
            return numbers


@pytest.mark.database("sqlite", "postgres")
async def test_orders_are_listed(world: World, ana: Contact, ben: Contact, shelf: Shelf) -> None:
    """Newest first, page by page, also those of one moment, by every filter."""
    hour = 3_600_000_000
    begun = 1_772_442_000_000_000
    orders = [
        await place(world, ana if n % 2 else ben, {"MNG-EA": 1}, placed_at=begun + n // 2 * hour)
        for n in range(7)
    ]
    numbers = [order.number for order in orders]
    assert sorted(await listed(world)) == sorted(numbers)
    assert (await listed(world))[0] == numbers[6]
    await act(world, orders[3].id, "ship", tracking="BX-9")
    await act(world, orders[4].id, "payments", amount="300", method="cash", reference="1")
    assert await listed(world, "state=accepted") == [numbers[3]]
    assert await listed(world, "fulfilment=shipped&payment=unpaid") == [numbers[3]]
    assert await listed(world, "payment=paid&state=placed") == [numbers[4]]
    assert await listed(world, f"contact={orders[1].contact}") == [numbers[5], numbers[3], numbers[1]]
    assert await listed(world, f"q={numbers[2].lower()}") == [numbers[2]]
    assert await listed(world, "q=BX-9") == [numbers[3]]
    assert set(await listed(world, f"q={ben.phone.replace('+', '%2B')}")) == {
        numbers[n] for n in (0, 2, 4, 6)
    }
    since = "from=2026-03-02T10:00:00Z&to=2026-03-02T11:00:00%2B00:00"
    assert sorted(await listed(world, since)) == sorted(numbers[2:4])


@pytest.mark.parametrize(
    "query",
    [
        "state=lost",
        "limit=0",
        "limit=1000",
        "cursor=abc",
        "from=yesterday",
        "from=2026-03-02T10:00:00",
        "x=1",
    ],
)
async def test_what_cannot_be_read_is_refused(world: World, shelf: Shelf, query: str) -> None:
    """With a sentence."""
    answer = await world.request("GET", f"{ORDERS}?{query}", key=True)
    assert answer.status == 400, answer.text


@pytest.mark.parametrize(
    ("what", "body"),
    [
        ("ship", {"url": "http://plain.example/1"}), ("ship", {"url": "javascript:alert(1)"}),
        ("ship", {"url": "https://user@evil.example/"}), ("ship", {"lines": {"1": 0}}),
        ("ship", {"lines": {"1": 2.5}}), ("pack", {"line": 1}), ("deliver", {"failed": True}),
        ("cancel", {"reason": "x" * 501}), ("note", {"text": ""}), ("accept", {"key": "k" * 101}),
    ],
)  # fmt: skip
async def test_a_wrong_body_is_refused(
    world: World, ana: Contact, shelf: Shelf, what: str, body: dict[str, object]
) -> None:
    """Strictly, and nothing is done."""
    order = await place(world, ana, {"MNG-EA": 1})
    await act(world, order.id, what, 422, **body)
    assert (await found(world, order.id)).version == 1


async def test_an_order_that_there_is_not(world: World, shelf: Shelf) -> None:
    """By id, by number, and without a key."""
    for id in ("nobody", "K7Q3M9T"):
        assert (await act(world, id, "accept", 404))["code"] == "no_such_order"
    assert (await world.request("GET", ORDERS)).status == 401


@pytest.mark.database("sqlite", "postgres")
async def test_two_of_the_staff_at_once(world: World, ana: Contact, shelf: Shelf) -> None:
    """One ships it, the other is told that it is done; nothing leaves twice."""
    order = await place(world, ana, {"MNG-EA": 3})

    async def ship(tx: Any) -> str:
        hand = Hand("shop", "Ben", tx, 1, Settings(), lambda event, key: None)
        try:
            return (await parcels.ship(hand, order.id)).fulfilment
        except Impossible as cannot:
            return str(cannot)

    scope = world.gateway.store.scope(world.tenant)
    ends = await asyncio.gather(*(scope.write(ship) for _ in range(6)))
    assert sorted(ends) == [*["Nothing of it is left to ship."] * 5, "shipped"]
    row = await world.db().one("select * from commerce_stock where tenant = :tenant and variant = 'v-mng-ea'")
    assert row is not None
    assert (row["on_hand"], row["reserved"]) == (37, 0)


async def test_notes_of_the_staff_are_the_staffs(world: World, ana: Contact, shelf: Shelf) -> None:
    """They stand in the timeline, and no customer sees them."""
    order = await place(world, ana, {"MNG-EA": 1})
    kept = await act(world, order.id, "note", text="Calls himself a prince", by="Ben")
    assert kept["timeline"][-1] | {"at": ""} == {
        "at": "", "actor": "Ben", "kind": "note", "data": {"text": "Calls himself a prince"},
    }  # fmt: skip
    await ana.says("status")
    assert "prince" not in (await ana.sees(order.number)).text
