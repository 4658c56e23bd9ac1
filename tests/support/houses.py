"""Fixtures of houses that are not started yet, for a `conftest.py` to import: on SQLite where the database
makes no difference, else on both."""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.support.house import House
from tests.support.postgres import Urls


@pytest.fixture
async def house(tmp_path: Path) -> AsyncIterator[House]:
    """An installation on SQLite, not started yet."""
    made = House(tmp_path, Urls(f"sqlite:///{tmp_path / 'gateway.db'}", "", ""))
    yield made
    await made.close()


@pytest.fixture
async def any_house(tmp_path: Path, store_urls: Urls) -> AsyncIterator[House]:
    """An installation, once on each database."""
    made = House(tmp_path, store_urls)
    yield made
    await made.close()


@pytest.fixture
async def postgres_house(tmp_path: Path, postgres_urls: Urls) -> AsyncIterator[House]:
    """An installation on PostgreSQL."""
    made = House(tmp_path, postgres_urls)
    yield made
    await made.close()
