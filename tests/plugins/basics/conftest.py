"""A shop, and the plugin basics behind it."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from gateway.testing import Contact, World

SHOP = Path(__file__).parent / "shop.py"


@pytest.fixture
def plugins() -> Sequence[object]:
    """The tenant's plugins, in their order."""
    return [SHOP, "basics"]


@pytest.fixture
def juan(world: World) -> Contact:
    """Somebody with a number of Spain."""
    return world.contact("+34600111222", "Juan")
