"""What a plugin gets as `chat.db`: every statement guarded, its tenant bound, revoked with its unit."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, Protocol

from gateway.errors import StatementRefused
from gateway.store import guard
from gateway.store.port import Row, Tx
from gateway.store.sql import Statement, Statements


class Guarded:
    """The statements that plugins have used, each parsed and guarded once. *tables* are those with a
    tenant: a statement on one of them has to use `:tenant`. *closed* are those that are no plugin's."""

    def __init__(self, tables: frozenset[str] = frozenset(), closed: frozenset[str] = frozenset()) -> None:
        self._tables, self._closed = tables, closed
        self._statements = Statements()
        self._allowed: dict[str, Statement] = {}

    def __getitem__(self, sql: str) -> Statement:
        statement = self._allowed.get(sql)
        if statement is None:
            guard.check(sql)
            problem = guard.tenant_problem(sql, self._tables) or guard.closed_problem(sql, self._closed)
            if problem:
                raise StatementRefused(problem)
            if len(self._allowed) >= 4096:  # a plugin may build its SQL by hand
                self._allowed.clear()
            statement = self._allowed[sql] = self._statements[sql]
        return statement


class Source(Protocol):
    """Where a handle finds the transaction that it may use now."""

    tenant: str

    async def reader(self) -> Tx:
        """For a statement that only reads. Raises HandleRevoked when the unit is over."""

    async def writer(self) -> Tx:
        """For one that writes: opens the unit when it is not open."""


class Handle:
    """A `Db` bound to one tenant and one unit."""

    __slots__ = ("_guarded", "_source")

    def __init__(self, source: Source, guarded: Guarded) -> None:
        self._source = source
        self._guarded = guarded

    async def one(self, sql: str, /, **values: Any) -> Row | None:
        tx = await self._tx(sql)
        return await tx.one(sql, **self._bind(values))

    async def all(self, sql: str, /, **values: Any) -> list[Row]:
        tx = await self._tx(sql)
        return await tx.all(sql, **self._bind(values))

    async def value(self, sql: str, /, **values: Any) -> Any:
        tx = await self._tx(sql)
        return await tx.value(sql, **self._bind(values))

    async def run(self, sql: str, /, **values: Any) -> int:
        tx = await self._tx(sql)
        return await tx.run(sql, **self._bind(values))

    async def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> int:
        tx = await self._tx(sql)
        return await tx.many(sql, [self._bind(row) for row in rows])

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[None]:
        await self._source.writer()
        yield

    async def _tx(self, sql: str) -> Tx:
        if self._guarded[sql].writes:
            return await self._source.writer()
        return await self._source.reader()

    def _bind(self, values: Mapping[str, Any]) -> dict[str, Any]:
        if "tenant" in values:
            raise StatementRefused("the gateway binds :tenant; leave it out of the values")
        return {**values, "tenant": self._source.tenant}
