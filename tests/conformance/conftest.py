"""The databases of a conformance run: one for each provider and kind of database."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from gateway.settings import StoreSettings
from gateway.testing.reuse import Databases


@pytest.fixture(scope="class")
def fresh_postgres(_gateway_databases: Databases) -> Iterator[StoreSettings]:
    """A migrated PostgreSQL database of the class's own."""
    urls = _gateway_databases.take()
    yield StoreSettings(urls.url, urls.migrate_url, urls.worker_url)
    _gateway_databases.give_back(urls)
