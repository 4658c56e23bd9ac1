"""The repository of one tenant: every read and write of the API goes through here, and none without a tenant.

Two walls. The first is this file: a statement that touches a tenant's table without `:tenant` is refused,
and `:tenant` is bound here. The second is PostgreSQL's: a scope signs in as the application's role with
`app.tenant` set, so that the row policies show nothing else even where a statement would.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from gateway.errors import StatementRefused
from gateway.store.guard import closed_problem, tenant_problem
from gateway.store.port import Row, Tx

T = TypeVar("T")

#: Runs work in a transaction of the tenant (the store's own part of a scope).
Run = Callable[[Callable[[Tx], Awaitable[Any]]], Awaitable[Any]]


class Guard:
    """Which statements name their tenant, each looked at once. *tables* are those that have one, *closed*
    those that are no tenant's."""

    def __init__(self, tables: frozenset[str], closed: frozenset[str] = frozenset()) -> None:
        self._tables, self._closed = tables, closed
        self._known: set[str] = set()

    def check(self, sql: str) -> None:
        """Raise `StatementRefused` for a statement that forgets the tenant, or is about no tenant's rows."""
        if sql in self._known:
            return
        if problem := tenant_problem(sql, self._tables) or closed_problem(sql, self._closed):
            raise StatementRefused(problem)
        if len(self._known) >= 4096:  # a caller may build its SQL by hand
            self._known.clear()
        self._known.add(sql)


class TenantScope:
    """What `Store.scope` returns."""

    __slots__ = ("_guard", "_read", "_write", "tenant")

    def __init__(self, tenant: str, guard: Guard, read: Run, write: Run) -> None:
        self.tenant = tenant
        self._guard, self._read, self._write = guard, read, write

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run *work* on a reader: it sees this tenant's rows and cannot write."""
        result: T = await self._read(lambda tx: work(ScopedTx(tx, self.tenant, self._guard)))
        return result

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run *work* as one transaction of this tenant; its result once it is durable."""
        result: T = await self._write(lambda tx: work(ScopedTx(tx, self.tenant, self._guard)))
        return result


class ScopedTx:
    """A `Tx` confined to one tenant. Values may name the tenant too, as long as it is this one."""

    __slots__ = ("_guard", "_tenant", "_tx")

    def __init__(self, tx: Tx, tenant: str, guard: Guard) -> None:
        self._tx, self._tenant, self._guard = tx, tenant, guard

    async def one(self, sql: str, /, **values: Any) -> Row | None:
        self._guard.check(sql)
        return await self._tx.one(sql, **self._bound(values))

    async def all(self, sql: str, /, **values: Any) -> list[Row]:
        self._guard.check(sql)
        return await self._tx.all(sql, **self._bound(values))

    async def value(self, sql: str, /, **values: Any) -> Any:
        self._guard.check(sql)
        return await self._tx.value(sql, **self._bound(values))

    async def run(self, sql: str, /, **values: Any) -> int:
        self._guard.check(sql)
        return await self._tx.run(sql, **self._bound(values))

    async def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> int:
        self._guard.check(sql)
        return await self._tx.many(sql, [self._bound(row) for row in rows])

    async def each(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> list[Row]:
        self._guard.check(sql)
        return await self._tx.each(sql, [self._bound(row) for row in rows])

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[None]:
        async with self._tx.begin():
            yield

    def _bound(self, values: Mapping[str, Any]) -> dict[str, Any]:
        named = values.get("tenant", self._tenant)
        if named != self._tenant:
            raise StatementRefused(f"this is the scope of tenant {self._tenant!r}, not of {named!r}")
        return {**values, "tenant": self._tenant}
