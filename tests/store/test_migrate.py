"""Numbered migrations on both databases."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from gateway.errors import SettingsError
from gateway.store import connect, migrate, pending
from gateway.store.migrate import CORE, Component
from gateway.store.migrate.source import migrations
from gateway.store.migrate.sqlite import statements
from tests.support.postgres import Urls

TABLE = "create table {} (tenant text not null, id text not null, primary key (tenant, id)) /*keyed*/;"
NOTE, MORE = TABLE.format("notes_note"), TABLE.format("notes_more")

#: What the core itself brings.
CORE_STEPS = [step.full_name for step in migrations([CORE], "sqlite")]


@pytest.fixture(params=["sqlite", "postgres"])
def fresh(request: pytest.FixtureRequest, tmp_path: Path, new_database: Callable[..., Urls]) -> Urls:
    """An empty database, once for each kind."""
    if request.param == "sqlite":
        return Urls(f"sqlite:///{tmp_path / 'gateway.db'}", "", "")
    return new_database(migrated=False)


@pytest.fixture
def notes(tmp_path: Path) -> Component:
    """A plugin's component with one table."""
    folder = tmp_path / "migrations"
    folder.mkdir()
    (folder / "0001_note.sql").write_text(NOTE)
    return Component("notes", folder)


async def test_migrate_applies_what_is_outstanding_once(fresh: Urls, notes: Component) -> None:
    """The names come back in order; the second run has nothing to do."""
    assert await pending(fresh, [CORE, notes]) == [*CORE_STEPS, "notes/0001_note"]
    assert await migrate(fresh) == CORE_STEPS
    assert await migrate(fresh, [CORE, notes]) == ["notes/0001_note"]
    assert await migrate(fresh, [CORE, notes]) == []
    assert await pending(fresh, [CORE, notes]) == []


async def test_a_plugins_table_is_usable_and_its_tenants_apart(fresh: Urls, notes: Component) -> None:
    """The runner gives a plugin's table its rights and row policy."""
    await migrate(fresh, [CORE, notes])
    store = connect(fresh.url, worker_url=fresh.worker_url)
    await store.open()
    try:
        unit = store.unit("a")
        await unit.db.run("insert into notes_note (tenant, id) values (:tenant, 'n')")
        await unit.commit(lambda tx: tx.value("select 1"))
        other = store.unit("b")
        assert await other.db.value("select count(*) from notes_note where tenant = :tenant") == 0
        await other.rollback()
    finally:
        await store.close()


async def test_a_failing_migration_leaves_nothing(fresh: Urls, notes: Component) -> None:
    """Each runs in a transaction: a mistake in the second statement undoes the first."""
    (notes.folder / "0002_bad.sql").write_text(TABLE.format("notes_half") + NOTE)
    with pytest.raises(Exception, match="already exists"):
        await migrate(fresh, [CORE, notes])
    assert await pending(fresh, [CORE, notes]) == ["notes/0002_bad"]
    (notes.folder / "0002_bad.sql").write_text(TABLE.format("notes_half"))
    assert await migrate(fresh, [CORE, notes]) == ["notes/0002_bad"]


async def test_a_newer_schema_is_refused(fresh: Urls, notes: Component) -> None:
    """Old code does not run on a database that knows more than it does."""
    (notes.folder / "0002_more.sql").write_text(MORE)
    await migrate(fresh, [CORE, notes])
    (notes.folder / "0002_more.sql").unlink()
    with pytest.raises(SettingsError, match="newer than this code: it has notes/0002_more"):
        await pending(fresh, [CORE, notes])


async def test_a_newer_schema_may_say_who_works_beside_it(fresh: Urls, notes: Component) -> None:
    """Code that knows the named migration works on; code that knows even less is refused."""
    first = notes.folder / "0001_note.sql"
    (notes.folder / "0002_more.sql").write_text("-- beside: 0001_note\n" + MORE)
    await migrate(fresh, [CORE, notes])
    (notes.folder / "0002_more.sql").unlink()
    assert await pending(fresh, [CORE, notes]) == []
    assert await migrate(fresh, [CORE, notes]) == []
    store = connect(fresh.url, worker_url=fresh.worker_url, components=[CORE, notes])
    await store.open()
    await store.close()
    first.rename(notes.folder / "0000_other.sql")
    with pytest.raises(SettingsError, match=r"newer than this code: it has notes/0001_note, notes/0002_more"):
        await pending(fresh, [CORE, notes])


async def test_a_database_of_an_older_runner_is_read_and_changed(fresh: Urls, notes: Component) -> None:
    """The runner's own table has no word about older code yet: it is read as none, and gets the column."""
    await migrate(fresh)
    if fresh.migrate_url:
        connection = await asyncpg.connect(fresh.migrate_url)
        await connection.execute("alter table migration drop column beside")
        await connection.close()
    else:
        with closing(sqlite3.connect(fresh.url.removeprefix("sqlite:///"))) as file:
            file.execute("alter table migration drop column beside")
    assert await pending(fresh, [CORE, notes]) == ["notes/0001_note"]
    assert await migrate(fresh, [CORE, notes]) == ["notes/0001_note"]
    assert await pending(fresh, [CORE, notes]) == []


async def test_a_dialects_own_file_replaces_the_common_one(fresh: Urls, notes: Component) -> None:
    """Where the databases differ each has its file, under one name."""
    (notes.folder / "0002_more.sql").write_text("not sql")
    for dialect in ("sqlite", "postgres"):
        (notes.folder / f"0002_more.{dialect}.sql").write_text(MORE)
    assert await migrate(fresh, [CORE, notes]) == [*CORE_STEPS, "notes/0001_note", "notes/0002_more"]


async def test_one_role_for_all_is_confined_in_units_only(new_database: Callable[..., Urls]) -> None:
    """Without a worker_url the one role sees all, but a unit of it only its tenant."""
    urls = new_database(migrated=False)
    alone = Urls(urls.url, urls.migrate_url, "")
    await migrate(alone)
    store = connect(alone.url)
    await store.open()
    add = "insert into seen (tenant, key, at) values (:tenant, :key, 1)"
    try:
        for tenant in ("a", "b"):
            await store.write(lambda tx, t=tenant: tx.run(add, tenant=t, key=b"k"))
        unit = store.unit("a")
        assert await unit.db.value("select count(*) from seen where :tenant <> ''") == 1
        await unit.rollback()
        assert await store.read(lambda tx: tx.value("select count(*) from seen")) == 2
    finally:
        await store.close()


def test_a_misnamed_file_is_refused(tmp_path: Path) -> None:
    """A migration that would never run is a mistake worth telling."""
    from gateway.store.migrate.source import migrations

    (tmp_path / "orders.sql").write_text("select 1")
    with pytest.raises(SettingsError, match="0002_orders"):
        migrations([Component("x", tmp_path)], "sqlite")


def test_scripts_are_split_at_real_ends() -> None:
    """A semicolon in a literal, a comment or a trigger's body ends nothing."""
    trigger = "create trigger t after insert on a begin update a set b = 1; delete from c; end;"
    script = f"select ';'; -- one; two\nselect 2;\n{trigger}\nselect 3"
    assert [piece.strip() for piece in statements(script)] == [
        "select ';';",
        "-- one; two\nselect 2;",
        trigger,
        "select 3",
    ]
