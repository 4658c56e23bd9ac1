"""Many small writes, one commit; what is poisonous fails alone."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence

import pytest

from gateway.errors import StoreUnavailable
from gateway.pipeline.batch import Batcher


async def test_what_comes_together_is_flushed_together_and_in_order() -> None:
    """Each item gets its own result."""
    batches: list[list[int]] = []

    async def flush(items: list[int]) -> Sequence[int]:
        batches.append(items)
        await asyncio.sleep(0)
        return [item * 2 for item in items]

    batcher: Batcher[int, int] = Batcher(flush, limit=10)
    results = await asyncio.gather(*(batcher.put(n) for n in range(25)))

    assert results == [n * 2 for n in range(25)]
    assert [len(batch) for batch in batches] == [10, 10, 5]
    assert [n for batch in batches for n in batch] == list(range(25))


async def test_a_poisonous_item_fails_alone() -> None:
    """Its neighbours are stored, in order."""
    stored: list[int] = []

    async def flush(items: list[int]) -> Sequence[int]:
        if 3 in items:
            raise ValueError("poison")
        stored.extend(items)
        return items

    batcher: Batcher[int, int] = Batcher(flush)
    results = await asyncio.gather(*(batcher.put(n) for n in range(6)), return_exceptions=True)

    assert stored == [0, 1, 2, 4, 5]
    assert isinstance(results.pop(3), ValueError)
    assert results == stored


async def test_a_store_that_is_away_is_not_asked_for_each_item() -> None:
    """Everybody is told at once."""
    calls: list[int] = []

    async def flush(items: list[int]) -> Sequence[int]:
        calls.append(len(items))
        raise StoreUnavailable("away")

    batcher: Batcher[int, int] = Batcher(flush)
    results = await asyncio.gather(*(batcher.put(n) for n in range(6)), return_exceptions=True)

    assert calls == [6]
    assert all(isinstance(result, StoreUnavailable) for result in results)


async def test_whoever_stops_waiting_changes_nothing_for_the_others() -> None:
    """The item is stored all the same."""
    stored: list[int] = []

    async def flush(items: list[int]) -> Sequence[int]:
        stored.extend(items)
        return items

    batcher: Batcher[int, int] = Batcher(flush)
    first, second = batcher.put(1), batcher.put(2)
    first.cancel()

    assert await second == 2
    await batcher.drain()
    assert stored == [1, 2]
    with pytest.raises(asyncio.CancelledError):
        await first
