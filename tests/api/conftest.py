"""A running gateway with two tenants for the API's tests."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.endpoints.conftest import receiver
from tests.support.house import House, running
from tests.support.postgres import Urls

__all__ = ["receiver"]


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """Tenants duka and soko with a number each, on SQLite, started."""
    async for made in running(House(tmp_path, Urls(f"sqlite:///{tmp_path / 'gateway.db'}", "", ""))):
        yield made


@pytest.fixture
async def any_house(tmp_path: Path, store_urls: Urls) -> AsyncIterator[House]:
    """The same, once on each database."""
    async for made in running(House(tmp_path, store_urls)):
        yield made


@pytest.fixture
async def any_house_to_be(tmp_path: Path, store_urls: Urls) -> AsyncIterator[House]:
    """The same, not started yet, once on each database."""
    house = House(tmp_path, store_urls)
    house.line("duka")
    house.line("soko")
    yield house
    await house.close()
