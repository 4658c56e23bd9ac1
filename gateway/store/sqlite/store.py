"""`Store` on SQLite."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeVar

from gateway.errors import SettingsError, StoreUnavailable
from gateway.store.handle import Guarded
from gateway.store.migrate.source import CORE, Component
from gateway.store.migrate.sqlite import migrate_file, pending_in_file
from gateway.store.port import Dialect, Scope, Tx, Unit
from gateway.store.scope import Guard, TenantScope
from gateway.store.sqlite import files
from gateway.store.sqlite.reader import Readers
from gateway.store.sqlite.tx import SqliteTx
from gateway.store.sqlite.unit import SqliteUnit
from gateway.store.sqlite.writer import Writer

T = TypeVar("T")


class SqliteStore:
    """One file, owned by one process (`<file>.lock`). *components* are those whose tables it holds; *kind*
    lets a test put faults into the writer."""

    dialect: Dialect = "sqlite"
    pace = 0.0

    def __init__(
        self, path: Path, *, kind: type[sqlite3.Connection] = sqlite3.Connection,
        components: Sequence[Component] = (CORE,),
    ) -> None:  # fmt: skip
        self.path = path.absolute()
        self._components = components
        self._lock = files.Lock(self.path)
        self._writer = Writer(self.path, kind)
        self._readers = Readers(self.path)
        self._guarded = Guarded()
        self._inline: sqlite3.Connection | None = None
        self._guard = Guard(frozenset())

    async def open(self, *, own: bool = True) -> None:
        """Lock, migrate, start the writer. Without *own* only `read` works and nothing is locked."""
        files.check_version()
        if own:
            files.check_writable(self.path)
            self._lock.take()
        try:
            self._prepare(own)
        except sqlite3.Error as error:
            await self.close()
            raise SettingsError(str(self.path), f"SQLite cannot open it: {error}", _REMEDY) from error
        except BaseException:
            await self.close()
            raise

    def _prepare(self, own: bool) -> None:
        if own:
            migrate_file(self.path, self._components)
            self._writer.start()
        elif not self.path.exists() or pending_in_file(self.path, self._components):
            raise SettingsError(str(self.path), "its schema is not up to date", "run gateway migrate")
        self._inline = files.connect_reader(self.path)
        tables = files.tenant_tables(self._inline)
        closed = files.closed_tables(self._inline)
        self._guard, self._guarded = Guard(tables, closed), Guarded(tables, closed)

    async def close(self) -> None:
        """Finish what is queued, checkpoint, let go. Safe to call twice."""
        await self._readers.close()
        await self._writer.close()
        if self._inline is not None:
            self._inline.close()
            self._inline = None
        self._lock.release()

    async def write(self, work: Callable[[Tx], Awaitable[T]], *, urgent: bool = False) -> T:
        return await self._writer.submit(work, urgent)

    async def append(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        async def work(tx: Tx) -> None:
            await tx.many(sql, rows)

        await self._writer.submit(work, True)

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        self._check()
        return await self._readers.read(work)

    async def scrub(self) -> bool:
        return await self._writer.scrub()

    def scope(self, tenant: str) -> Scope:
        return TenantScope(tenant, self._guard, self.read, self.write)

    def unit(self, tenant: str, *, hold: float = 0.1) -> Unit:
        return SqliteUnit(self._writer, SqliteTx(self._check(), reading=True), self._guarded, tenant, hold)

    def _check(self) -> sqlite3.Connection:
        if self._inline is None:
            raise StoreUnavailable("the SQLite database is not open")
        return self._inline


_REMEDY = "if it is not a SQLite database, choose another path; if it is damaged, restore a backup"
