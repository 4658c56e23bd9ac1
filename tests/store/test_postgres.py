"""What PostgreSQL adds to the contract: roles, row policies, one owner, a server that goes away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable

import asyncpg
import pytest

from gateway.errors import SerializationFailure, SettingsError, StatementFailed, StoreError, StoreUnavailable
from gateway.store import Tx, connect
from gateway.store.postgres.store import PostgresStore
from tests.support.postgres import PostgresServer, Urls, role_url

ADD = "insert into seen (tenant, key, at) values (:tenant, :key, 1)"


@pytest.fixture
async def store(postgres_urls: Urls) -> AsyncIterator[PostgresStore]:
    """An open store on a database of its own."""
    opened = PostgresStore(postgres_urls.url, worker_url=postgres_urls.worker_url)
    await opened.open()
    yield opened
    await opened.close()


@pytest.fixture
async def superuser(
    postgres_server: PostgresServer, postgres_urls: Urls
) -> AsyncIterator[asyncpg.Connection]:
    """Someone from outside, who may end others' connections."""
    name = postgres_urls.url.partition("?")[0].rpartition("/")[2]
    connection = await asyncpg.connect(role_url(postgres_server.superuser_url, name))
    yield connection
    await connection.close()


async def end_all_others(superuser: asyncpg.Connection) -> None:
    await superuser.fetch(
        """select pg_terminate_backend(pid) from pg_stat_activity
        where datname = current_database() and pid <> pg_backend_pid()"""
    )


def adding(key: bytes, tenant: str = "a"):
    async def work(tx: Tx) -> None:
        await tx.run(ADD, tenant=tenant, key=key)

    return work


async def count(store: PostgresStore) -> int:
    return await store.read(lambda tx: tx.value("select count(*) from seen"))


async def until(condition: Callable[[], Awaitable[bool]]) -> None:
    """Wait until *condition* holds; fails after fifteen seconds."""
    async with asyncio.timeout(15):
        while True:
            if await condition():
                return
            await asyncio.sleep(0.02)


async def recovered(store: PostgresStore) -> None:
    """Write and read until both work again; fails after fifteen seconds."""
    async with asyncio.timeout(15):
        while True:
            try:
                await store.write(lambda tx: tx.run(ADD + " on conflict do nothing", tenant="z", key=b"z"))
                await count(store)
                return
            except StoreUnavailable:
                await asyncio.sleep(0.02)


async def test_a_unit_sees_and_writes_its_own_tenant_only(store: PostgresStore) -> None:
    """Even SQL that names the tenant and does not compare it cannot reach another's rows."""
    await store.write(adding(b"a", "a"))
    await store.write(adding(b"b", "b"))
    unit = store.unit("a")
    rows = await unit.db.all("select tenant from seen where :tenant <> ''")
    assert [row["tenant"] for row in rows] == ["a"]
    assert await unit.db.run("update seen set at = 9 where :tenant <> ''") == 1
    with pytest.raises(StatementFailed, match="row-level security"):
        await unit.db.run(
            "insert into seen (tenant, key, at) select 'b', :key, 1 where :tenant <> ''", key=b"c"
        )
    await unit.rollback()
    assert await count(store) == 2


async def test_the_tenant_does_not_stay_on_the_connection(store: PostgresStore) -> None:
    """After one tenant's unit the next of another sees its own rows."""
    await store.write(adding(b"b", "b"))
    for tenant, expected in (("a", 0), ("b", 1), ("a", 0)):
        unit = store.unit(tenant)
        assert await unit.db.value("select count(*) from seen where :tenant <> ''") == expected
        await unit.rollback()


async def test_without_a_tenant_the_application_sees_nothing(
    store: PostgresStore, postgres_urls: Urls
) -> None:
    """The application's role outside of a unit has no rows, also after a unit has set and lost one."""
    await store.write(adding(b"a"))
    connection = await asyncpg.connect(postgres_urls.url)
    try:
        assert await connection.fetchval("select count(*) from seen") == 0
        async with connection.transaction():
            await connection.execute("select set_config('app.tenant', 'a', true)")
            assert await connection.fetchval("select count(*) from seen") == 1
        assert await connection.fetchval("select count(*) from seen") == 0
        with pytest.raises(asyncpg.InsufficientPrivilegeError):
            await connection.fetchval("select count(*) from journal")
    finally:
        await connection.close()


async def test_every_tenants_table_is_under_a_policy(superuser: asyncpg.Connection) -> None:
    """No table with a tenant column is left open."""
    rows = await superuser.fetch(
        """select c.relname from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant'
        where c.relkind in ('r', 'p') and c.relnamespace = 'public'::regnamespace
        and not (c.relrowsecurity and c.relforcerowsecurity)"""
    )
    assert rows == []


async def test_a_superuser_is_refused(postgres_server: PostgresServer, postgres_urls: Urls) -> None:
    """Row-level security means nothing to a superuser, so neither url may be one."""
    name = postgres_urls.url.partition("?")[0].rpartition("/")[2]
    superuser = role_url(postgres_server.superuser_url, name)
    with pytest.raises(SettingsError, match=r"\[store\] url: .*superuser"):
        await connect(superuser).open()
    with pytest.raises(SettingsError, match=r"worker_url: .*superuser"):
        await connect(postgres_urls.url, worker_url=superuser).open()


