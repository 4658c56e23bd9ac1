"""Pokes: how one process wakes another, and what happens when it cannot."""

from __future__ import annotations

import asyncio
import time

import asyncpg

from tests.cluster.world import World
from tests.support.postgres import PostgresServer, Urls, role_url


async def test_a_poke_wakes_the_owner_at_once(world: World, postgres_urls: Urls) -> None:
    """Much sooner than the next look would, and only for what is its own."""
    url = postgres_urls.url
    first, second = await world.member(url=url), await world.member(url=url)
    await world.balanced()
    for member in (first, second):
        await world.until(lambda m=member: m.metrics.value("gateway_poke_listening") == 1, 3, "listening")
    heard: list[tuple[float, frozenset[int]]] = []
    second.cluster.heard.append(lambda shards: heard.append((time.monotonic(), shards)))
    shard = min(second.cluster.mine)
    delays = []
    for _ in range(10):
        await asyncio.sleep(0.06)
        heard.clear()
        began = time.monotonic()
        first.cluster.tell([shard, min(first.cluster.mine)])
        await world.until(lambda: any(shards == {shard} for _, shards in heard), 30, "heard")
        delays.append(next(at for at, shards in heard if shards == {shard}) - began)

    assert min(delays) < 0.1
    assert all(shards <= second.cluster.mine for _, shards in heard)


async def test_without_a_connection_of_its_own_there_is_polling(world: World) -> None:
    """What nobody tells is looked for five times a second."""
    member = await world.member()
    heard: list[frozenset[int]] = []
    member.cluster.heard.append(heard.append)
    member.cluster.tell([1])
    await world.until(lambda: len(heard) >= 3, 2, "polled")

    assert set(heard) == {member.cluster.mine}
    assert member.metrics.value("gateway_poke_listening") == 0


async def test_one_who_hears_and_fails_does_not_deafen_the_others(world: World) -> None:
    """The next in the list is told too."""
    member = await world.member()
    heard: list[frozenset[int]] = []

    def fails(shards: frozenset[int]) -> None:
        raise RuntimeError("a stage has failed")

    member.cluster.heard += [fails, heard.append]
    await world.until(lambda: len(heard) >= 2, 2, "told")


async def test_a_lost_connection_comes_back_by_itself(
    world: World, postgres_server: PostgresServer, postgres_urls: Urls
) -> None:
    """The gauge says meanwhile that nobody listens; what was told in between is looked for."""
    member = await world.member(url=postgres_urls.url)
    await world.until(lambda: member.metrics.value("gateway_poke_listening") == 1, 3, "listening")
    name = postgres_urls.url.partition("?")[0].rpartition("/")[2]
    superuser = await asyncpg.connect(role_url(postgres_server.superuser_url, name))
    await superuser.fetch(
        """select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and application_name = 'gateway-poke'"""
    )
    await superuser.close()
    await world.until(lambda: member.metrics.value("gateway_poke_listening") == 0, 3, "lost")
    await world.until(lambda: member.metrics.value("gateway_poke_listening") == 1, 3, "listening again")
