"""Readers for the API and the dashboard: threads of their own, unable to write."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any, TypeVar

import aiosqlite

from gateway.errors import StoreUnavailable
from gateway.store.port import Row, Tx
from gateway.store.sqlite import files

T = TypeVar("T")


class Reader(aiosqlite.Connection):
    """A connection with a thread of its own. Each visit to it costs more than a look-up."""

    async def each(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
        """What *sql* finds for each of *rows*, in one visit."""
        found: list[Row] = await self._execute(self._each, sql, rows)  # type: ignore[no-untyped-call]
        return found

    def _each(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> list[Row]:
        return [found for row in rows for found in self._conn.execute(sql, dict(row)).fetchall()]


class ReaderTx:
    """A `Tx` whose statements can only read; each sees what is committed when it runs."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Reader) -> None:
        self._connection = connection

    async def one(self, sql: str, /, **values: Any) -> Row | None:
        rows = await self._rows(sql, values)
        return rows[0] if rows else None

    async def all(self, sql: str, /, **values: Any) -> list[Row]:
        return await self._rows(sql, values)

    async def value(self, sql: str, /, **values: Any) -> Any:
        rows = await self._rows(sql, values)
        return rows[0][0] if rows else None

    async def run(self, sql: str, /, **values: Any) -> int:
        await self._rows(sql, values)
        return 0

    async def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> int:
        for row in rows:
            await self._rows(sql, row)
        return 0

    async def each(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> list[Row]:
        try:
            return await self._connection.each(sql, rows)
        except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
            raise files.explain(error, reading=True) from error

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[None]:
        yield

    async def _rows(self, sql: str, values: Mapping[str, Any]) -> list[Row]:
        try:
            return list(await self._connection.execute_fetchall(sql, dict(values)))
        except (sqlite3.Error, OverflowError, UnicodeEncodeError) as error:
            raise files.explain(error, reading=True) from error


class Readers:
    """A few read-only connections, made when needed."""

    def __init__(self, path: Path, most: int = 2) -> None:
        self._path = path
        self._free: list[Reader] = []
        self._all: list[Reader] = []
        self._places = asyncio.Semaphore(most)

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run *work* on a free connection."""
        async with self._places:
            connection = self._free.pop() if self._free else await self._connect()
            try:
                return await work(ReaderTx(connection))
            finally:
                self._free.append(connection)

    async def close(self) -> None:
        """Close every connection."""
        for connection in self._all:
            await connection.close()
        self._all.clear()
        self._free.clear()

    async def _connect(self) -> Reader:
        connection = Reader(lambda: files.connect_reader(self._path), 64)
        self._all.append(connection)  # before the wait: a cancelled caller must not leak its thread
        try:
            await connection
        except sqlite3.Error as error:
            self._all.remove(connection)
            raise StoreUnavailable(f"SQLite: {error}") from error
        return connection
