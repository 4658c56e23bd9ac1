"""Many small writes, one commit: items put at about the same time are flushed together."""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import Generic, TypeVar

from gateway.errors import StoreUnavailable

I = TypeVar("I")  # noqa: E741 - item
R = TypeVar("R")


class Batcher(Generic[I, R]):
    """Collects items and hands them to *flush* in the order in which they came, at most *limit* at once.

    One flush is under way at a time, so the batch grows by itself while the disk is busy. When a batch
    fails for another reason than the store being away, its items are flushed one by one, so that a
    poisonous item fails alone.
    """

    def __init__(self, flush: Callable[[list[I]], Awaitable[Sequence[R]]], *, limit: int = 200) -> None:
        self._flush = flush
        self._limit = limit
        self._pending: deque[tuple[I, asyncio.Future[R]]] = deque()
        self._task: asyncio.Task[None] | None = None
        self._loop = asyncio.get_running_loop()

    def __len__(self) -> int:
        return len(self._pending)

    def put(self, item: I) -> asyncio.Future[R]:
        """Queue *item*; the future gives its result once it is durable."""
        future: asyncio.Future[R] = self._loop.create_future()
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
                await asyncio.sleep(0)  # let what is ready in this turn of the loop join the batch
                batch = [self._pending.popleft() for _ in range(min(len(self._pending), self._limit))]
                await self._settle(batch)
        finally:
            self._task = None

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
