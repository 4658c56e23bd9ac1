"""A process that leaves: what goes on beside its hand-over."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest
from structlog.testing import capture_logs

from gateway.channel import SHARDS
from gateway.cluster import members
from tests.cluster.world import LEASE, RENEW, World


async def test_who_leaves_takes_nothing_again_that_it_has_given_back(world: World) -> None:
    """A look that began before knows its shards as its own still."""
    first, second = await world.member(), await world.member()
    await world.balanced()
    stuck, began, told, go_on = min(first.cluster.mine), asyncio.Event(), asyncio.Event(), asyncio.Event()
    register, release = first.cluster._balance._register, first.keepers[0].release  # type: ignore[attr-defined]
    look = register.look

    async def slow() -> Any:
        picture = await look()
        began.set()
        await told.wait()
        return picture

    async def hangs(shards: frozenset[int], seconds: float) -> None:
        if stuck in shards:
            await go_on.wait()
        await release(shards, seconds)

    register.look, first.keepers[0].release = slow, hangs  # type: ignore[method-assign]
    await began.wait()
    leaving = asyncio.create_task(first.cluster.leave(10.0))
    await world.until(lambda: len(second.cluster.mine) == SHARDS - 1, LEASE, "all but one")
    told.set()
    await asyncio.sleep(0.05)
    assert first.cluster.mine == {stuck}
    go_on.set()
    await leaving


async def test_who_has_left_is_not_taken_for_expelled(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own end is no alarm, though its lease was about to be renewed."""
    monkeypatch.setattr(members, "PACE", 2 * RENEW)
    only = await world.member()
    with capture_logs() as said:
        await only.leave()
    assert [each["event"] for each in said if each["log_level"] == "error"] == []
    assert only.metrics.value("gateway_lease_lost_total") == 0


async def test_an_outage_while_a_process_leaves_is_told_once(world: World) -> None:
    """And once when it is over, however many shards end meanwhile; the hand-over is clean."""
    first, second = await world.member(), await world.member()
    await world.balanced()
    release = first.keepers[0].release

    async def one_by_one(shards: frozenset[int], seconds: float) -> None:
        await asyncio.sleep(min(shards) * 0.01)
        await release(shards, seconds)

    first.keepers[0].release = one_by_one
    with capture_logs() as said:
        leaving = asyncio.create_task(first.cluster.leave(LEASE))
        first.line.away = True
        await asyncio.sleep(LEASE / 2)
        first.line.away = False
        await leaving
    told = [each["event"] for each in said if each["event"].startswith("cluster.database")]
    assert told == ["cluster.database_away", "cluster.database_back"]
    await world.until(lambda: len(second.cluster.mine) == SHARDS, LEASE, "taken over")
    assert not any(second.cluster.unclean(shard) for shard in range(SHARDS))
