"""Every table is declared: what it holds of a person, or why it holds nothing."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path

import asyncpg
import pytest

from gateway.erasure.tables import CASCADES, HELD, LOOSE, NOBODY, WALKED
from gateway.store.migrate.schema import Schema, of_database, of_file
from tests.support.postgres import Urls
from tests.support.sqlite import prepared

#: Tables of plugins that come with the gateway: they declare theirs by `register_personal_data`.
PLUGINS = ("commerce_",)


def _declared() -> set[str]:
    held = {each.table for each in (*HELD, *CASCADES)}
    return held | {each.table for each in LOOSE} | set(WALKED)


def _check(schema: Schema) -> None:
    tables = {
        name
        for name, each in schema.items()
        if each.kind in ("table", "partition") and not name.startswith(PLUGINS)
    }

    assert tables - _declared() - set(NOBODY) == set(), "say in gateway/erasure/tables.py what they hold"
    assert (_declared() | set(NOBODY)) - tables == set(), "they are gone"
    assert _declared() & set(NOBODY) == set()
    for held in HELD:
        assert {held.column, *held.key, *held.leaves} <= set(schema[held.table].columns), held
    for loose in LOOSE:
        wanted = {*loose.key, *loose.look, *loose.blank, *([loose.at] if loose.at else [])}
        assert wanted <= set(schema[loose.table].columns), loose
        assert schema[loose.table].primary[1:] == loose.key, loose


def test_every_table_of_sqlite_is_declared(tmp_path: Path) -> None:
    """A new table without a word about people fails here."""
    with closing(sqlite3.connect(prepared(tmp_path / "gateway.db"))) as connection:
        schema = of_file(connection)
    _check(schema)

    with pytest.raises(AssertionError, match="say in"):
        _check({**schema, "stranger": next(iter(schema.values()))})


async def test_every_table_of_postgres_is_declared(postgres_urls: Urls) -> None:
    """The same on PostgreSQL."""
    connection = await asyncpg.connect(postgres_urls.migrate_url or postgres_urls.url)
    try:
        _check(await of_database(connection))
    finally:
        await connection.close()


def test_the_keys_are_the_primary_keys(tmp_path: Path) -> None:
    """Small batches are made by them."""
    with closing(sqlite3.connect(prepared(tmp_path / "gateway.db"))) as connection:
        schema = of_file(connection)
    for held in HELD:
        assert schema[held.table].primary[1:] == held.key, held
