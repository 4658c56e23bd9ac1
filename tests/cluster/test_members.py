"""Several processes on one PostgreSQL: who owns what, and what happens when one of them ends."""

from __future__ import annotations

import asyncio
import os
import random

import asyncpg
import pytest

from gateway.channel import SHARDS
from gateway.errors import StoreUnavailable
from tests.cluster.world import LEASE, RENEW, World
from tests.support.postgres import PostgresServer, Urls, role_url

RESCUE = LEASE + 3.0  # seconds until what a dead process held has an owner


async def test_a_sole_process_owns_everything_when_it_has_joined(world: World) -> None:
    """Nothing has to be waited for where nobody else is."""
    only = await world.member()

    assert only.cluster.mine == frozenset(range(SHARDS))
    assert only.settled
    assert only.cluster.leads
    assert only.cluster.alive()
    assert not any(only.cluster.unclean(shard) for shard in range(SHARDS))
    assert only.metrics.value("gateway_shards_owned") == SHARDS


async def test_three_processes_share_fairly_and_nobody_stops_early(world: World) -> None:
    """A newcomer gets its share by hand-over: the last owner has released before the row changes."""
    first = await world.member()
    for keeper in first.keepers:
        keeper.slow["release"] = 0.05
    second, third = await world.member(), await world.member()
    await world.balanced()

    assert {member.cluster.number for member in world.members} == {1, 2, 3}
    assert len({member.cluster.term for member in world.members}) == 3
    assert first.cluster.leads
    assert not second.cluster.leads
    for member in (second, third):
        assert not any(member.cluster.unclean(shard) for shard in member.cluster.mine)
        assert all(member.cluster.epoch(shard) >= 2 for shard in member.cluster.mine)


async def test_a_hand_over_changes_the_owner_only_after_the_release(world: World) -> None:
    """While a keeper is busy with its release, the shard is still ours by the database."""
    first = await world.member()
    begun, go_on = asyncio.Event(), asyncio.Event()
    release = first.keepers[0].release

    async def held(shards: frozenset[int], seconds: float) -> None:
        begun.set()
        await go_on.wait()
        await release(shards, seconds)

    first.keepers[0].release = held
    await world.member()
    await asyncio.wait_for(begun.wait(), 3)
    shard = next(call for call in first.keepers[1].calls if call[0] == "release")[1]
    await asyncio.sleep(0.3)
    for each in shard:
        assert await world.owner_of(each) == (first.cluster.process, first.cluster.epoch(each))
        assert first.cluster.may_send(each, first.cluster.epoch(each))
    go_on.set()
    await world.balanced()


async def test_who_leaves_hands_over_cleanly_and_at_once(world: World) -> None:
    """The others own everything long before a lease has passed, and nothing is taken for a crash."""
    first, second = await world.member(), await world.member()
    await world.balanced()
    await first.leave()
    await world.until(lambda: len(second.cluster.mine) == SHARDS, LEASE / 2, "taken over")

    assert not any(second.cluster.unclean(shard) for shard in second.cluster.mine)
    assert first.cluster.process == ""
    assert not first.cluster.alive()
    assert all(not keeper.has for keeper in first.keepers)
    await first.cluster.leave(1.0)  # it may be asked twice


async def test_who_leaves_keeps_only_what_does_not_end(world: World) -> None:
    """One shard hangs: the others are somebody's at once, though its process has not left yet."""
    first, second, third = await world.member(), await world.member(), await world.member()
    await world.balanced()
    stuck, go_on = min(first.cluster.mine), asyncio.Event()
    release = first.keepers[0].release

    async def hangs(shards: frozenset[int], seconds: float) -> None:
        if stuck in shards:
            await go_on.wait()
        await release(shards, seconds)

    first.keepers[0].release = hangs
    leaving = asyncio.create_task(first.leave(10.0))
    others = lambda: second.cluster.mine | third.cluster.mine  # noqa: E731
    await world.until(lambda: others() == frozenset(range(SHARDS)) - {stuck}, LEASE, "all but one")
    assert first.cluster.mine == {stuck}
    go_on.set()
    await leaving
    await world.until(lambda: len(others()) == SHARDS, LEASE, "taken over")


async def test_a_dead_process_is_replaced_within_its_lease_and_three_seconds(world: World) -> None:
    """Its shards are the others' then, and known to have been left in the middle of work."""
    first, second, third = await world.member(), await world.member(), await world.member()
    await world.balanced()
    lost = first.cluster.mine
    await first.crash()
    await world.balanced(RESCUE)

    for member in (second, third):
        taken = lost & member.cluster.mine
        assert taken
        assert all(member.cluster.unclean(shard) for shard in taken)


