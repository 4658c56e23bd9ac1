"""`job.db`: the tenant's database for work that takes longer than a turn.

No transaction is held while the job waits for somebody else: each statement has its own, or a block has one
(``async with job.db.begin()``), which may hold SQLite's writer as long as any plugin may, and a connection
for five seconds.
"""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from typing import Any, TypeVar

from gateway.errors import HandleRevoked, SerializationFailure
from gateway.store.port import Db, Row, Store, Tx, Unit

T = TypeVar("T")

#: How often a statement of its own is tried when it crossed with another's.
TRIES = 5
#: Seconds that a block may be open, also where nobody else needs its connection; SQLite allows less.
HOLD = 5.0


class JobDb:
    """A `Db` of one tenant, until `end`."""

    def __init__(self, store: Store, tenant: str) -> None:
        self._store, self._tenant = store, tenant
        self._blocks: dict[asyncio.Task[Any] | None, Unit] = {}
        self._over = False

    async def one(self, sql: str, /, **values: Any) -> Row | None:
        return await self._run(lambda db: db.one(sql, **values))

    async def all(self, sql: str, /, **values: Any) -> list[Row]:
        return await self._run(lambda db: db.all(sql, **values))

    async def value(self, sql: str, /, **values: Any) -> Any:
        return await self._run(lambda db: db.value(sql, **values))

    async def run(self, sql: str, /, **values: Any) -> int:
        return await self._run(lambda db: db.run(sql, **values))

    async def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> int:
        return await self._run(lambda db: db.many(sql, rows))

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[None]:
        """One transaction for the statements of the block, committed at its end, undone when it raises."""
        task = asyncio.current_task()
        if task in self._blocks:
            yield
            return
        self._check()
        unit = self._blocks[task] = self._store.unit(self._tenant)
        try:
            async with asyncio.timeout(HOLD) as hold, unit.db.begin():
                yield
            self._check()
            await unit.commit(_nothing)
        except TimeoutError:
            if hold.expired():
                raise HandleRevoked(f"a block of job.db was open for more than {HOLD:g} s") from None
            raise
        finally:
            self._blocks.pop(task, None)
            await unit.rollback()

    @property
    def busy(self) -> bool:
        """Whether who asks is within a block."""
        return asyncio.current_task() in self._blocks

    def end(self) -> None:
        """The job has returned: what it left behind is refused."""
        self._over = True

    async def _run(self, act: Callable[[Db], Awaitable[T]]) -> T:
        self._check()
        block = self._blocks.get(asyncio.current_task())
        if block is not None:
            return await act(block.db)
        for tries in range(1, TRIES):
            try:
                return await self._alone(act)
            except SerializationFailure:
                await asyncio.sleep(0.01 * tries)
        return await self._alone(act)

    async def _alone(self, act: Callable[[Db], Awaitable[T]]) -> T:
        unit = self._store.unit(self._tenant)
        try:
            found = await act(unit.db)
            if unit.opened:
                await unit.commit(_nothing)
            return found
        finally:
            await unit.rollback()

    def _check(self) -> None:
        if self._over:
            raise HandleRevoked("job.db belongs to a job that has ended: await what writes within the job")


async def _nothing(tx: Tx) -> None:
    """Nothing else is written."""
