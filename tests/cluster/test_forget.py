"""Processes that have ended are remembered for a while, and not for ever."""

from __future__ import annotations

import asyncio

from gateway.clock import DAY, SystemClock
from gateway.cluster.sole import Sole
from gateway.retention.tidy import ENDED, tidy
from gateway.store.port import Store, Tx


async def test_old_processes_go_and_the_newest_stays(store: Store) -> None:
    """What follows it takes the next term, also after a year of silence."""
    clock = SystemClock()
    for _ in range(3):
        process = Sole(store, clock)
        await process.join()
        await process.leave(1.0)
    last = process.term

    async def age(tx: Tx) -> None:
        await tx.run("update process set stopped_at = :at", at=clock.now() - ENDED - DAY)

    await store.write(age)
    await tidy(store, clock.now(), asyncio.sleep)

    left = await store.read(lambda tx: tx.all("select term from process"))
    assert [row["term"] for row in left] == [last]
    follower = Sole(store, clock)
    await follower.join()
    assert follower.term == last + 1
