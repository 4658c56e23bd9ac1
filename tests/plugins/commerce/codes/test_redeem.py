"""Codes are used up as often as they may be, on both databases, however many come at once."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

import pytest

from gateway.testing import World
from plugins.commerce.codes.redeem import give_back, redeem
from tests.plugins.commerce.acting import act
from tests.plugins.commerce.goods import NOW

pytestmark = pytest.mark.database("sqlite", "postgres")


async def _code(world: World, **values: Any) -> None:
    row = {"usage_limit": 0, "per_customer": 0, "contact": "", "ends_at": 0, "active": 1} | values
    await world.db().run(
        "insert into commerce_code (tenant, code, kind, value, usage_limit, per_customer, contact, ends_at,"
        " active, created_at) values (:tenant, 'KARIBU10', 'percentage', 1000, :usage_limit, :per_customer,"
        " :contact, :ends_at, :active, 1)",
        **row,
    )


async def _redeem(world: World, order: str, contact: str, phone: str = "") -> bool:
    return await act(world, redeem, "KARIBU10", order, contact, phone, 500, NOW)


async def _used(world: World) -> Sequence[int]:
    used = await world.db().value("select used from commerce_code where tenant = :tenant")
    rows = await world.db().value("select count(*) from commerce_redemption where tenant = :tenant")
    return used, rows


async def test_twenty_at_once_for_five(world: World) -> None:
    """Five have it, and fifteen are told."""
    await _code(world, usage_limit=5)
    done = await asyncio.gather(*(_redeem(world, f"o{n}", f"contact{n}") for n in range(20)))
    assert sum(done) == 5
    assert await _used(world) == (5, 5)


async def test_one_customer_at_once_on_ten_phones(world: World) -> None:
    """Once a customer is once."""
    await _code(world, per_customer=1)
    done = await asyncio.gather(*(_redeem(world, f"o{n}", "ana") for n in range(10)))
    assert sum(done) == 1
    assert await _used(world) == (1, 1)


async def test_one_phone_is_one_customer(world: World) -> None:
    """Another contact with the same phone has used it already."""
    await _code(world, per_customer=1)
    assert await _redeem(world, "o1", "ana", "+254711000001")
    assert not await _redeem(world, "o2", "ben", "+254711000001")
    assert await _redeem(world, "o3", "amina", "")
    assert await _redeem(world, "o4", "cat", "")


async def test_an_order_uses_it_once(world: World) -> None:
    """Twice is once, also at once, and also when the limit is reached with it."""
    await _code(world, usage_limit=1)
    done = await asyncio.gather(*(_redeem(world, "o1", "ana") for _ in range(5)))
    assert all(done)
    assert await _redeem(world, "o1", "ana")
    assert await _used(world) == (1, 1)


async def test_what_is_given_back_may_be_used_again(world: World) -> None:
    """Twice is once, also at once."""
    await _code(world, usage_limit=1)
    assert await _redeem(world, "o1", "ana")
    assert not await _redeem(world, "o2", "ben")
    await asyncio.gather(*(act(world, give_back, "o1") for _ in range(4)))
    assert await _used(world) == (0, 0)
    assert await _redeem(world, "o2", "ben")


@pytest.mark.parametrize("why", [{"active": 0}, {"ends_at": NOW}, {"contact": "ben"}])
async def test_a_code_that_does_not_count_any_more(world: World, why: dict[str, Any]) -> None:
    """It was stopped, or expired, or is another's: nothing is written."""
    await _code(world, **why)
    assert not await _redeem(world, "o1", "ana")
    assert await _used(world) == (0, 0)
