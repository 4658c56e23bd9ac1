"""What a plugin's SQL may not do."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import StatementRefused, StoreError
from gateway.store import Store, guard
from gateway.store.port import Tx
from gateway.store.sql import named_blocks

REFUSED = [
    "COMMIT",
    "  commit ;",
    "/* x */ begin",
    "-- select\nrollback",
    "SAVEPOINT s",
    "release s",
    "end",
    "PRAGMA foreign_keys = off",
    "attach 'x.db' as x",
    "detach x",
    "VACUUM INTO 'copy.db'",
    "set local app.tenant = 'b'",
    "reset app.tenant",
    "copy seen to stdout",
    "listen x",
    "notify x",
    "lock table seen",
    "do $$ begin end $$",
    "explain analyze select 1",
    "drop table seen",
    "create temp table t (a int)",
    "select set_config('app.tenant', 'b', true)",
    "select \"set_config\"('app.tenant', 'b', true)",
    "select pg_catalog . SET_CONFIG ('a', 'b', true)",
    "with x as (select set_config('app.tenant', 'b', true)) select * from x",
    "select pg_advisory_lock(1)",
    "select load_extension('x')",
    "select 1; commit",
    "select 1; -- and\n select 2",
    "select ';' ; delete from seen",
    "select '' ';' ; commit",
    "select $$ $$; commit",
    "",
    " -- nothing\n",
    "(select 1)",
    "\ufeffcommit",
    "select 1, \ufeff set_config('app.tenant', 'b', true)",
    "analyze",
    "table seen",
    "show app.tenant",
    "with x as (select 1) select U&\"set\\005fconfig\"('app.tenant', 'b', true)",
    "select 1 as a$$, set_config('app.tenant', 'b', true) as b$$",
    "select 1 as \xe9$$, set_config('app.tenant', 'b', true) as b$$",
    "select 1 as \u20ac$$, set_config('app.tenant', 'b', true) as b$$",
    "select 1 as \xa0$$, set_config('app.tenant', 'b', true) as b$$",
    "select query_to_xml('select set_config(''app.tenant'', ''b'', true)', true, true, '')",
    "select table_to_xml_and_xmlschema('seen', true, true, '')",
    "select * from ts_stat('select key from seen')",
    "select lo_get(1)",
    "select * from dblink_connect('x')",
    "select * from pg_stat_activity",
    "select * from pg_catalog.pg_class",
    'select * from "PG_CLASS"',
    "select table_name from information_schema.tables",
    "select * from sqlite_master",
    "select * from main . sqlite_schema",
    "select * from [sqlite_schema]",
    "select * from pragma_table_info('seen')",
    "select * from dbstat",
    "select pg_column_size(1)",
    "select * from 'sqlite_master'",
    "select * from main.'sqlite_schema'",
    "select 1 -- one\r, set_config('app.tenant', 'b', true)",
    "select e'\\', load_extension('x') --'",
]
ALLOWED = [
    "select 1",
    "select 'commit; rollback' as a, \"set\" from t -- ; commit",
    "insert into t (a) values ('it''s; begin')",
    "update t set a = 1 where b = 'x';",
    "update t set a = 1 ; ; -- done",
    "with x as (select 1) insert into t select * from x",
    "select /* ; commit */ 1",
    "select $tag$ ; commit $tag$",
    "delete from t where end_at < :now",
    "select case when a then 1 end from t",
    "values (1)",
    "replace into t values (1)",
    "select 'sqlite_master', 'pg_class' from t -- and\r\n where a is distinct from 'x'",
    "select e'one\\ntwo'",
]
TABLES = {"seen", "contact"}


@pytest.mark.parametrize("sql", REFUSED)
def test_refused(sql: str) -> None:
    """The transaction, the connection and the schema belong to the gateway, in any disguise."""
    with pytest.raises(StatementRefused, match=r"\w+ \w+"):
        guard.check(sql)


@pytest.mark.parametrize("sql", ALLOWED)
def test_allowed(sql: str) -> None:
    """Words in literals, comments and names are not commands."""
    guard.check(sql)


@pytest.mark.parametrize(
    "sql",
    [
        "select * from seen",
        "select * from public.seen",
        'select * from "seen"',
        "delete from SEEN where key = :key",
        "select * from shard, seen",
        "select * from shard s join contact c on c.id = s.id",
        "select ':tenant' from seen -- :tenant",
        "insert into seen (tenant, key) values ('a', 'b')",
        "update only seen set at = 1",
        "select * from [seen]",
        "select * from `seen`",
        'select * from public . "seen" as s',
        "select * from main.seen s",
        "with old as (select * from seen) select * from old",
        "with old as (delete from seen returning *) insert into shard select * from old",
        "select (select max(at) from seen) from shard",
        "select * from shard where exists (select 1 from seen s where s.id = shard.id)",
        "update shard set a = s.at from seen s where s.id = shard.id",
        "insert into shard (a) select at from seen",
        "insert into seen select * from shard",
        "delete from shard using seen s where s.id = shard.id",
        "select * from only seen",
        "select * from (seen)",
        "select * from shard, lateral (select 1 from seen) s",
        "select 1 from shard where id in seen",
        "merge into seen using shard on seen.id = shard.id when matched then delete",
        "select * from shard natural left outer join seen",
        "table seen",
        "select * from/* :tenant */seen where key = ':tenant' and \":tenant\" = $$:tenant$$",
        "select * from seen where at = :tenants",
        'select * from U&"s\\0065en"',
        "replace into seen values (1)",
        "update or ignore seen set at = 1",
        "update or replace seen set at = 1",
        "select * from 'seen'",
        "select * from main.'seen'",
        "select * from shard, 'seen'",
        "select * from shard where id in 'seen'",
        "delete from 'seen'",
        "select 1 --\r union select at from seen",
        "select * from seen -- \r where :tenant = tenant",
        "select e'\\', at from seen, (select 1 as e) --'",
    ],
)
def test_a_statement_that_forgets_the_tenant(sql: str) -> None:
    """Touching a tenant's table without :tenant is told with the table's name."""
    problem = guard.tenant_problem(sql, TABLES)
    assert problem is not None
    assert ":tenant" in problem or "escapes" in problem


@pytest.mark.parametrize(
    "sql",
    [
        "select * from seen where tenant = :tenant",
        "select * from shard",
        "select seen from shard",
        "select 'from seen' from shard",
        "insert into contact (tenant) values (:tenant)",
        "with s as (select * from seen where tenant = :tenant) select * from s",
        "update contact c set name = s.key from seen s where c.tenant = :tenant and s.tenant = c.tenant",
        "select 'from seen', $$ from seen $$ from shard -- from seen",
        "select * from shard where kind in ('seen', 'contact') or kind = 'seen'",
        "insert into shard (a, b) values (1, 'seen')",
    ],
)
def test_a_statement_that_keeps_to_its_tenant(sql: str) -> None:
    """With :tenant, or without a tenant's table, there is no problem."""
    assert guard.tenant_problem(sql, TABLES) is None


