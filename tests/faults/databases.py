"""Fresh databases for a run."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.support.postgres import make_database, start_postgres

from tests.faults.site import Database


def sqlite_database(folder: Path) -> Database:
    """A new SQLite file in *folder*."""
    folder.mkdir(parents=True, exist_ok=True)
    return Database("sqlite", f"sqlite:///{folder / 'gateway.db'}")


@dataclass(frozen=True)
class Server:
    """A PostgreSQL server of this run."""

    server: Any

    def database(self, name: str) -> Database:
        """A new database called *name* on the server, with its three roles."""
        urls = make_database(self.server, name)
        return Database("postgres", urls.url, urls.migrate_url, urls.worker_url)


@contextlib.contextmanager
def postgres_server(folder: Path) -> Iterator[Server]:
    """A PostgreSQL server that lives in *folder* and ends with the block."""
    server = start_postgres(folder)
    try:
        yield Server(server)
    finally:
        server.stop()
