"""A SQLite database, copied beside its owner as it was at one moment, and put in place."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

from gateway.backup.archive import sync_folder
from gateway.errors import GatewayError

#: Pages of a step, and seconds between two, in which the owner has the disk.
STEP, REST = 2000, 0.002
#: How the files end that SQLite has beside a database.
_BESIDE = ("-wal", "-shm", "-journal")


def snapshot(source: Path, target: Path, told: Callable[[int], None]) -> None:
    """Copy *source* to *target*. The transaction that is open meanwhile keeps the moment: what the owner
    commits is not in the copy, and does not begin it anew; the WAL grows until it ends."""
    if not source.exists():
        raise GatewayError(f"there is no database at {source}")
    with closing(sqlite3.connect(source, isolation_level=None)) as reader, closing(_new(target)) as copy:
        reader.execute("pragma busy_timeout = 5000")
        reader.execute("begin")
        reader.execute("select count(*) from sqlite_master").fetchone()
        size = reader.execute("pragma page_size").fetchone()[0]
        # Rests are taken here: those of `backup` itself are for a database that is busy.

        def step(_: int, left: int, total: int) -> None:
            told((total - left) * size)
            time.sleep(REST)

        reader.backup(copy, pages=STEP, progress=step)
        reader.execute("rollback")
        copy.execute("pragma journal_mode = delete")


def _new(path: Path) -> sqlite3.Connection:
    os.close(os.open(path, os.O_CREAT | os.O_EXCL | os.O_RDWR, 0o600))
    return sqlite3.connect(path, isolation_level=None)


def counts(path: Path) -> dict[str, int]:
    """How many rows each table has."""
    with closing(sqlite3.connect(path)) as copy:
        names = copy.execute(
            "select name from sqlite_master where type = 'table' and name not like 'sqlite_%'"
        )
        found = [name for (name,) in names.fetchall()]
        return {name: _count(copy, name) for name in sorted(found)}


def _count(copy: sqlite3.Connection, table: str) -> int:
    quoted = '"' + table.replace('"', '""') + '"'
    return int(copy.execute(f"select count(*) from {quoted}").fetchone()[0])


def filled(path: Path) -> bool:
    """Whether there is a database with tables, or what may have been one."""
    try:
        return path.exists() and bool(counts(path))
    except sqlite3.DatabaseError:  # damaged, which is why somebody restores
        return True


def rows(path: Path, sql: str) -> list[tuple[object, ...]]:
    """What the copy says."""
    with closing(sqlite3.connect(path)) as copy:
        return copy.execute(sql).fetchall()


def intact(path: Path) -> None:
    """Raise when SQLite finds the file damaged."""
    with closing(sqlite3.connect(path)) as copy:
        (word,) = copy.execute("pragma quick_check").fetchone()
    if word != "ok":
        raise GatewayError(f"the restored database is damaged: {word}")


def put_in_place(made: Path, target: Path, aside: Path | None) -> None:
    """Have *made* take *target*'s place, durable; what is there is kept as *aside*."""
    with closing(sqlite3.connect(made)) as last:
        last.execute("pragma journal_mode = delete")
    _sync(made)
    if aside is not None:
        # All of it in one file, where that can be; what is beside it still is kept too.
        with suppress(sqlite3.DatabaseError), closing(sqlite3.connect(target)) as old:
            old.execute("pragma journal_mode = delete")
        for end in ("", *_BESIDE):
            with suppress(FileNotFoundError):
                os.link(target.with_name(target.name + end), aside.with_name(aside.name + end))
    for end in _BESIDE:
        target.with_name(target.name + end).unlink(missing_ok=True)
    os.replace(made, target)
    sync_folder(target.parent)


def _sync(path: Path) -> None:
    with path.open("rb") as file:
        os.fsync(file.fileno())
