"""The files of a SQLite database: the lock, connections with their pragmas, what errors mean."""

from __future__ import annotations

import fcntl
import os
import sqlite3
from pathlib import Path

from gateway.errors import SettingsError, StatementFailed, StoreError, StoreUnavailable

OLDEST = (3, 35, 0)  # RETURNING

# The disk, not the statement: full, I/O error, busy, locked, corrupt, cannot open, read-only, no memory.
_AWAY = frozenset(
    (
        sqlite3.SQLITE_FULL,
        sqlite3.SQLITE_IOERR,
        sqlite3.SQLITE_BUSY,
        sqlite3.SQLITE_LOCKED,
        sqlite3.SQLITE_CORRUPT,
        sqlite3.SQLITE_NOTADB,
        sqlite3.SQLITE_CANTOPEN,
        sqlite3.SQLITE_READONLY,
        sqlite3.SQLITE_NOMEM,
        sqlite3.SQLITE_PROTOCOL,
    )
)
_COMMON = "PRAGMA busy_timeout=5000; PRAGMA foreign_keys=ON; PRAGMA temp_store=MEMORY;"
# What is deleted is overwritten: a contact who is erased must not be left in pages that are free.
_WRITER = (
    _COMMON + "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL; PRAGMA wal_autocheckpoint=4000; "
    "PRAGMA secure_delete=ON;"
)
_READER = _COMMON + "PRAGMA wal_autocheckpoint=0; PRAGMA query_only=1;"


def explain(error: BaseException, *, reading: bool = False) -> BaseException:
    """The gateway's error for what the driver raised; anything that is not the driver's is itself.

    On a reader (*reading*) "read-only" is the statement's fault, on the writer it is the disk's.
    """
    if isinstance(error, sqlite3.Error):
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code in _AWAY and not (reading and code == sqlite3.SQLITE_READONLY):
            return StoreUnavailable(f"SQLite: {error}")
        return StatementFailed(f"SQLite: {error}")
    if isinstance(error, OverflowError | UnicodeEncodeError):
        return StatementFailed(f"SQLite cannot store a value: {error}")
    if isinstance(error, OSError):
        return StoreUnavailable(f"SQLite: {error}")
    return error


def connect(path: Path, kind: type[sqlite3.Connection] = sqlite3.Connection) -> sqlite3.Connection:
    """The connection that owns every write and checkpoint of *path*."""
    return _connect(path, kind, _WRITER)


def connect_reader(path: Path) -> sqlite3.Connection:
    """A connection that cannot write and never checkpoints."""
    return _connect(path, sqlite3.Connection, _READER)


def tenant_tables(connection: sqlite3.Connection) -> frozenset[str]:
    """The tables and views whose rows belong to a tenant."""
    rows = connection.execute(
        "select m.name from sqlite_master m, pragma_table_info(m.name) c "
        "where m.type in ('table', 'view') and c.name = 'tenant'"
    )
    return frozenset(row[0] for row in rows)


def closed_tables(connection: sqlite3.Connection) -> frozenset[str]:
    """The tables of nobody but the gateway. On PostgreSQL the workers' role alone may use them."""
    rows = connection.execute("select name from sqlite_master where type = 'table' and name <> 'migration'")
    return frozenset(row[0] for row in rows) - tenant_tables(connection)


def _connect(path: Path, kind: type[sqlite3.Connection], pragmas: str) -> sqlite3.Connection:
    connection = sqlite3.connect(
        path, isolation_level=None, check_same_thread=False, cached_statements=512, factory=kind
    )
    try:
        connection.executescript(pragmas)
    except BaseException:
        connection.close()
        raise
    connection.row_factory = sqlite3.Row
    return connection


def check_version(version: tuple[int, ...] = sqlite3.sqlite_version_info) -> None:
    """Refuse a SQLite library that is too old."""
    if version < OLDEST:
        have = ".".join(map(str, version))
        raise SettingsError("sqlite3", f"SQLite {have} is too old", "use a Python with SQLite 3.35 or newer")


def check_writable(path: Path) -> None:
    """Refuse a place where no database file can be made or written."""
    folder = path.parent
    if not folder.is_dir():
        raise SettingsError("[store] url", f"{folder} is not a folder", f"make it: mkdir -p {folder}")
    for target in (folder, path):
        if target.exists() and not os.access(target, os.W_OK):
            remedy = "mount it writable, give this user the right to write, or choose another path"
            raise SettingsError("[store] url", f"{target} cannot be written", remedy)


class Lock:
    """The proof that this process alone writes the database: an flock on `<database>.lock`."""

    def __init__(self, database: Path) -> None:
        self.path = database.with_name(database.name + ".lock")
        self._database = database
        self._descriptor = -1

    def take(self) -> None:
        """Take the lock or raise `SettingsError` at once."""
        try:
            descriptor = os.open(self.path, os.O_RDWR | os.O_CREAT, 0o600)
        except OSError as error:
            problem = f"the lock file cannot be made: {error.strerror}"
            raise SettingsError(str(self.path), problem, "give this user the right to write there") from error
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            os.close(descriptor)
            raise SettingsError(
                str(self._database),
                "another process owns this database",
                "stop the other gateway, or give this one its own [store] url",
            ) from None
        self._descriptor = descriptor

    def release(self) -> None:
        """Let go; safe to call twice."""
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1


def as_store_error(error: BaseException) -> StoreError:
    """*error* as a `StoreUnavailable` when nothing better is known."""
    known = explain(error)
    return known if isinstance(known, StoreError) else StoreUnavailable(f"SQLite: {error!r}")
