"""The pools of a process: one that is used up takes nobody else's connections, and a pause holds no locks."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from msgspec.structs import asdict

from gateway.errors import StoreUnavailable
from gateway.settings import PoolSettings
from gateway.store.port import Tx
from gateway.store.postgres.pools import SIZES
from gateway.store.postgres.store import PostgresStore
from tests.support.postgres import Urls

ADD = "insert into seen (tenant, key, at) values (:tenant, :key, 1)"


@pytest.fixture
async def store(postgres_urls: Urls) -> AsyncIterator[PostgresStore]:
    """A store with small pools."""
    opened = PostgresStore(
        postgres_urls.url, worker_url=postgres_urls.worker_url,
        sizes={"ingest": 2, "work": 2, "app": 2, "web": 2, "readers": 2},
    )  # fmt: skip
    await opened.open()
    yield opened
    await opened.close()


def test_the_settings_have_the_pools() -> None:
    """`[store.pools]` and the pools have the same names and numbers."""
    assert asdict(PoolSettings()) == SIZES


async def test_webhooks_are_stored_while_all_else_waits(store: PostgresStore) -> None:
    """Every connection of the API, of plugins, of the pipeline and of the readers is taken, and somebody
    waits for each: the journal's own answer at once, for as long as it lasts."""
    free = asyncio.Event()

    async def hold(tx: Tx) -> None:
        await tx.value("select 1")
        while not free.is_set():
            await tx.value("select pg_sleep(0.05)")

    async def unit() -> None:
        unit = store.unit("a")
        await unit.db.value("select count(*) from seen where tenant = :tenant")
        await free.wait()
        await unit.rollback()

    scope: Any = store.scope("a")
    held = [asyncio.create_task(each) for _ in range(4)
            for each in (store.write(hold), store.read(hold), scope.write(hold), unit())]  # fmt: skip
    await asyncio.sleep(0.3)
    for n in range(200):
        await store.append(ADD, [{"tenant": "a", "key": b"%d" % n}])
    assert not any(each.done() for each in held)
    free.set()
    await asyncio.gather(*held)
    assert await store.read(lambda tx: tx.value("select count(*) from seen")) == 200


async def test_a_transaction_of_a_paused_process_is_undone(store: PostgresStore) -> None:
    """Whoever does nothing within a transaction for two seconds holds its locks no longer, so that others may
    go on; what it wanted to keep is not kept, and it is told so."""
    held, go_on = asyncio.Event(), asyncio.Event()

    async def paused(tx: Tx) -> None:
        await tx.run(ADD, tenant="a", key=b"k")
        held.set()
        await go_on.wait()
        await tx.run(ADD, tenant="a", key=b"later")

    writing = asyncio.create_task(store.write(paused))
    await held.wait()
    began = time.monotonic()
    await store.write(lambda tx: tx.run(ADD, tenant="a", key=b"k"))  # waits for the lock of its key
    assert 1.0 < time.monotonic() - began < 30.0
    go_on.set()
    with pytest.raises(StoreUnavailable):
        await writing
    assert await store.read(lambda tx: tx.value("select count(*) from seen")) == 1


async def test_a_statement_of_ours_that_takes_too_long_is_tried_again(store: PostgresStore) -> None:
    """It waited for somebody else: that is no fault of the statement. A plugin's is the plugin's."""

    async def slow(tx: Tx) -> None:
        await tx.run("set local statement_timeout = '50ms'")
        await tx.value("select pg_sleep(2)")

    with pytest.raises(StoreUnavailable, match="timeout"):
        await store.write(slow)
