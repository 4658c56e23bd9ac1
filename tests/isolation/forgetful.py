"""A store whose repository forgets the tenant: what is left then is PostgreSQL's own wall."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any

from gateway.store import connect
from gateway.store.port import Row, Scope, Store, Tx
from gateway.store.scope import Run, TenantScope

# The value stays in use, or PostgreSQL would not know what to bind it to.
_KEPT = re.compile(r"(?:\b\w+\.)?\btenant\s*=\s*:tenant\b")
_ALL = "(:tenant <> '')"


class ForgetfulStore:
    """*inner*, but for scopes: once it *forgets*, their statements compare no tenant any more."""

    def __init__(self, inner: Store) -> None:
        self._inner = inner
        self.forgets, self.forgot = False, 0

    def __getattr__(self, name: str) -> Any:
        return getattr(self._inner, name)

    def scope(self, tenant: str) -> Scope:
        scope = self._inner.scope(tenant)
        assert isinstance(scope, TenantScope)
        return TenantScope(
            tenant, scope._guard, self._forgetting(scope._read), self._forgetting(scope._write)
        )

    def _forgetting(self, run: Run) -> Run:
        return lambda work: run(lambda tx: work(_ForgetfulTx(tx, self)))


class _ForgetfulTx:
    def __init__(self, tx: Tx, store: ForgetfulStore) -> None:
        self._tx, self._store = tx, store

    def _without(self, sql: str) -> str:
        if not self._store.forgets:
            return sql
        text, times = _KEPT.subn(_ALL, sql)
        self._store.forgot += times
        return text

    async def one(self, sql: str, /, **values: Any) -> Row | None:
        return await self._tx.one(self._without(sql), **values)

    async def all(self, sql: str, /, **values: Any) -> list[Row]:
        return await self._tx.all(self._without(sql), **values)

    async def value(self, sql: str, /, **values: Any) -> Any:
        return await self._tx.value(self._without(sql), **values)

    async def run(self, sql: str, /, **values: Any) -> int:
        return await self._tx.run(self._without(sql), **values)

    async def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> int:
        return await self._tx.many(self._without(sql), rows)

    async def each(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> list[Row]:
        return await self._tx.each(self._without(sql), rows)

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[None]:
        async with self._tx.begin():
            yield


def forgetful(url: str, **more: Any) -> Any:
    """What stands in for `gateway.store.connect`."""
    made: Callable[..., Store] = connect
    return ForgetfulStore(made(url, **more))
