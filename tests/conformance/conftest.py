"""The databases of a conformance run: one for each provider and kind of database."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest

from gateway.settings import StoreSettings
from tests.support.postgres import PostgresServer, drop_database, make_database


@pytest.fixture(scope="class")
def fresh_postgres(postgres_server: PostgresServer) -> Iterator[StoreSettings]:
    """A migrated PostgreSQL database of the class's own."""
    name = f"test_{uuid.uuid4().hex}"
    urls = make_database(postgres_server, name)
    yield StoreSettings(urls.url, urls.migrate_url, urls.worker_url)
    drop_database(postgres_server, name)
