"""Webhooks out where several processes share a database: the one that leads delivers."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any

import pytest

from gateway.clock import ManualClock, SystemClock
from gateway.endpoints.lanes import ENDPOINT
from gateway.store import connect
from gateway.store.port import Store
from tests.endpoints.world import Post, Receiver, receiving
from tests.support.house import until
from tests.support.postgres import Urls
from tests.support.pretended import Pretended


class Two:
    """Two processes, a store each, on one database; the first leads."""

    def __init__(self, stores: list[Store], receiver: Receiver, clock: ManualClock) -> None:
        self.posts = [Post(store, receiver, clock) for store in stores]
        self.clusters = [Pretended(1), Pretended(2)]
        for post, cluster in zip(self.posts, self.clusters, strict=True):
            post.deliverer.under(cluster)

    async def start(self) -> None:
        await self.clusters[0].lead()
        for post in self.posts:
            post.start()


@pytest.fixture
async def two(postgres_urls: Urls) -> AsyncIterator[Two]:
    """They run."""
    clock = ManualClock(SystemClock().now())
    stores = [connect(postgres_urls.url, worker_url=postgres_urls.worker_url) for _ in range(2)]
    for store in stores:
        await store.open()
    async with receiving() as receiver:
        made = Two(stores, receiver, clock)
        await made.start()
        yield made
        for post in made.posts:
            await post.kill()
    for store in stores:
        await store.close()


async def test_each_event_is_delivered_once_and_in_order(two: Two) -> None:
    """Both processes run the stage; only the leader posts, whoever queued the event, few at a time."""
    one, other = two.posts
    now = most = 0

    async def counted(request: Any) -> int:
        nonlocal now, most
        now += 1
        most = max(most, now)
        await asyncio.sleep(0)
        now -= 1
        return 204

    one.receiver.answer = counted
    hook = await one.add("/in")
    for _ in range(10):
        await one.happen(5)
        await other.happen(5)
        await one.pass_time(2)

    async def all_done() -> bool:
        await one.pass_time(2)  # until it looks for what the other one queued
        return len(one.receiver.at("/in")) >= 100

    await until(all_done, "all are delivered")
    await one.becomes(hook, "done", 100)
    got = [each.seq for each in one.receiver.at("/in")]
    assert sorted(got) == list(range(1, 101))
    assert 1 <= most <= ENDPOINT


async def test_who_hands_over_ends_what_is_under_way(two: Two) -> None:
    """A slow answer is waited for, so that the next leader posts nothing a second time."""
    one, other = two.posts
    waits = asyncio.Event()

    async def slow(request: Any) -> int:
        await waits.wait()
        return 204

    one.receiver.answer = slow
    hook = await one.add("/in")
    await one.happen(3)
    await until(lambda: len(one.receiver.at("/in")) == 3, "three are under way")
    leaving = asyncio.create_task(two.clusters[0].hand_over())
    await one.happen(2)
    await asyncio.sleep(0.1)
    assert not leaving.done()
    waits.set()
    await leaving
    await two.clusters[1].lead()
    await other.becomes(hook, "done", 5)
    assert sorted(each.seq for each in one.receiver.at("/in")) == [1, 2, 3, 4, 5]


async def test_one_that_is_gone_is_followed_by_the_other(two: Two) -> None:
    """What a dead leader was posting is posted again by the next one, under the same id, and what waited goes
    on in its order."""
    one, other = two.posts
    waits = asyncio.Event()

    async def silent(request: Any) -> int:
        await waits.wait()
        return 204

    one.receiver.answer = silent
    hook = await one.add("/in")
    await one.happen(8)
    await until(lambda: len(one.receiver.at("/in")) == 5, "five are under way")
    await one.kill()
    one.receiver.answer = lambda request: 204
    before = {each.id for each in one.receiver.at("/in")}
    await two.clusters[1].lead()
    await other.becomes(hook, "done", 8)
    again = one.receiver.at("/in")[5:]
    assert sorted(each.seq for each in again) == list(range(1, 9))
    assert before <= {each.id for each in again}
    waits.set()


async def test_one_that_was_paused_posts_nothing_more(two: Two) -> None:
    """A leader whose lease has run out asks before each post, also while it still believes that it leads."""
    one, other = two.posts
    hook = await one.add("/in")
    two.clusters[0].living = False
    await one.happen(4)
    await asyncio.sleep(0.2)
    assert one.receiver.at("/in") == []
    await two.clusters[1].lead()
    await other.becomes(hook, "done", 4)
    assert sorted(each.seq for each in one.receiver.at("/in")) == [1, 2, 3, 4]


async def test_a_drain_begins_nothing_more(two: Two) -> None:
    """What comes while a leader ends is left to the next one: it is not begun, cut off and posted again."""
    one, other = two.posts
    waits, never = asyncio.Event(), asyncio.Event()

    async def slow(request: Any) -> int:
        await (waits if len(one.receiver.at("/in")) <= 2 else never).wait()
        return 204

    one.receiver.answer = slow
    hook = await one.add("/in")
    await one.happen(2)
    await until(lambda: len(one.receiver.at("/in")) == 2, "two are under way")
    ending = asyncio.create_task(one.deliverer.drain(5.0))
    await asyncio.sleep(0)
    await one.happen(2)
    await asyncio.sleep(0.1)
    waits.set()
    await ending
    await one.happen(1)
    await asyncio.sleep(0.1)
    assert sorted(each.seq for each in one.receiver.at("/in")) == [1, 2]  # they were under way together
    one.receiver.answer = lambda request: 204
    await two.clusters[0].hand_over()
    await two.clusters[1].lead()
    await other.becomes(hook, "done", 5)
    assert sorted(each.seq for each in one.receiver.at("/in")) == [1, 2, 3, 4, 5]
