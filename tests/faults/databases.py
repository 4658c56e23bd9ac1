"""Fresh databases for a run."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from tests.faults.site import Database
from tests.support.postgres import PostgresServer, make_database, start_postgres


def sqlite_database(folder: Path) -> Database:
    """A new SQLite file in *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    return Database("sqlite", f"sqlite:///{folder / 'gateway.db'}")


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server of this run."""

    server: PostgresServer

    def database(self, name: str) -> Database:
        """A new, empty database called *name* on the server, with its three roles."""
        urls = make_database(self.server, name, migrated=False)
        return Database("postgres", urls.url, urls.migrate_url, urls.worker_url)


@contextlib.contextmanager
def postgres_server(folder: Path) -> Iterator[Server]:
    """A PostgreSQL server that lives in *folder* and ends with the block."""
    server = start_postgres(folder)
    try:
        yield Server(server)
    finally:
        server.stop()
