"""The store behind pgbouncer in transaction mode: a session lasts for one transaction."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Iterator

import pytest

from gateway.errors import StatementFailed
from gateway.settings import StoreSettings
from gateway.store.migrate import migrate
from gateway.store.port import Tx
from gateway.store.postgres.store import PostgresStore
from tests.support.pgbouncer import pgbouncer
from tests.support.postgres import Urls

ADD = "insert into seen (tenant, key, at) values (:tenant, :key, :at)"


@pytest.fixture
def pooled(postgres_urls: Urls) -> Iterator[Urls]:
    """A migrated database behind a pooler with few sessions."""
    with pgbouncer(postgres_urls, size=3) as urls:
        yield urls


@pytest.fixture
async def store(pooled: Urls) -> AsyncIterator[PostgresStore]:
    """A store on it."""
    opened = _store(pooled)
    await opened.open()
    yield opened
    await opened.close()


def _store(urls: Urls) -> PostgresStore:
    return PostgresStore(urls.url, worker_url=urls.worker_url, pooler=True)


async def test_each_way_into_the_database_works_among_others(store: PostgresStore) -> None:
    """Writes, reads, the journal's way, a tenant's scope and a plugin's unit, many at once on few sessions:
    each sees what is its own, and nothing is taken for somebody else's."""

    mine = "select key from seen where tenant = :tenant and at = :at"

    async def one(n: int) -> None:
        row = {"tenant": f"t{n % 4}", "at": n}
        tenant = str(row["tenant"])
        await store.append(ADD, [{**row, "key": b"a%d" % n}, {**row, "key": b"b%d" % n}])
        await store.write(lambda tx: tx.run(ADD, **row, key=b"c%d" % n))
        unit = store.unit(tenant)
        assert await unit.db.value("select count(*) from seen where tenant <> :tenant") == 0
        await unit.db.run(ADD, key=b"d%d" % n, at=n)
        await unit.commit(_nothing)
        assert len(await store.scope(tenant).read(lambda tx: tx.all(mine, at=n))) == 4
        assert len(await store.read(lambda tx: tx.each(mine, [row]))) == 4

    await asyncio.gather(*(one(n) for n in range(60)))
    assert await store.read(lambda tx: tx.value("select count(*) from seen")) == 240


async def test_what_is_set_ends_with_the_transaction(store: PostgresStore) -> None:
    """The times that end a paused process's transaction hold here too, and a reader cannot write."""

    async def told(tx: Tx) -> str:
        return str(await tx.value("select current_setting('idle_in_transaction_session_timeout')"))

    assert await store.write(told) == "2s"
    assert await store.write(told, urgent=True) == "2s"
    with pytest.raises(StatementFailed, match="read-only"):
        await store.read(lambda tx: tx.run(ADD, tenant="a", key=b"x", at=1))


async def test_two_processes_share_the_sessions(store: PostgresStore, pooled: Urls) -> None:
    """Nobody holds a session, or a lock of one, for longer than a transaction."""
    second = _store(pooled)
    await second.open()
    try:
        await asyncio.gather(
            *(each.write(lambda tx, n=n: tx.run(ADD, tenant="a", key=b"%d" % n, at=n))  # type: ignore[misc]
              for n, each in enumerate([store, second] * 20))
        )  # fmt: skip
        assert await second.read(lambda tx: tx.value("select count(*) from seen")) == 40
    finally:
        await second.close()


async def test_a_migration_goes_through_it(new_database: Callable[..., Urls]) -> None:
    """`gateway migrate` needs nothing that outlives a transaction either."""
    with pgbouncer(new_database(migrated=False), size=2) as urls:
        settings = StoreSettings(urls.url, urls.migrate_url, urls.worker_url)
        assert await migrate(settings)
        assert await migrate(settings) == []


async def _nothing(tx: Tx) -> None:
    """Nothing more."""
