"""Statements on one PostgreSQL connection."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

import asyncpg

from gateway.errors import HandleRevoked, StatementFailed, StoreError
from gateway.store.port import Row
from gateway.store.postgres.errors import explain
from gateway.store.sql import Statement, Statements

T = TypeVar("T")


class PostgresTx:
    """The `Tx` of one unit. A failed statement spoils it; `revoke` ends it.

    Statements of tasks that a plugin runs side by side wait for each other: a connection does one at a time.
    """

    __slots__ = ("_lock", "_plugin", "_reading", "_refusal", "_statements", "_transaction", "connection")

    def __init__(
        self, connection: asyncpg.Connection, statements: Statements, *, transaction: bool = True,
        reading: bool = False, plugin: bool = False,
    ) -> None:  # fmt: skip
        """With *plugin* the statements are those of a plugin's author."""
        self.connection = connection
        self._statements = statements
        self._transaction, self._reading, self._plugin = transaction, reading, plugin
        self._refusal: StoreError | None = None
        self._lock = asyncio.Lock()

    async def one(self, sql: str, /, **values: Any) -> Row | None:
        row: Row | None = await self._do(self.connection.fetchrow, sql, values)
        return row

    async def all(self, sql: str, /, **values: Any) -> list[Row]:
        rows: list[Row] = await self._do(self.connection.fetch, sql, values)
        return rows

    async def value(self, sql: str, /, **values: Any) -> Any:
        return await self._do(self.connection.fetchval, sql, values)

    async def run(self, sql: str, /, **values: Any) -> int:
        return changed(await self._do(self.connection.execute, sql, values))

    async def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> int:
        if rows:
            await self._each(self.connection.executemany, sql, rows)
        return 0

    async def each(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> list[Row]:
        found: list[Row] = await self._each(self.connection.fetchmany, sql, rows) if rows else []
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

    async def alone(self, work: Callable[[], Awaitable[T]]) -> T:
        """Run *work* while no statement runs."""
        async with self._lock:
            return await work()

    async def _do(self, call: Callable[..., Awaitable[Any]], sql: str, values: Mapping[str, Any]) -> Any:
        statement = self._statements[sql]
        return await self._guarded(lambda: call(statement.numbered, *statement.arguments(values)))

    async def _each(
        self, call: Callable[..., Awaitable[Any]], sql: str, rows: Sequence[Mapping[str, Any]]
    ) -> Any:
        statement: Statement = self._statements[sql]
        return await self._guarded(
            lambda: call(statement.numbered, [statement.arguments(row) for row in rows])
        )

    async def _guarded(self, call: Callable[[], Awaitable[Any]]) -> Any:
        async with self._lock:
            self.check()
            try:
                return await call()
            except BaseException as error:
                known = explain(error, reading=self._reading, plugin=self._plugin)
                if self._transaction:
                    self._spoil(known)
                if known is error:
                    raise
                raise known from error

    def _spoil(self, known: BaseException) -> None:
        reason = f"an earlier statement of this unit failed ({known!r})"
        self._refusal = type(known)(reason) if isinstance(known, StoreError) else StatementFailed(reason)


def changed(status: str) -> int:
    """The rows that a command tag speaks of: 3 in `UPDATE 3` and `INSERT 0 3`."""
    last = status.rpartition(" ")[2]
    return int(last) if last.isdigit() else 0
