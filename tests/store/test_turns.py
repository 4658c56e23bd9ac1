"""Connections for plugins' units of work: who is slow gets half, who holds few comes first."""

from __future__ import annotations

import asyncio

import pytest

from gateway.errors import StoreUnavailable
from gateway.store.postgres.turns import Turns


async def _entered(turns: Turns, tenant: str) -> asyncio.Task[None]:
    task = asyncio.create_task(turns.enter(tenant))
    await asyncio.sleep(0)
    return task


async def test_a_tenant_that_is_alone_has_all_of_them() -> None:
    """As long as its units are quick."""
    turns = Turns(4, 1.0)
    for _ in range(4):
        await turns.enter("duka")
    waits = await _entered(turns, "duka")
    assert not waits.done()
    turns.leave("duka", 0.01)
    await waits


async def test_a_slow_tenant_leaves_half_to_the_others() -> None:
    """Also when nobody else is there at the moment: whoever comes must not wait for it."""
    turns = Turns(4, 1.0)
    for _ in range(4):
        await turns.enter("slow")
    for _ in range(4):
        turns.leave("slow", 1.0)
    first, second, third = [await _entered(turns, "slow") for _ in range(3)]
    assert first.done()
    assert second.done()
    assert not third.done()
    await turns.enter("duka")
    await turns.enter("shop")
    turns.leave("slow", 1.0)
    await third


async def test_whoever_holds_fewest_comes_first() -> None:
    """Although the other one asked before."""
    turns = Turns(2, 1.0)
    await turns.enter("much")
    await turns.enter("much")
    more, few = await _entered(turns, "much"), await _entered(turns, "few")
    turns.leave("much", 0.01)
    await asyncio.sleep(0)
    assert few.done()
    assert not more.done()
    turns.leave("few", 0.01)
    await more


async def test_who_gives_up_takes_no_place() -> None:
    """A hook that was cancelled in the queue, or has waited long enough."""
    turns = Turns(1, 0.02)
    await turns.enter("duka")
    cancelled = await _entered(turns, "shop")
    cancelled.cancel()
    await asyncio.gather(cancelled, return_exceptions=True)
    with pytest.raises(StoreUnavailable):
        await turns.enter("shop")
    turns.leave("duka", None)
    await turns.enter("shop")
