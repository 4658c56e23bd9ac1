"""What a database holds, as the rules need to see it: the same picture of SQLite and of PostgreSQL."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

import asyncpg

Kind = Literal["table", "partition", "view", "other"]


@dataclass(frozen=True, slots=True)
class Key:
    """A unique index. *columns* in order; an expression is ''."""

    name: str
    columns: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Reference:
    """A foreign key: *columns* of the table point at *targets* of *table*."""

    columns: tuple[str, ...]
    table: str
    targets: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Relation:
    """A table or a view. *required* are the columns that cannot be null; *invoker*: a view that reads
    with the rights of whoever asks (always so on SQLite, which has no others)."""

    name: str
    kind: Kind
    columns: tuple[str, ...]
    required: frozenset[str]
    primary: tuple[str, ...]
    unique: tuple[Key, ...]
    references: tuple[Reference, ...]
    invoker: bool


Schema = dict[str, Relation]


def of_file(connection: sqlite3.Connection) -> Schema:
    """The tables and views of a SQLite file."""
    found = connection.execute(
        "select name, type from sqlite_master where type in ('table', 'view') and name not like 'sqlite\\_%' "
        "escape '\\'"
    ).fetchall()
    return {name: _of_file(connection, name, kind) for name, kind in found}


def _of_file(connection: sqlite3.Connection, name: str, kind: str) -> Relation:
    columns = connection.execute(
        'select name, "notnull" or pk, pk from pragma_table_info(?)', (name,)
    ).fetchall()
    unique = connection.execute(
        """select name from pragma_index_list(?) where "unique" and origin <> 'pk' order by name""", (name,)
    ).fetchall()
    return Relation(
        name,
        "view" if kind == "view" else "table",
        tuple(row[0] for row in columns),
        frozenset(row[0] for row in columns if row[1]),
        _primary(connection, name),
        tuple(Key(row[0], _indexed(connection, row[0])) for row in unique),
        _references(connection, name),
        invoker=True,
    )


def _primary(connection: sqlite3.Connection, table: str) -> tuple[str, ...]:
    rows = connection.execute("select name from pragma_table_info(?) where pk order by pk", (table,))
    return tuple(row[0] for row in rows)


def _indexed(connection: sqlite3.Connection, index: str) -> tuple[str, ...]:
    rows = connection.execute("select name from pragma_index_info(?) order by seqno", (index,))
    return tuple(row[0] or "" for row in rows)


def _references(connection: sqlite3.Connection, table: str) -> tuple[Reference, ...]:
    rows = connection.execute(
        'select id, "table", "from", "to" from pragma_foreign_key_list(?) order by id, seq', (table,)
    ).fetchall()
    made = []
    for key in sorted({row[0] for row in rows}):
        parts = [row for row in rows if row[0] == key]
        target = parts[0][1]
        # without named targets it is the primary key that is meant
        named = tuple(row[3] for row in parts if row[3]) or _primary(connection, target)
        made.append(Reference(tuple(row[2] for row in parts), target, named))
    return tuple(made)


_RELATIONS = """
select c.oid::bigint as id, c.relname as name,
    case when c.relispartition then 'partition' when c.relkind in ('r', 'p') then 'table'
        when c.relkind = 'v' then 'view' else 'other' end as kind,
    coalesce(array_to_string(c.reloptions, ',') ~* '\\msecurity_invoker=(true|on|yes|1)', false) as invoker,
    coalesce((select json_agg(json_build_array(a.attname, a.attnotnull) order by a.attnum)
        from pg_attribute a where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped), '[]')
        as columns
from pg_class c
where c.relnamespace = current_schema()::regnamespace and c.relkind not in ('i', 'I', 'c', 't')
"""
_KEYS = """
select i.indrelid::bigint as id, c.relname as name, i.indisprimary as primary,
    (select json_agg(coalesce(a.attname, '') order by k.n)
        from unnest(i.indkey::int[]) with ordinality as k (attnum, n)
        left join pg_attribute a on a.attrelid = i.indrelid and a.attnum = k.attnum and k.attnum > 0
        where k.n <= i.indnkeyatts) as columns
from pg_index i join pg_class c on c.oid = i.indexrelid
where (i.indisunique or i.indisexclusion) and c.relnamespace = current_schema()::regnamespace
order by 2
"""
_FOREIGN = """
select f.conrelid::bigint as id, t.relname as target,
    (select json_agg(a.attname order by k.n) from unnest(f.conkey) with ordinality as k (attnum, n)
        join pg_attribute a on a.attrelid = f.conrelid and a.attnum = k.attnum) as columns,
    (select json_agg(a.attname order by k.n) from unnest(f.confkey) with ordinality as k (attnum, n)
        join pg_attribute a on a.attrelid = f.confrelid and a.attnum = k.attnum) as targets
from pg_constraint f join pg_class t on t.oid = f.confrelid
where f.contype = 'f' and f.conparentid = 0 and f.connamespace = current_schema()::regnamespace
order by f.conname
"""


async def of_database(connection: asyncpg.Connection) -> Schema:
    """The tables and views of the schema that a PostgreSQL connection works in."""
    keys = await connection.fetch(_KEYS)
    foreign = await connection.fetch(_FOREIGN)
    return {
        row["name"]: _of_database(
            row, [key for key in keys if key["id"] == row["id"]], [f for f in foreign if f["id"] == row["id"]]
        )
        for row in await connection.fetch(_RELATIONS)
    }


def _of_database(
    row: asyncpg.Record, keys: Iterable[asyncpg.Record], foreign: Iterable[asyncpg.Record]
) -> Relation:
    columns = json.loads(row["columns"])
    named = [(key, tuple(json.loads(key["columns"]))) for key in keys]
    return Relation(
        row["name"],
        row["kind"],
        tuple(name for name, _ in columns),
        frozenset(name for name, required in columns if required),
        next((names for key, names in named if key["primary"]), ()),
        tuple(Key(key["name"], names) for key, names in named if not key["primary"]),
        tuple(
            Reference(tuple(json.loads(f["columns"])), f["target"], tuple(json.loads(f["targets"])))
            for f in foreign
        ),
        invoker=row["invoker"],
    )
