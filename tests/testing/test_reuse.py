"""A database that was used before is as new; one that cannot be is not used again."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from gateway.testing.reuse import Databases
from tests.support.postgres import PostgresServer, run_statements


@pytest.fixture
def databases(postgres_server: PostgresServer) -> Iterator[Databases]:
    """None that another test has used."""
    made = Databases(postgres_server)
    yield made
    made.close()


async def rows(url: str, table: str) -> list[tuple[object, ...]]:
    """All rows of *table*."""
    connection = await asyncpg.connect(url)
    try:
        return [tuple(row) for row in await connection.fetch(f"select * from {table}")]
    finally:
        await connection.close()


async def test_rows_are_gone_and_those_of_migrations_are_back(databases: Databases) -> None:
    """Also where rows refer to one another, and where a sequence has gone on."""
    first = databases.take()
    before = await rows(first.worker_url, "revision"), await rows(first.worker_url, "migration")
    await run_statements(
        first.worker_url,
        "insert into process (id, started_at, stopped_at) values ('p', 1, 0)",
        "update revision set n = 7",
    )
    await run_statements(first.migrate_url, "delete from migration")
    databases.give_back(first)

    second = databases.take()
    assert second == first
    assert await rows(second.worker_url, "process") == []
    assert (await rows(second.worker_url, "revision"), await rows(second.worker_url, "migration")) == before


async def test_who_is_still_connected_is_not_any_more(databases: Databases) -> None:
    """A test that forgot to close its store does not disturb the next one."""
    first = databases.take()
    left = await asyncpg.connect(first.worker_url)
    await left.execute("begin")
    await left.execute("insert into process (id, started_at, stopped_at) values ('p', 1, 0)")
    await asyncio.to_thread(databases.give_back, first)
    assert await asyncio.to_thread(databases.take) == first
    assert await rows(first.worker_url, "process") == []
    with pytest.raises((asyncpg.PostgresError, asyncpg.InterfaceError)):
        await left.execute("commit")
    left.terminate()


CHANGES = {
    "a table": "create table more (n integer)",
    "a column": "alter table process add column more integer",
    "a default": "alter table process alter column version set default 'other'",
    "a right": "grant delete on process to gateway_app",
    "a policy": "create policy more on process using (true)",
    "a function": "create function more() returns integer language sql as 'select 1'",
    "an index": "create index more on process (version)",
    "a trigger": "create trigger more before update on process for each row"
    " execute function suppress_redundant_updates_trigger()",
    "a truncated table": "truncate process",
    "a setting": """do $$ begin
        execute format('alter database %I set work_mem = 100000', current_database());
    end $$""",
    "a limit": """do $$ begin
        execute format('alter database %I connection limit 7', current_database());
    end $$""",
    "a type": "create type more as enum ('one')",
    "a comment": "comment on column process.id is 'more'",
    "statistics": "create statistics more on id, version from process",
    "a large object": "select lo_from_bytea(0, 'more')",
    "rights to come": "alter default privileges grant select on tables to gateway_app",
    "row security": "alter table process enable row level security",
}


@pytest.mark.parametrize("change", CHANGES.values(), ids=CHANGES.keys())
async def test_another_form_is_not_used_again(databases: Databases, change: str) -> None:
    """Whatever is not a row: the database is dropped."""
    first = databases.take()
    await run_statements(first.migrate_url, change)
    databases.give_back(first)
    second = databases.take()
    assert second != first
    with pytest.raises(asyncpg.InvalidCatalogNameError):
        await asyncpg.connect(first.url)


@pytest.mark.parametrize("gone", ['drop database "{}"', 'alter database "{}" allow_connections false'])
async def test_one_that_cannot_be_reached_any_more_is_left(
    databases: Databases, postgres_server: PostgresServer, gone: str
) -> None:
    """A test may drop or close its own; the next one gets another."""
    first = databases.take()
    await run_statements(postgres_server.superuser_url, gone.format(urlsplit(first.url).path[1:]))
    databases.give_back(first)
    assert databases.take() != first


async def test_what_has_grown_large_is_not_used_again(databases: Databases) -> None:
    """A deletion leaves its room behind."""
    first = databases.take()
    await run_statements(
        first.worker_url,
        "insert into process (id, started_at, stopped_at, version)"
        " select 'p' || n, 1, 0, repeat('x', 900) from generate_series(1, 12000) n",
    )
    databases.give_back(first)
    assert databases.take() != first


async def test_two_at_a_time_are_two(databases: Databases) -> None:
    """What is taken is nobody else's."""
    first, second = databases.take(), databases.take()
    assert first != second
    databases.give_back(first)
    databases.give_back(second)
    assert {databases.take().url, databases.take().url} == {first.url, second.url}
