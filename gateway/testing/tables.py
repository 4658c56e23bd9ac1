"""A tenant's tables, for a test to look at and to fill."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from gateway.store.port import Row, Scope


class Tables:
    """As `chat.db`: named ``:values``, ``:tenant`` bound; every call is a transaction of its own."""

    def __init__(self, scope: Scope) -> None:
        self._scope = scope

    async def one(self, sql: str, /, **values: Any) -> Row | None:
        """The first row, or None."""
        return await self._scope.read(lambda tx: tx.one(sql, **values))

    async def all(self, sql: str, /, **values: Any) -> list[Row]:
        """Every row."""
        return await self._scope.read(lambda tx: tx.all(sql, **values))

    async def value(self, sql: str, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        return await self._scope.read(lambda tx: tx.value(sql, **values))

    async def run(self, sql: str, /, **values: Any) -> int:
        """Run a statement; the number of rows it changed."""
        return await self._scope.write(lambda tx: tx.run(sql, **values))

    async def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> int:
        """Run a statement once for each of *rows*."""
        return await self._scope.write(lambda tx: tx.many(sql, rows))
