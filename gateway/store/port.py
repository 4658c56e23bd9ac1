"""The port: what the pipeline and the plugins know of a database.

Two implementations exist, `sqlite` and `postgres`. One SQL text serves both: named `:values`, integer
microseconds, text ids, bytes. Where they differ, a `.sql` file carries the dialect's suffix.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextlib import AbstractAsyncContextManager
from typing import Any, Literal, Protocol, TypeVar

T = TypeVar("T")
Dialect = Literal["sqlite", "postgres"]


class Row(Protocol):
    """One row of a result: by column name or by position."""

    def __getitem__(self, key: str | int, /) -> Any: ...

    def keys(self) -> Any: ...


class Db(Protocol):
    """What a plugin gets as `chat.db`. Values are named; ``:tenant`` is bound by us.

    The first write opens the transaction; what is read before it may be stale, so guard shared rows
    by conditional updates or take the writer first with `begin`. It works inside its hook only.
    """

    async def one(self, sql: str, /, **values: Any) -> Row | None:
        """The first row, or None."""

    async def all(self, sql: str, /, **values: Any) -> list[Row]:
        """Every row."""

    async def value(self, sql: str, /, **values: Any) -> Any:
        """The first column of the first row, or None."""

    async def run(self, sql: str, /, **values: Any) -> int:
        """Run a statement; the number of rows it changed."""

    async def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> int:
        """Run a statement once per row of values; the number of rows changed in all (0 on PostgreSQL
        when the driver does not say)."""

    def begin(self) -> AbstractAsyncContextManager[None]:
        """Take the writer before the first read, for a read that decides a write."""


class Tx(Db, Protocol):
    """A transaction of the gateway's own: a `Db` without tenant, guard or laziness."""

    async def each(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> list[Row]:
        """Run a statement with RETURNING (or a SELECT) once per row of values; all rows that came
        back, in order. One round trip on PostgreSQL."""


class Unit(Protocol):
    """The transaction of one (event, plugin), opened at the first write of its `db`.

    Every unit is ended by `commit` or `rollback`, also one that has only read: on PostgreSQL reading
    holds a connection. A statement that failed spoils the unit: it can only be rolled back.
    """

    @property
    def db(self) -> Db:
        """The plugin's handle. Revoked by `commit` and `rollback`."""

    @property
    def opened(self) -> bool:
        """Whether something was written (or `begin` was used)."""

    async def commit(self, finish: Callable[[Tx], Awaitable[T]]) -> T:
        """Run *finish* in the same transaction, commit, and return its result once it is durable.
        Call it only when `opened`; otherwise use `Store.write`."""

    async def rollback(self) -> None:
        """Undo everything, free the writer, revoke the handle. Safe to call twice and when not opened."""


class Scope(Protocol):
    """The repository of one tenant (`gateway.store.scope`): what is read and written here is the tenant's.

    A statement on a tenant's table that does not use `:tenant` raises `StatementRefused`, as does a value
    for `:tenant` that is another's. On PostgreSQL the row policies confine it a second time."""

    @property
    def tenant(self) -> str:
        """Whose it is."""

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """As `Store.read`."""

    async def write(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """As `Store.write`."""


class Store(Protocol):
    """A database that is open."""

    dialect: Dialect
    #: Seconds that a busy stage leaves between two of its writes, so that they are worth a commit each;
    #: 0 where the store lets all writers share one.
    pace: float

    async def open(self, *, own: bool = True) -> None:
        """Connect, take ownership, check the schema's version. Raises `SettingsError` with a remedy.

        A command that only reads beside a running gateway opens with *own* false."""

    async def close(self) -> None:
        """Finish what is queued, checkpoint, let go."""

    async def write(self, work: Callable[[Tx], Awaitable[T]], *, urgent: bool = False) -> T:
        """Run *work* as one transaction and return its result once it is durable.

        On SQLite many share a commit, each in a savepoint, strictly one after another; *work* must not
        wait for anything but its `Tx`. *urgent* work (the journal) goes before the rest. A caller that
        is cancelled does not cancel the work. Raises what *work* raised (nothing of it is kept), or
        `StoreUnavailable` (nothing counts as kept), or `SerializationFailure`.
        """

    async def append(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        """Run one insert for all *rows*, before the rest and all or nothing; return once it is durable.
        Raises `StoreUnavailable`. The journal's way in: the fewest steps that there are."""

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        """Run *work* on a reader: sees what is committed, cannot write, blocks no writer."""

    async def scrub(self) -> bool:
        """What was deleted is in no file beside the tables either: on SQLite its log is emptied. False while
        a reader needs the log; ask again."""

    def scope(self, tenant: str) -> Scope:
        """The repository of *tenant*, for all that is not a plugin's turn: the API's only way in."""

    def unit(self, tenant: str, *, hold: float = 0.1) -> Unit:
        """A lazily opened transaction for a plugin of *tenant*. On SQLite the writer may be held for
        *hold* seconds at most; after that the unit is rolled back and its next use raises HandleRevoked."""
