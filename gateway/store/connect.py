"""From a url to a store."""

from __future__ import annotations

from collections.abc import Sequence

from gateway.store.migrate.source import CORE, Component
from gateway.store.port import Store
from gateway.store.postgres.store import PostgresStore
from gateway.store.sqlite.store import SqliteStore
from gateway.store.url import is_postgres, sqlite_path


def connect(url: str, *, worker_url: str = "", components: Sequence[Component] = (CORE,)) -> Store:
    """The store behind *url*, not open yet: `sqlite:///relative`, `sqlite:////absolute`, `postgresql://…`.

    *worker_url* is PostgreSQL's role that may cross tenants. *components* are those whose tables have to be
    there: the core's, and the installed plugins'.
    """
    if is_postgres(url):
        return PostgresStore(url, worker_url=worker_url, components=components)
    return SqliteStore(sqlite_path(url), components=components)
