"""Many small writes, one commit: items put at about the same time are flushed together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from gateway.errors import StoreUnavailable

#: Seconds for which a growing batch is let grow.
PATIENCE = 0.003

I = TypeVar("I")  # noqa: E741 - item
R = TypeVar("R")


class Batcher(Generic[I, R]):
    """Collects items and hands them to *flush* in the order in which they came, at most *limit* at once.

    One flush is under way at a time, so the batch grows by itself while the disk is busy. When a batch
    fails for another reason than the store being away, its items are flushed one by one, so that a
    poisonous item fails alone. With *pace*, a busy batcher flushes at most once in so many seconds: for a
    store that does not itself let its writers share a commit.
    """

    def __init__(
        self, flush: Callable[[list[I]], Awaitable[Sequence[R]]], *, limit: int = 200, pace: float = 0.0
    ) -> None:
        self._flush = flush
        self._limit = limit
        self._pace = pace
        self._began = 0.0
        self._last = 0
        self._pending: deque[tuple[I, asyncio.Future[R]]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()

    def __len__(self) -> int:
        return len(self._pending)

    def put(self, item: I, future: asyncio.Future[R] | None = None) -> asyncio.Future[R]:
        """Queue *item*; the future (a new one, or the caller's) gives its result once it is durable."""
        future = future or self._loop.create_future()
        self._pending.append((item, future))
        if self._task is None:
            self._task = self._loop.create_task(self._run())
        return future

    async def drain(self) -> None:
        """Wait until everything that was put has been flushed."""
        while self._task is not None:
            await asyncio.shield(self._task)

    async def _run(self) -> None:
        try:
            while self._pending:
                await self._gather()
                batch = [self._pending.popleft() for _ in range(min(len(self._pending), self._limit))]
                await self._settle(batch)
        finally:
            self._task = None

    async def _gather(self) -> None:
        """Let more items join, as long as each turn of the loop brings some: a commit costs the same for
        one and for many. An item that comes alone waits for one turn, which is microseconds."""
        if self._last > 1 and self._pace:
            await asyncio.sleep(max(0.0, self._began + self._pace - self._loop.time()))
        until = self._loop.time() + PATIENCE
        size = 0
        while size < len(self._pending) < self._limit and self._loop.time() < until:
            size = len(self._pending)
            await asyncio.sleep(0)
        self._began, self._last = self._loop.time(), len(self._pending)

    async def _settle(self, batch: list[tuple[I, asyncio.Future[R]]]) -> None:
        try:
            results = await self._flush([item for item, _ in batch])
        except Exception as error:
            if len(batch) > 1 and not isinstance(error, StoreUnavailable):
                for pair in batch:
                    await self._settle([pair])
                return
            for _, future in batch:
                if not future.done():
                    future.set_exception(error)
            return
        for (_, future), result in zip(batch, results, strict=True):
            if not future.done():
                future.set_result(result)
