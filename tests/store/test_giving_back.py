"""Connections that are lost at a bad moment, and units that nobody waits for any more."""

from __future__ import annotations

import asyncio
import gc
from collections.abc import AsyncIterator

import pytest

from gateway.errors import StoreUnavailable
from gateway.store import Tx
from gateway.store.postgres.store import PostgresStore
from gateway.store.postgres.tx import PostgresTx
from tests.support.postgres import Urls


@pytest.fixture
async def store(postgres_urls: Urls) -> AsyncIterator[PostgresStore]:
    """An open store on a database of its own."""
    opened = PostgresStore(postgres_urls.url, worker_url=postgres_urls.worker_url)
    await opened.open()
    yield opened
    await opened.close()


async def test_a_connection_that_is_lost_while_it_is_given_back_undoes_nothing(store: PostgresStore) -> None:
    """What was read or written counts, and the next unit has a connection."""
    loop = asyncio.get_running_loop()

    async def reading(tx: PostgresTx) -> int:
        # the pool hands the connection back in a task of its own: it is lost just before that runs
        loop.call_soon(loop.call_soon, tx.connection.terminate)
        return 7

    assert await store.read(reading) == 7
    for _ in range(5):
        assert await store.read(lambda tx: tx.value("select 1")) == 1


async def test_nobody_hears_of_a_failure_after_he_was_cancelled(store: PostgresStore) -> None:
    """A unit that was left alone and then fails is no error of the process."""
    heard: list[str] = []
    asyncio.get_running_loop().set_exception_handler(lambda loop, about: heard.append(about["message"]))
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def failing(tx: Tx) -> None:
        reached.set()
        await go_on.wait()
        raise StoreUnavailable("away")

    writing = asyncio.create_task(store.write(failing))
    await reached.wait()
    writing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await writing
    go_on.set()
    await others_end(store)
    gc.collect()
    assert heard == []


async def others_end(store: PostgresStore) -> None:
    """Give what still runs the time to end."""
    for _ in range(3):
        assert await store.read(lambda tx: tx.value("select 1")) == 1
        await asyncio.sleep(0.02)