@pytest.mark.parametrize(
    "sql",
    [
        "select body from journal",
        "select 1 from seen s join journal j on j.id = s.id where :tenant = s.tenant",
        "update or ignore journal set body = ''",
        "select * from seen, 'journal' where seen.tenant = :tenant",
        "select * from main.journal",
        "select 1 where 1 in journal",
    ],
)
def test_tables_that_are_no_tenant_s(sql: str) -> None:
    """With :tenant or without, a table of the gateway's own is refused by its name."""
    assert "journal" in (guard.closed_problem(sql, {"journal"}) or "")


def test_columns_that_are_called_as_such_a_table() -> None:
    """Only tables are meant."""
    sql = "select id, journal, d.journal from dead d where d.journal = :x and (journal = 'journal')"
    assert guard.closed_problem(sql, {"journal"}) is None


async def test_a_scope_and_a_plugin_have_no_other_tables(store: Store) -> None:
    """On either database: neither the API nor a plugin reads what is of all tenants."""

    async def look(tx: Tx) -> None:
        await tx.all("select * from journal")

    with pytest.raises(StoreError):
        await store.scope("a").read(look)
    unit = store.unit("a")
    with pytest.raises(StoreError):
        await unit.db.all("select * from operator_key")
    await unit.rollback()


def test_plugins_sql_files_use_the_tenant() -> None:
    """Every named statement of our plugins keeps to its tenant."""
    root = Path(guard.__file__).parents[2] / "plugins"
    tables = TABLES | {"message", "conversation", "identity", "event", "outbox", "part", "status"}
    for path in root.glob("*/queries*.sql"):
        for name, sql in named_blocks(path.read_text("utf-8"), str(path)).items():
            assert guard.tenant_problem(sql, tables) is None, f"{path.name}: {name}"
