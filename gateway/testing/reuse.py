"""Databases of a PostgreSQL server that were used before and are as new: that takes a tenth of making one.

What a test has left is taken out again: rows by `delete`, the first rows of migrations put back, sequences
begun anew. A database whose tables, rights or settings are not what they were is dropped, and so is one that
has become large or that was used often, for what was deleted leaves room behind.
"""

from __future__ import annotations

import asyncio
import threading
import uuid
from collections.abc import Coroutine, Sequence
from typing import Any, TypeAlias, TypeVar

import asyncpg
from msgspec import Struct

from gateway.store.migrate import CORE
from gateway.store.migrate.source import Component
from gateway.testing.postgres import PostgresServer, Urls, drop_database, make_database, role_url

T = TypeVar("T")
Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"

#: How often a database is used, and by how many bytes it may have grown.
_USES, _GROWN = 40, 8_000_000
#: Seconds for which those who are still connected may take to go.
_PATIENCE = 10.0

_OURS = "n.nspname not in ('pg_catalog', 'information_schema') and n.nspname !~ '^pg_'"
#: Where else something stands that is made; from this id on it is none of the server's own.
_MORE = (
    "pg_type", "pg_rewrite", "pg_statistic_ext", "pg_default_acl", "pg_operator", "pg_collation", "pg_cast",
    "pg_publication", "pg_ts_config", "pg_event_trigger", "pg_largeobject_metadata",
)  # fmt: skip
_MADE = 16384
#: Changes with everything that is not a row of a table: every change of a catalogue's row has a transaction.
_FORM = f"""
with ours as (
    select c.oid, c.xmin as made from pg_class c join pg_namespace n on n.oid = c.relnamespace where {_OURS}
), here as (
    select oid from pg_database where datname = current_database()
)
select md5(string_agg(what, ',' order by what)) from (
    select 'r' || oid || '/' || made as what from ours
    union all select 'a' || attrelid || '/' || attnum || '/' || xmin from pg_attribute
        where attrelid in (select oid from ours)
    union all select 'd' || oid || '/' || xmin from pg_attrdef
    union all select 'c' || oid || '/' || xmin from pg_constraint where conrelid in (select oid from ours)
    union all select 'p' || oid || '/' || xmin from pg_policy
    union all select 't' || oid || '/' || xmin from pg_trigger where tgrelid in (select oid from ours)
    union all select 'f' || f.oid || '/' || f.xmin
        from pg_proc f join pg_namespace n on n.oid = f.pronamespace where {_OURS}
    union all select 'n' || oid || '/' || xmin from pg_namespace n where {_OURS}
    union all select 'e' || oid || '/' || xmin from pg_extension
    union all select 's' || setrole || '/' || xmin from pg_db_role_setting
        where setdatabase = (select oid from here)
    union all select 'b' || oid || '/' || xmin from pg_database where oid = (select oid from here)
    union all select 'w' || objoid || '/' || objsubid || '/' || xmin from pg_description
        where objoid in (select oid from ours)
    union all select 'w' || objoid || '/' || xmin from pg_shdescription where objoid = (select oid from here)
    {" ".join(f"union all select '{o}' || oid || '/' || xmin from {o} where oid >= {_MADE}" for o in _MORE)}
) as everything"""
_TABLES = f"""select format('%I.%I', n.nspname, c.relname) from pg_class c
join pg_namespace n on n.oid = c.relnamespace
where c.relkind in ('r', 'p') and not c.relispartition and {_OURS} order by 1"""
_SEQUENCES = f"""select format('%I.%I', n.nspname, c.relname) from pg_class c
join pg_namespace n on n.oid = c.relnamespace where c.relkind = 'S' and {_OURS} order by 1"""
_ALONE = """select count(pg_terminate_backend(pid)) from pg_stat_activity
where datname = current_database() and pid <> pg_backend_pid()"""


class _Made(Struct):
    """A database as it was made: *first* are the rows that its migrations wrote, as JSON, by table."""

    name: str
    urls: Urls
    key: tuple[Component, ...]
    form: str
    size: int
    tables: list[str]
    sequences: dict[str, tuple[int, bool]]
    first: dict[str, list[str]]
    uses: int = 0