async def test_a_second_process_may_open_it(store: PostgresStore, postgres_urls: Urls) -> None:
    """Who owns what is for the processes to settle; the database lets all of them in."""
    second = PostgresStore(postgres_urls.url, worker_url=postgres_urls.worker_url)
    await second.open()
    await store.write(adding(b"k"))
    assert await count(second) == 1
    await second.close()


async def test_one_of_an_older_version_is_waited_for(
    postgres_urls: Urls, superuser: asyncpg.Connection
) -> None:
    """A version that believed that it was alone held a lock: until it has let go, nobody begins beside it."""
    await superuser.execute(f"select pg_advisory_lock({0x6761_7465_7761_79})")
    refused = PostgresStore(postgres_urls.url, worker_url=postgres_urls.worker_url, patience=0.1)
    with pytest.raises(SettingsError, match="older version"):
        await refused.open()
    following = PostgresStore(postgres_urls.url, worker_url=postgres_urls.worker_url)
    opening = asyncio.create_task(following.open())
    await asyncio.sleep(0.1)
    assert not opening.done()
    await superuser.execute("select pg_advisory_unlock_all()")
    await asyncio.wait_for(opening, 5)
    await following.close()


async def test_lost_connections_are_unavailable_and_come_back(
    store: PostgresStore, superuser: asyncpg.Connection
) -> None:
    """Ended backends: what was in flight is told so and not kept; the store recovers by itself."""
    reached, go_on = asyncio.Event(), asyncio.Event()

    async def interrupted(tx: Tx) -> None:
        await tx.run(ADD, tenant="a", key=b"lost")
        reached.set()
        await go_on.wait()
        await tx.run(ADD, tenant="a", key=b"lost too")

    unit = store.unit("a")
    await unit.db.run(ADD, key=b"unit")
    writing = asyncio.create_task(store.write(interrupted))
    await reached.wait()
    await end_all_others(superuser)
    go_on.set()
    with pytest.raises(StoreUnavailable):
        await writing
    with pytest.raises(StoreUnavailable):
        await unit.commit(adding(b"finish"))
    await recovered(store)
    assert await count(store) == 1


async def test_a_deadlock_is_a_serialization_failure(store: PostgresStore) -> None:
    """One of two units that lock each other may be run again; the other commits."""
    await store.write(adding(b"1"))
    await store.write(adding(b"2"))
    barrier = asyncio.Barrier(2)

    async def crossing(tx: Tx, first: bytes, second: bytes) -> None:
        await tx.run("update seen set at = 2 where key = :key", key=first)
        await barrier.wait()
        await tx.run("update seen set at = 2 where key = :key", key=second)

    results = await asyncio.gather(
        store.write(lambda tx: crossing(tx, b"1", b"2")),
        store.write(lambda tx: crossing(tx, b"2", b"1")),
        return_exceptions=True,
    )
    assert sorted(type(result).__name__ for result in results) == ["NoneType", "SerializationFailure"]
    assert any(isinstance(result, SerializationFailure) for result in results)


async def test_a_cancelled_write_is_still_done(store: PostgresStore) -> None:
    """Cancelling whoever waits does not cancel the work."""
    started = asyncio.Event()

    async def work(tx: Tx) -> None:
        started.set()
        await tx.run(ADD, tenant="a", key=b"k")

    waiting = asyncio.create_task(store.write(work))
    await started.wait()
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)

    async def kept() -> bool:
        return await count(store) == 1

    await until(kept)


async def test_a_task_left_behind_cannot_use_the_connection(store: PostgresStore) -> None:
    """A statement that still runs when the unit ends does not keep the connection for itself."""
    unit = store.unit("a")
    await unit.db.run(ADD, key=b"k")
    left = asyncio.create_task(unit.db.value("select count(*) from generate_series(1, 200000)"))
    await asyncio.sleep(0)
    await unit.rollback()
    await asyncio.gather(left, return_exceptions=True)
    assert await count(store) == 0


async def test_a_tenants_id_is_checked_before_it_becomes_sql(store: PostgresStore) -> None:
    """The id is part of a simple-protocol message: nothing but a plain name may pass."""
    for tenant in ("a'; drop table seen; --", "", "A", "a b", "a\n", "-a"):
        with pytest.raises(StoreError, match="not a tenant"):
            store.unit(tenant)


async def test_casts_are_left_alone(store: PostgresStore) -> None:
    """`::` is a cast, not a value."""
    assert await store.read(lambda tx: tx.value("select :n::text || ':n'", n="4")) == "4:n"


async def test_an_unmigrated_database_says_what_to_run(new_database: Callable[..., Urls]) -> None:
    """PostgreSQL is migrated by command only."""
    urls = new_database(migrated=False)
    with pytest.raises(SettingsError, match="gateway migrate"):
        await connect(urls.url, worker_url=urls.worker_url).open()


async def test_a_server_that_is_away_says_so(tmp_path: object) -> None:
    """Opening without a server is a sentence about the url."""
    with pytest.raises(SettingsError, match="server is up"):
        await connect(f"postgresql://app:x@/none?host={tmp_path}").open()
