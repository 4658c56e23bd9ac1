"""From a url to a store."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.store.migrate.source import CORE, Component
from gateway.store.port import Store
from gateway.store.postgres.pools import SIZES
from gateway.store.postgres.store import PostgresStore
from gateway.store.sqlite.store import SqliteStore
from gateway.store.url import is_postgres, sqlite_path


def connect(
    url: str, *, worker_url: str = "", components: Sequence[Component] = (CORE,),
    pools: Mapping[str, int] = SIZES, pooler: bool = False,
) -> Store:  # fmt: skip
    """The store behind *url*, not open yet: `sqlite:///relative`, `sqlite:////absolute`, `postgresql://…`.

    *worker_url* is PostgreSQL's role that may cross tenants. *components* are those whose tables have to be
    there: the core's, and the installed plugins'. On PostgreSQL *pools* are the most connections by what
    they are for, and *pooler* says that the urls lead to one.
    """
    if is_postgres(url):
        return PostgresStore(url, worker_url=worker_url, components=components, sizes=pools, pooler=pooler)
    return SqliteStore(sqlite_path(url), components=components)
