"""What sells best is shown first."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.testing import Contact, World
from plugins.commerce.catalogue import read
from plugins.commerce.common.ids import micros
from tests.plugins.commerce.goods import Shelf

ORDER = (
    "insert into commerce_order (tenant, id, number, cart, contact, conversation, channel, state, name,"
    " delivery, delivery_title, currency, subtotal, total, payment, placed_at)"
    " values (:tenant, :id, :id, :id, 'c', 'v', 'h', :state, 'Ana', 'd', 'D', 'KES', 1, 1, 'p', :at)"
)
LINE = (
    "insert into commerce_order_line (tenant, order_id, line, product, variant, sku, name, price, qty,"
    " cancelled, total) values (:tenant, :id, 1, :product, 'v', 's', 'n', 1, :qty, :cancelled, 1)"
)


async def ordered(world: World, id: str, **what: Any) -> None:
    """An order with one line."""
    days = what.get("days", 1)
    at = micros(world.now) - days * 86_400_000_000
    await world.db().run(ORDER, id=id, state=what.get("state", "completed"), at=at)
    line = {"product": what["product"], "qty": what["qty"], "cancelled": what.get("cancelled", 0)}
    await world.db().run(LINE, id=id, **line)


@pytest.mark.now("2026-03-02T03:35+00:00")
@pytest.mark.database("sqlite", "postgres")
async def test_what_was_sold_in_thirty_days_counts(world: World, shelf: Shelf, ana: Contact) -> None:
    """Not what was cancelled, and not what was sold before; counted anew each night."""
    await ordered(world, "1", product="banana", qty=3)
    await ordered(world, "2", product="shoes", qty=9, cancelled=5, days=28)
    await ordered(world, "3", product="mango", qty=99, days=31)
    await ordered(world, "4", product="mango", qty=99, state="cancelled")
    await world.db().run("update commerce_product set sold = 7 where tenant = :tenant and id = 'shirt'")
    assert [item.product for item in await read.featured(world.db(), "en")] == ["shirt"]
    await ana.waits("10m")
    assert [item.product for item in await read.featured(world.db(), "en")] == ["shoes", "banana"]
