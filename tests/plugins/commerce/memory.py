"""The shop's tables in memory, without a gateway: for tests that need them thousands of times."""

from __future__ import annotations

import sqlite3
from collections.abc import Coroutine, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

T = TypeVar("T")
TABLES = Path(__file__).parents[3] / "plugins" / "commerce" / "migrations" / "0001_commerce.sql"
TENANT = "duka"


class MemoryDb:
    """What the shop's functions need of a `Db`, over SQLite in memory."""

    def __init__(self) -> None:
        self.plain = sqlite3.connect(":memory:")
        self.plain.row_factory = sqlite3.Row
        self.plain.executescript(TABLES.read_text())

    async def one(self, sql: str, /, **values: Any) -> Any:
        """The first row, or None."""
        return self.plain.execute(sql, {"tenant": TENANT, **values}).fetchone()

    async def all(self, sql: str, /, **values: Any) -> list[Any]:
        """Every row."""
        return self.plain.execute(sql, {"tenant": TENANT, **values}).fetchall()

    async def value(self, sql: str, /, **values: Any) -> Any:
        """The first column of the first row, or None."""
        row = await self.one(sql, **values)
        return row[0] if row is not None else None

    async def run(self, sql: str, /, **values: Any) -> int:
        """Run a statement; the number of rows it changed."""
        return self.plain.execute(sql, {"tenant": TENANT, **values}).rowcount

    async def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> int:
        """Run a statement once for each row of values."""
        return sum([await self.run(sql, **row) for row in rows])


def now(work: Coroutine[Any, Any, T]) -> T:
    """What *work* returns, which waits for nothing."""
    try:
        work.send(None)
    except StopIteration as done:
        result: T = done.value
        return result
    raise AssertionError("it waits for something")