async def test_a_paused_process_stops_in_time_and_comes_back_as_another(world: World) -> None:
    """When it goes on it has lost everything, and gets a share under a new id, number and term."""
    first, second = await world.member(), await world.member()
    await world.balanced()
    was = first.cluster.process, first.cluster.number, first.cluster.term
    mine = {shard: first.cluster.epoch(shard) for shard in first.cluster.mine}
    first.line.open.clear()
    await world.until(lambda: len(second.cluster.mine) == SHARDS, RESCUE, "taken over")
    assert not any(first.cluster.may_send(shard, epoch) for shard, epoch in mine.items())
    assert not first.cluster.alive()
    first.line.open.set()
    await world.balanced()

    now = first.cluster.process, first.cluster.number, first.cluster.term
    assert all(old != new for old, new in zip(was, now, strict=True))
    assert first.metrics.value("gateway_lease_lost_total") == 1
    assert first.metrics.value("gateway_shard_handovers_total", reason="lost") == len(mine)


async def test_after_an_outage_of_the_database_everybody_is_still_there(world: World) -> None:
    """All leases have lapsed, and nobody is expelled for it: nothing changes its owner."""
    members = [await world.member() for _ in range(3)]
    await world.balanced()
    before = [(member.cluster.process, member.cluster.mine) for member in members]
    for member in members:
        member.line.away = True
    await world.until(lambda: not any(m.cluster.alive() for m in members), 2 * LEASE, "deadlines")
    await asyncio.sleep(LEASE)
    for member in members:
        member.line.away = False
    await asyncio.sleep(LEASE + 2 * RENEW)

    assert [(member.cluster.process, member.cluster.mine) for member in members] == before
    assert all(member.cluster.alive() for member in members)


async def test_connections_that_the_server_ends_cost_nothing(
    world: World, postgres_server: PostgresServer, postgres_urls: Urls
) -> None:
    """A restart of PostgreSQL: everybody renews again and keeps what it has."""
    members = [await world.member(url=postgres_urls.url) for _ in range(3)]
    await world.balanced()
    before = [(member.cluster.process, member.cluster.mine) for member in members]
    name = postgres_urls.url.partition("?")[0].rpartition("/")[2]
    superuser = await asyncpg.connect(role_url(postgres_server.superuser_url, name))
    for _ in range(4):
        await superuser.fetch(
            """select pg_terminate_backend(pid) from pg_stat_activity
            where datname = current_database() and pid <> pg_backend_pid()"""
        )
        await asyncio.sleep(0.2)
    await superuser.close()
    await asyncio.sleep(LEASE)

    assert [(member.cluster.process, member.cluster.mine) for member in members] == before
    assert all(member.cluster.alive() for member in members)


async def test_a_process_for_intake_only_owns_nothing(world: World) -> None:
    """It has a number for its journal rows, and its end is noted like any other's."""
    owner = await world.member()
    intake = await world.member(takes=False)
    await asyncio.sleep(3 * RENEW)

    assert intake.cluster.mine == frozenset()
    assert intake.cluster.number != owner.cluster.number
    assert intake.cluster.alive()
    assert len(owner.cluster.mine) == SHARDS


async def test_one_shard_that_cannot_be_read_does_not_keep_the_others(world: World) -> None:
    """A keeper that fails is asked again, and meanwhile only what it fails with waits."""
    bad = {"left": 2}

    def fails(shards: frozenset[int]) -> Exception | None:
        if 7 in shards and bad["left"]:
            bad["left"] -= 1
            return RuntimeError("this shard cannot be read")
        return None

    member = world.made()
    member.keepers[1].fails = fails
    await member.start()
    await world.until(lambda: len(member.keepers[2].has) >= SHARDS - 1, 2, "the others")
    await world.balanced()


async def test_a_keeper_whose_database_is_away_is_asked_again(world: World) -> None:
    """`StoreUnavailable` while reading means later, for all of them together."""
    member = world.made()
    left = iter([StoreUnavailable("away"), StoreUnavailable("away")])
    member.keepers[0].fails = lambda shards: next(left, None)
    await member.start()
    await world.balanced()

    assert [len(shards) for what, shards in member.keepers[0].calls if what == "gain"] == [SHARDS] * 3


async def test_joining_without_a_database_is_refused_after_a_lease(world: World) -> None:
    """A start must not hang for ever."""
    member = world.made(lease=0.3, renew=0.1)
    member.line.away = True
    with pytest.raises(StoreUnavailable, match="cannot join"):
        await member.start()
    await member.cluster.leave(1.0)


async def test_leaving_without_a_database_says_so(world: World) -> None:
    """The keepers have let go; the others find out when the lease has lapsed."""
    member = await world.member()
    member.line.away = True
    with pytest.raises(StoreUnavailable, match="could not be noted"):
        await member.leave(0.3)
    assert all(not keeper.has for keeper in member.keepers)


@pytest.mark.parametrize("seed", range(int(os.environ.get("CLUSTER_SEEDS", "1"))))
async def test_lost_answers_change_nothing_but_time(world: World, seed: int) -> None:
    """Whatever happens to processes and their connections: in the end every shard has one owner."""
    quick = {"lease": 0.8, "renew": 0.2}
    for _ in range(3):
        await world.member(**quick)
    await world.churn(random.Random(seed), 4, **quick)
    await world.balanced(RESCUE + 2)
