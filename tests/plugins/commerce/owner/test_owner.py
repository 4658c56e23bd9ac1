"""What the owner is told: the day in numbers, what runs low, how far customers come."""

from __future__ import annotations

import json

import pytest

from gateway.testing import Contact, World
from plugins.commerce.owner.alerts import watch
from plugins.commerce.settings import Settings
from tests.plugins.commerce.conftest import SETTINGS
from tests.plugins.commerce.goods import Shelf

CODE = "owner MWENYE-7788"
BOTH = pytest.mark.database("sqlite", "postgres")
NAIROBI = pytest.mark.tenant(time_zone="Africa/Nairobi", country="KE")


async def _order(world: World, number: str, at: int, total: int = 10000, qty: int = 2) -> None:
    """An order of mangos, placed at *at* (microseconds)."""
    db = world.db()
    await db.run(
        "insert into commerce_order (tenant, id, number, cart, contact, conversation, channel, state, name,"
        " delivery, delivery_title, currency, subtotal, total, payment, placed_at) values (:tenant, :id, :id,"
        " :id, 'c', 'v', 'main', 'placed', 'Amina', 'shop', 'Our shop', 'KES', :total, :total, 'at_pickup',"
        " :at)",
        id=number, total=total, at=at,
    )  # fmt: skip
    await db.run(
        "insert into commerce_order_line (tenant, order_id, line, product, variant, sku, name, price, qty,"
        " total) values (:tenant, :id, 1, 'mango', 'v-mng-ea', 'MNG-EA', 'Mango', 5000, :qty, :total)",
        id=number, qty=qty, total=total,
    )  # fmt: skip


async def _set(world: World, variant: str, on_hand: int) -> None:
    sql = "update commerce_stock set on_hand = :on_hand where tenant = :tenant and variant = :variant"
    await world.db().run(sql, variant=variant, on_hand=on_hand)


def _now(world: World) -> int:
    return int(world.now.timestamp()) * 1_000_000


@BOTH
@NAIROBI
@pytest.mark.provider("all")
async def test_the_day_is_summed_up_in_the_evening(world: World, ana: Contact, shelf: Shelf) -> None:
    """Once a day at `summary_at`, to who wrote OWNER and the code; orders of yesterday are not counted."""
    await ana.says(CODE)
    assert await ana.sees("summary of the day")
    await _order(world, "A1", _now(world))
    await _order(world, "A2", _now(world) + 1, total=25000, qty=5)
    await _order(world, "OLD", _now(world) - 86_400_000_000)
    await ana.waits("8h")  # noon to 20:00
    summary = await ana.sees("2 orders for")
    assert "350" in summary.text
    assert "7× Mango" in summary.text
    assert "3 orders wait for you" in summary.text
    await ana.waits("3h")
    await ana.sees_nothing()


@NAIROBI
async def test_who_does_not_know_the_code_learns_nothing(world: World, ana: Contact, shelf: Shelf) -> None:
    """Not even that there is such a word; after five tries the right code does nothing either."""
    for guess in range(5):
        await ana.says(f"owner MWENYE-{guess}")
        assert "summary" not in ana.transcript
    await ana.says(CODE)
    assert "summary" not in ana.transcript
    await ana.waits("61m")
    await ana.says(CODE)
    assert await ana.sees("summary of the day")


@NAIROBI
async def test_an_owner_looks_and_leaves(world: World, ana: Contact, shelf: Shelf) -> None:
    """OWNER shows the day so far, OWNER OFF ends it."""
    await ana.says(CODE)
    await ana.says("owner")
    assert await ana.sees("0 orders for")
    await ana.says("owner off")
    assert await ana.sees("no more news")
    await ana.waits("1d")
    await ana.sees_nothing()


@BOTH
@NAIROBI
async def test_what_runs_low_is_told_once(world: World, ana: Contact, shelf: Shelf) -> None:
    """On the way down, in one message; and again when there was more in between."""
    await ana.says(CODE)
    both = [shelf["TOM-1KG"], shelf["TS-BLU-M"], shelf["MNG-EA"]]
    for _ in range(2):
        await watch(world.db(), Settings(), both, _now(world))
    await ana.waits("16m")
    told = await ana.sees("Running low")
    assert "Tomatoes: 0" in told.text
    assert "T-shirt (Blue, M): 2" in told.text
    assert "Mango" not in told.text
    await watch(world.db(), Settings(), both, _now(world))
    await ana.waits("20m")
    await ana.sees_nothing()
    await world.db().run(
        "update commerce_stock set on_hand = 50 where tenant = :tenant and variant = :variant",
        variant=shelf["TOM-1KG"],
    )
    await ana.waits("16m")
    await world.db().run(
        "update commerce_stock set on_hand = 1 where tenant = :tenant and variant = :variant",
        variant=shelf["TOM-1KG"],
    )
    await watch(world.db(), Settings(), both, _now(world))
    await ana.waits("16m")
    assert "Tomatoes: 1" in (await ana.sees("Running low")).text


@NAIROBI
async def test_outside_the_window_the_owner_gets_the_template(
    world: World, ana: Contact, shelf: Shelf
) -> None:
    """Without one nothing is sent, and nothing fails."""
    await ana.says(CODE)
    await ana.waits("25h")
    seen = len(ana.inbox)
    await watch(world.db(), Settings(), [shelf["TOM-1KG"]], _now(world))
    await ana.waits("1d")
    assert len(ana.inbox) == seen
    assert world.dead == []


@NAIROBI
async def test_what_nobody_could_be_told_is_told_when_the_owner_writes(
    world: World, ana: Contact, shelf: Shelf
) -> None:
    """A window that is closed is no reason to forget what runs low."""
    await ana.says(CODE)
    await ana.waits("25h")
    await watch(world.db(), Settings(), [shelf["TOM-1KG"]], _now(world))
    await ana.waits("16m")
    await ana.says("hi")
    await ana.waits("16m")
    assert "Tomatoes: 0" in (await ana.sees("Running low")).text


@NAIROBI
@pytest.mark.plugins(
    "commerce", settings={"commerce": SETTINGS | {"templates": {"summary": "The Day", "low_stock": "Low!"}}}
)
async def test_a_template_that_is_none_keeps_the_news_from_nobody_else(
    world: World, ana: Contact, ben: Contact, shelf: Shelf
) -> None:
    """Ana's window is closed, and no template has such a name; Ben is told."""
    await ana.says(CODE)
    await ben.says(CODE)
    await ana.waits("25h")
    await ben.says("hi")
    await watch(world.db(), Settings(), [shelf["TOM-1KG"]], _now(world))
    await ben.waits("1d")
    assert await ben.sees("Running low")
    assert await ben.sees("0 orders for")
    assert world.dead == []


@BOTH
@NAIROBI
async def test_each_contact_counts_once_a_day(world: World, ana: Contact, ben: Contact, shelf: Shelf) -> None:
    """In the funnel, by the tenant's clock, over the API."""
    for _ in range(2):
        await ana.says("shop")
        await ben.says("shop")
    await ana.waits("1d")
    await ana.says("shop")
    answer = await world.request("GET", "/p/commerce/funnel", key=True)
    people = [each["browse"] for each in json.loads(answer.text)["items"]]
    assert people == [2, 1]
    assert world.metric("gateway_plugin_commerce_steps_total", stage="browse") == 3


async def test_the_api_says_what_is_no_day(world: World) -> None:
    """With how one is written."""
    answer = await world.request("GET", "/p/commerce/day?day=yesterday", key=True)
    assert answer.status == 422
    assert "2026-11-22" in answer.text