class Databases:
    """Databases with the tables of some components: `take` one, and give it back."""

    def __init__(self, server: PostgresServer) -> None:
        self._server = server
        self._free: dict[tuple[Component, ...], list[_Made]] = {}
        self._taken: dict[str, _Made] = {}
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def take(self, components: Sequence[Component] = (CORE,)) -> Urls:
        """A database as new."""
        key = tuple(components)
        free = self._free.setdefault(key, [])
        made = free.pop() if free else self._new(key)
        made.uses += 1
        self._taken[made.urls.url] = made
        return made.urls

    def give_back(self, urls: Urls) -> None:
        """Whoever is still connected to it is not any more."""
        made = self._taken.pop(urls.url)
        if made.uses < _USES and self._run(self._cleaned(made)):
            self._free[made.key].append(made)
        else:
            drop_database(self._server, made.name)

    def close(self) -> None:
        """Drop all of them."""
        for made in [*self._taken.values(), *(each for free in self._free.values() for each in free)]:
            drop_database(self._server, made.name)
        self._taken.clear()
        self._free.clear()
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join()
        self._loop.close()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result()

    def _new(self, key: tuple[Component, ...]) -> _Made:
        name = f"used_{uuid.uuid4().hex}"
        return self._run(self._seen(name, make_database(self._server, name, components=key), key))

    async def _seen(self, name: str, urls: Urls, key: tuple[Component, ...]) -> _Made:
        connection = await self._connect(name)
        try:
            tables = [row[0] for row in await connection.fetch(_TABLES)]
            return _Made(
                name, urls, key, await connection.fetchval(_FORM), await _size(connection), tables,
                {name: await _place(connection, name) for name, in await connection.fetch(_SEQUENCES)},
                {table: await _rows(connection, table) for table in await _filled(connection, tables)},
            )  # fmt: skip
        finally:
            await connection.close()

    async def _cleaned(self, made: _Made) -> bool:
        """Whether the database is as new again. One that a test has closed or dropped is not."""
        try:
            async with asyncio.timeout(_PATIENCE):
                connection = await self._connect(made.name)
                try:
                    return await self._as_new(connection, made)
                finally:
                    await connection.close()
        except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
            return False

    async def _as_new(self, connection: Connection, made: _Made) -> bool:
        while await connection.fetchval(_ALONE):  # noqa: ASYNC110  # nobody tells us
            await asyncio.sleep(0.002)
        if await connection.fetchval(_FORM) != made.form:
            return False
        if await _size(connection) > made.size + _GROWN:
            return False
        await self._emptied(connection, made)
        return True

    async def _emptied(self, connection: Connection, made: _Made) -> None:
        await connection.execute("set session_replication_role = replica")  # no triggers, no references
        async with connection.transaction():
            for table in await _filled(connection, made.tables):
                first = made.first.get(table, [])
                if first and await _rows(connection, table) == first:
                    continue
                await connection.execute(f"delete from {table}")
            for table, first in made.first.items():
                if await _rows(connection, table) != first:
                    row = f"(jsonb_populate_record(null::{table}, each::jsonb)).*"
                    await connection.execute(
                        f"insert into {table} overriding system value "
                        f"select {row} from unnest($1::text[]) as each",
                        first,
                    )
            for name, (value, called) in made.sequences.items():
                if await _place(connection, name) != (value, called):
                    await connection.execute("select setval($1::regclass, $2, $3)", name, value, called)

    async def _connect(self, name: str) -> Connection:
        url = role_url(self._server.superuser_url, name)
        return await asyncpg.connect(url, statement_cache_size=0)


async def _size(connection: Connection) -> int:
    return int(await connection.fetchval("select pg_database_size(current_database())"))


async def _filled(connection: Connection, tables: Sequence[str]) -> list[str]:
    """Which of *tables* have rows."""
    asked = ", ".join(f"case when exists (select 1 from {table}) then '{table}' end" for table in tables)
    return (
        list(await connection.fetchval(f"select array_remove(array[{asked}]::text[], null)"))
        if tables
        else []
    )


async def _rows(connection: Connection, table: str) -> list[str]:
    sql = f"select to_jsonb(each)::text as row from {table} each order by 1"
    return [row["row"] for row in await connection.fetch(sql)]


async def _place(connection: Connection, sequence: str) -> tuple[int, bool]:
    row = await connection.fetchrow(f"select last_value, is_called from {sequence}")
    assert row is not None
    return row["last_value"], row["is_called"]
