"""Statements on one SQLite connection, run inline: no await here ever suspends."""

from __future__ import annotations

import sqlite3
from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from gateway.errors import HandleRevoked, StatementFailed, StoreError
from gateway.store.port import Row
from gateway.store.sqlite.files import explain


class SqliteTx:
    """The `Tx` of one unit. A failed statement spoils it, as on PostgreSQL; `revoke` ends it."""

    __slots__ = ("_connection", "_reading", "_refusal")

    def __init__(self, connection: sqlite3.Connection, *, reading: bool = False) -> None:
        self._connection = connection
        self._reading = reading
        self._refusal: StoreError | None = None

    async def one(self, sql: str, /, **values: Any) -> Row | None:
        rows = self._rows(sql, values)
        return rows[0] if rows else None

    async def all(self, sql: str, /, **values: Any) -> list[Row]:
        return self._rows(sql, values)

    async def value(self, sql: str, /, **values: Any) -> Any:
        rows = self._rows(sql, values)
        return rows[0][0] if rows else None

    async def run(self, sql: str, /, **values: Any) -> int:
        if self._refusal is not None:
            self.check()
        try:
            cursor = self._connection.execute(sql, values)
            if cursor.description is not None:
                cursor.fetchall()  # a statement that is still stepping would keep the commit from happening
        except Exception as error:
            raise self._spoil(error) from error
        return max(cursor.rowcount, 0)

    async def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> int:
        if self._refusal is not None:
            self.check()
        try:
            return max(self._connection.executemany(sql, rows).rowcount, 0)
        except Exception as error:
            raise self._spoil(error) from error

    async def each(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> list[Row]:
        found: list[Row] = []
        for row in rows:
            found += self._rows(sql, row)
        return found

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[None]:
        self.check()
        yield

    def check(self) -> None:
        """Raise when a statement failed before or the unit is over."""
        if self._refusal is not None:
            raise type(self._refusal)(str(self._refusal))

    def revoke(self, why: str = "this unit of work is over") -> None:
        """Make every later use raise `HandleRevoked`."""
        self._refusal = HandleRevoked(why)

    def _rows(self, sql: str, values: Mapping[str, Any]) -> list[Row]:
        if self._refusal is not None:
            self.check()
        try:
            return self._connection.execute(sql, values).fetchall()
        except Exception as error:
            raise self._spoil(error) from error

    def _spoil(self, error: BaseException) -> BaseException:
        known = explain(error, reading=self._reading)
        if not self._reading:
            reason = f"an earlier statement of this unit failed ({known})"
            self._refusal = type(known)(reason) if isinstance(known, StoreError) else StatementFailed(reason)
        return known
