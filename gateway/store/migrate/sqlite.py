"""Migrations of a SQLite file. The caller holds the file's lock."""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path

from gateway.clock import Clock, SystemClock
from gateway.store.migrate import confine, rules, schema
from gateway.store.migrate.source import (
    ADD_BESIDE,
    CORE,
    TABLE,
    Component,
    Migration,
    migrations,
    outstanding,
    refused,
)
from gateway.store.sqlite import files

#: SQLite keeps a table in the order of such a key only when it is spelled so.
ROWID = re.compile(r"\bbigint primary key\b")
#: Errors of what is written in a migration, not of the disk.
_WRITTEN = (sqlite3.SQLITE_ERROR, sqlite3.SQLITE_CONSTRAINT, sqlite3.SQLITE_MISMATCH)


def migrate_file(
    path: Path, components: Sequence[Component] = (CORE,), clock: Clock | None = None
) -> list[str]:
    """Apply what is outstanding; the names of what was applied."""
    clock = clock or SystemClock()
    with closing(files.connect(path)) as connection:
        connection.execute(TABLE)
        if not _has_beside(connection):
            connection.execute(ADD_BESIDE)
        confine.check_names(components)
        steps = _outstanding(connection, path, components)
        before = schema.of_file(connection) if steps else {}
        for step in steps:
            before = _apply(connection, step, clock.now(), components, before)
    return [step.full_name for step in steps]


def pending_in_file(path: Path, components: Sequence[Component] = (CORE,)) -> list[str]:
    """The names of what is outstanding; reads only."""
    if not path.exists():
        return [step.full_name for step in migrations(components, "sqlite")]
    with closing(files.connect_reader(path)) as connection:
        return [step.full_name for step in _outstanding(connection, path, components)]


def _outstanding(
    connection: sqlite3.Connection, path: Path, components: Sequence[Component]
) -> list[Migration]:
    exists = connection.execute("select 1 from sqlite_master where name = 'migration'").fetchone()
    beside = "beside" if exists and _has_beside(connection) else "''"
    sql = f"select component, name, {beside} from migration"
    rows = connection.execute(sql).fetchall() if exists else []
    known = migrations(components, "sqlite")
    return outstanding(known, [(row[0], row[1], row[2]) for row in rows], str(path))


def _has_beside(connection: sqlite3.Connection) -> bool:
    """Whether the table `migration` was made, or changed, by a version that knows the column."""
    names = connection.execute("select name from pragma_table_info('migration')").fetchall()
    return ("beside",) in [tuple(row) for row in names]


def _apply(
    connection: sqlite3.Connection,
    step: Migration,
    now: int,
    components: Sequence[Component],
    before: schema.Schema,
) -> schema.Schema:
    """Carry *step* out; the tables that there are then, of which *before* were there already."""
    confine.check_text(step, components)
    connection.execute("BEGIN IMMEDIATE")
    try:
        for statement in statements(step.sql):
            connection.execute(ROWID.sub("integer primary key", statement))
        after = schema.of_file(connection)
        rules.check(step, before, after, components)
        connection.execute(
            "insert into migration (component, name, applied_at, beside) values (?, ?, ?, ?)",
            (step.component, step.name, now, step.beside),
        )
        connection.execute("COMMIT")
    except sqlite3.Error as error:
        connection.rollback()
        if getattr(error, "sqlite_errorcode", 0) & 0xFF in _WRITTEN:
            raise refused(step, error) from error
        raise
    except BaseException:
        connection.rollback()
        raise
    return after


def statements(script: str) -> list[str]:
    """Split *script*; a semicolon in a literal, a comment or a trigger's body ends nothing."""
    found: list[str] = []
    piece = ""
    for part in script.split(";")[:-1]:
        piece += part + ";"
        if sqlite3.complete_statement(piece):
            found.append(piece)
            piece = ""
    rest = piece + script.rsplit(";", 1)[-1]
    return [*found, rest] if rest.strip() else found
