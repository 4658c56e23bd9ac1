"""The database under a gateway: made for one site, looked at from outside, thrown away."""

from __future__ import annotations

import asyncio
import dataclasses
import itertools
import sqlite3
from pathlib import Path
from typing import Any, Protocol

import asyncpg

from tests.support import postgres as support

#: True while a webhook is not parsed, an event not dispatched, or a part not accepted.
_BUSY = """select exists (select 1 from journal_open)
or exists (select 1 from event) or exists (select 1 from outbox)"""


class Database(Protocol):
    """What a site needs of it."""

    def toml(self) -> str:
        """The lines of ``[store]``."""

    async def value(self, sql: str) -> Any:
        """The first column of the first row, seen from outside the gateway."""

    async def run(self, sql: str) -> None:
        """Change something from outside the gateway."""


async def busy(database: Database) -> bool:
    """Whether the gateway on *database* still has something to do."""
    return bool(await database.value(_BUSY))


class SqliteFile:
    """``gateway.db`` in the site's folder."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / "gateway.db"

    def toml(self) -> str:
        return 'url = "sqlite:///gateway.db"'

    async def value(self, sql: str) -> Any:
        connection = sqlite3.connect(f"file:{self._path}?mode=ro", uri=True, timeout=5)
        try:
            return connection.execute(sql).fetchone()[0]
        finally:
            connection.close()

    async def run(self, sql: str) -> None:
        connection = sqlite3.connect(self._path, timeout=5)
        try:
            connection.execute(sql)
            connection.commit()
        finally:
            connection.close()


class PostgresDatabase:
    """A database of its own on the server of this run."""

    def __init__(self, urls: dict[str, str]) -> None:
        self._urls = urls

    def toml(self) -> str:
        return "\n".join(f'{name} = "{url}"' for name, url in self._urls.items())

    async def value(self, sql: str) -> Any:
        connection = await asyncpg.connect(self._urls["worker_url"])
        try:
            return await connection.fetchval(sql)
        finally:
            await connection.close()

    async def run(self, sql: str) -> None:
        connection = await asyncpg.connect(self._urls["worker_url"])
        try:
            await connection.execute(sql)
        finally:
            await connection.close()


class PostgresServer:
    """PostgreSQL with fsync on, started as the tests start it, on the core of the load."""

    def __init__(self, server: support.PostgresServer) -> None:
        self._server = server
        self._numbers = itertools.count(1)

    @classmethod
    async def start(cls, folder: Path) -> PostgresServer:
        """Start a server with its data in *folder*, or use `TEST_POSTGRES_URL`."""
        return cls(await asyncio.to_thread(support.start_postgres, folder))

    async def database(self) -> PostgresDatabase:
        """A fresh, empty database with the three roles."""
        name = f"benchmark_{next(self._numbers)}"
        urls = await asyncio.to_thread(support.make_database, self._server, name, migrated=False)
        return PostgresDatabase(dataclasses.asdict(urls))

    def stop(self) -> None:
        """End it, unless it was there before us."""
        self._server.stop()
