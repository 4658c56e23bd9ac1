"""A shop with a few things on the shelf, in Kenya."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from gateway.testing import World
from tests.plugins.commerce.goods import Shelf, stock_up

SETTINGS = {
    "name": "Duka Moja",
    "currency": "KES",
    "rounding": "1",
    "zones": [
        {"id": "nairobi", "name": "Nairobi", "fee": "250", "areas": ["Kilimani", "Westlands", "Nairobi"]},
        {"id": "kenya", "name": "Rest of Kenya", "fee": "450", "free_over": "5000", "days": "2 to 4 days"},
    ],
    "pickup": [{"id": "shop", "name": "Our shop", "address": "Moi Avenue 12", "hours": "8:00 to 18:00"}],
    "payment_instructions": "Paybill 123456, account {number}, {total}",
    "owner_code": "MWENYE-7788",
    "delivery_secret": "between us and the riders",
}


@pytest.fixture
def plugins() -> Sequence[object]:
    """The tenant's plugins, in their order."""
    return ["commerce"]


@pytest.fixture
def plugin_settings() -> dict[str, object]:
    """The shop's settings, by plugin."""
    return {"commerce": SETTINGS}


@pytest.fixture
async def shelf(world: World) -> Shelf:
    """What the shop has: see `tests.plugins.commerce.goods`."""
    return await stock_up(world)
