"""What a run left in the database, read directly once the gateway has ended."""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

import asyncpg

from tests.faults.site import Database


class MessageRow(NamedTuple):
    """A row of `message`. *event* is what caused an outbound one."""

    tenant: str
    id: str
    conversation: str
    direction: str
    provider_message_id: str
    event: str
    parts: int


class OutboxRow(NamedTuple):
    """A row of `outbox`: not sent yet, or in doubt."""

    tenant: str
    id: str
    message: str
    conversation: str
    state: str
    resent: int
    error: str


class PartRow(NamedTuple):
    """A row of `part`: its outcome is known."""

    tenant: str
    id: str
    message: str
    conversation: str
    provider_message_id: str
    status: str
    rank: int
    resent: int
    accepted_at: int


class DeadRow(NamedTuple):
    """A row of `dead`."""

    tenant: str
    stage: str
    ref: str
    reason: str
    detail: str


class AttemptRow(NamedTuple):
    """A row of `attempt`: a send that did not end well."""

    tenant: str
    part: str
    n: int
    outcome: str
    error: str


@dataclass(frozen=True)
class Tables:
    """The rows that the judge reads, and how many rows are left in tables that must be empty."""

    messages: tuple[MessageRow, ...] = ()
    outbox: tuple[OutboxRow, ...] = ()
    parts: tuple[PartRow, ...] = ()
    dead: tuple[DeadRow, ...] = ()
    attempts: tuple[AttemptRow, ...] = ()
    journal_open: int = 0
    events: int = 0
    done: int = 0
    #: SQLite's own verdict on its file; "ok" for PostgreSQL.
    integrity: str = "ok"


_QUERIES: dict[str, str] = {
    "message": "select tenant, id, conversation, direction, provider_message_id, event, parts"
    " from message order by id",
    "outbox": "select tenant, id, message, conversation, state, resent, error from outbox order by id",
    "part": "select tenant, id, message, conversation, provider_message_id, status, rank, resent,"
    " accepted_at from part order by id",
    "dead": "select tenant, stage, ref, reason, detail from dead where resolved_at = 0 order by id",
    "attempt": "select tenant, part, n, outcome, error from attempt order by part, n",
    "journal_open": "select count(*) from journal_open",
    "event": "select count(*) from event",
    "done": "select count(*) from done",
}


async def read_tables(database: Database) -> Tables:
    """Read *database*; on PostgreSQL as the role that sees every tenant."""
    if database.name == "sqlite":
        return _read_sqlite(database)
    rows: dict[str, Sequence[Sequence[Any]]] = {}
    connection = await asyncpg.connect(database.worker_url or database.url)
    try:
        for name, sql in _QUERIES.items():
            rows[name] = [tuple(row) for row in await connection.fetch(sql)]
    finally:
        await connection.close()
    return _tables(rows, "ok")


def _read_sqlite(database: Database) -> Tables:
    connection = sqlite3.connect(database.path)
    try:
        rows = {name: connection.execute(sql).fetchall() for name, sql in _QUERIES.items()}
        (integrity,) = connection.execute("pragma integrity_check").fetchone()
    finally:
        connection.close()
    return _tables(rows, str(integrity))


def journaled(database: Database) -> set[bytes]:
    """Every webhook body that an SQLite journal holds. Safe after a crash: the file recovers first."""
    connection = sqlite3.connect(database.path)
    try:
        return {bytes(body) for (body,) in connection.execute("select body from journal")}
    finally:
        connection.close()


def open_work(database: Database) -> int:
    """How many webhooks and events of an SQLite database wait to be parsed or handled."""
    connection = sqlite3.connect(database.path)
    try:
        queries = (_QUERIES["journal_open"], _QUERIES["event"])
        return sum(int(connection.execute(sql).fetchone()[0]) for sql in queries)
    finally:
        connection.close()


def _tables(rows: Mapping[str, Sequence[Sequence[Any]]], integrity: str) -> Tables:
    return Tables(
        messages=tuple(MessageRow(*row) for row in rows["message"]),
        outbox=tuple(OutboxRow(*row) for row in rows["outbox"]),
        parts=tuple(PartRow(*row) for row in rows["part"]),
        dead=tuple(DeadRow(*row) for row in rows["dead"]),
        attempts=tuple(AttemptRow(*row) for row in rows["attempt"]),
        journal_open=int(rows["journal_open"][0][0]),
        events=int(rows["event"][0][0]),
        done=int(rows["done"][0][0]),
        integrity=integrity,
    )
