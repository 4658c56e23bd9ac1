"""A process that dies is missed at once, by the lock that goes with its connection."""

from __future__ import annotations

import asyncio

from gateway.channel import SHARDS
from gateway.cluster.pulse import MISSED, Pulses
from gateway.cluster.register import Other, Picture
from tests.cluster.world import World
from tests.support.postgres import Urls


def _picture(*beating: int, up: float = 60.0) -> Picture:
    processes = {"a": Other(100, True, 1, True), "b": Other(100, True, 2, True), "c": Other(100, True, 3)}
    return Picture(50, processes, {}, frozenset(beating), up)


def test_who_is_missed() -> None:
    """Only who said that it has a lock, after the time it takes to say otherwise; never after a restart."""
    pulses, leases = Pulses(5.0), {"a": 100, "b": 100, "c": 100}
    assert pulses.stopped(_picture(1), leases, 10.0) == []
    assert pulses.stopped(_picture(1), leases, 10.0 + MISSED) == ["b"]
    assert pulses.stopped(_picture(1, up=2.0), leases, 11.5) == []
    assert pulses.stopped(_picture(1), leases, 12.0) == []
    assert pulses.stopped(_picture(1), leases | {"b": 200}, 13.0) == []  # it has renewed: it lives
    assert pulses.stopped(_picture(1, 2), leases | {"b": 200}, 14.0) == []
    assert pulses.stopped(_picture(1), leases | {"b": 200}, 15.0) == []


async def test_the_dead_do_not_keep_their_shards_for_a_whole_lease(world: World, postgres_urls: Urls) -> None:
    """With a lease of a minute the other has everything within seconds, and nobody is missed by mistake."""
    long = {"lease": 60.0, "renew": 1.0, "url": postgres_urls.worker_url}
    first, second = await world.member(**long), await world.member(**long)
    await world.balanced()
    await asyncio.sleep(2 * MISSED)
    assert len(first.cluster.mine) == len(second.cluster.mine) == SHARDS // 2
    for member in world.members:  # the server of the tests has not been up for a whole lease of a minute
        member.cluster._balance._pulses = Pulses(0.0)  # type: ignore[attr-defined]
    await second.crash()
    await world.until(lambda: len(first.cluster.mine) == SHARDS, 5.0, "one has it all")
    assert any(first.cluster.unclean(shard) for shard in range(SHARDS))
