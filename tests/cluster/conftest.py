"""A world of members on a PostgreSQL of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gateway.store import connect
from gateway.store.port import Store
from tests.cluster.world import World
from tests.support.postgres import Urls


@pytest.fixture
async def postgres(postgres_urls: Urls) -> AsyncIterator[Store]:
    """An open store on PostgreSQL, shared by all members: what they are to each other is in its tables."""
    store = connect(postgres_urls.url, worker_url=postgres_urls.worker_url)
    await store.open(own=False)
    yield store
    await store.close()


@pytest.fixture
async def world(postgres: Store) -> AsyncIterator[World]:
    """Members that come and go; every test ends with the judge's word."""
    made = World(postgres)
    yield made
    await made.close()
    assert made.wrong == {}
