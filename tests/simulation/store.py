"""The database of a simulation: one SQLite in memory, shared by all processes, with faults on demand.

A unit of work arrives after a while, runs as one transaction without anybody between its statements, and is
answered after a while. It may be refused, its answer may be lost although it was kept, or the database may be
away. What a process had asked for when it died happens or not. A plugin's unit holds the database until it
ends, as it does on SQLite; what others ask meanwhile waits.
"""

from __future__ import annotations

import asyncio
import random
import sqlite3
from collections import deque
from collections.abc import Awaitable, Callable, Mapping, Sequence
from contextvars import Context
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.store.handle import Guarded
from gateway.store.migrate.sqlite import migrate_file
from gateway.store.port import Dialect, Tx
from gateway.store.scope import Guard, TenantScope
from gateway.store.sqlite import files
from gateway.store.sqlite.turn import Turn
from gateway.store.sqlite.tx import SqliteTx
from gateway.store.sqlite.unit import SqliteUnit
from gateway.store.sqlite.writer import drive
from tests.simulation.loop import PROCESS, Process, SimLoop

CUT = "the simulated connection was closed"
LOST = "the answer of the simulated database was lost"

Work = Callable[[Tx], Awaitable[Any]]

#: What the plugin of the simulation writes into, and what notes each part that went back.
TABLES = """
create table sim_effect (tenant text not null, message text not null);
create table sim_back (part text, was int, now int);
create trigger sim_forward after update on part when new.rank < old.rank begin
    insert into sim_back values (new.id, old.rank, new.rank);
end;
"""


@cache
def template() -> bytes:
    """An empty, migrated database."""
    with TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        migrate_file(path)
        connection = sqlite3.connect(path, isolation_level=None)
        connection.execute("pragma journal_mode=delete")
        connection.executescript(TABLES)
        connection.execute("vacuum")
        data = connection.serialize()
        connection.close()
    return data


@cache
def spare() -> list[sqlite3.Connection]:
    """Connections of simulations that are over, empty again: all their statements are compiled."""
    return []


def connect() -> sqlite3.Connection:
    """An empty database, in a transaction that is rolled back in the end: then it is empty again."""
    if spare():
        connection = spare().pop()
    else:
        connection = sqlite3.connect(":memory:", isolation_level=None, cached_statements=512)
        connection.deserialize(template())
        connection.row_factory = sqlite3.Row
        connection.execute("pragma foreign_keys=on")
    connection.execute("begin")
    return connection


@cache
def guards() -> tuple[Guarded, Guard]:
    """Which statements may be run: it depends on the tables alone, and each is looked at once."""
    connection = sqlite3.connect(":memory:")
    connection.deserialize(template())
    tables = files.tenant_tables(connection), files.closed_tables(connection)
    connection.close()
    return Guarded(*tables), Guard(*tables)


class Database:
    """The server. *dice* decide about delays and faults; each rate is a probability per unit of work."""

    def __init__(self, loop: SimLoop, dice: random.Random) -> None:
        self.loop, self._dice = loop, dice
        self.connection = connect()
        self.guarded, self.guard = guards()
        self.refuses = self.loses = self.crosses = self.slow = 0.0
        self.away_until = 0.0
        self.commits = 0
        self._open = False
        self.trace: Callable[..., None] = lambda *what: None
        self._world = Context()  # nobody's: it goes on whoever dies
        self._queue: deque[Callable[[], None]] = deque()
        self._holder: tuple[Turn, Process | None, SqliteTx] | None = None
        self._free: list[asyncio.Future[None]] = []

    def close(self) -> None:
        """Let go of what was written."""
        self.connection.execute("rollback")
        spare().append(self.connection)

    def heal(self) -> None:
        """No more faults."""
        self.refuses = self.loses = self.crosses = self.slow = self.away_until = 0.0

    @property
    def away(self) -> bool:
        """Whether nobody can be reached."""
        return self.loop.now < self.away_until

    def delay(self) -> float:
        """How long one way takes."""
        if self._dice.random() < self.slow:
            return self._dice.uniform(0.05, 0.4)
        return self._dice.uniform(0.0002, 0.003)

    def later(self, seconds: float, call: Callable[..., Any], *args: Any) -> None:
        """Call in the world's own context."""
        self.loop.call_later(seconds, call, *args, context=self._world)

    def ask(self, work: Work, *, writes: bool) -> asyncio.Future[Any]:
        """Send *work*; the future has its answer."""
        answer: asyncio.Future[Any] = self.loop.create_future()
        process = PROCESS.get()
        self.later(self.delay(), self._arrive, process, lambda: self._run(work, writes, answer))
        return answer

    def ask_turn(self, turn: Turn) -> None:
        """Send a plugin's wish to hold the database."""
        process = PROCESS.get()
        self.later(self.delay(), self._arrive, process, lambda: self._grant(turn, process))

    async def quiet(self) -> None:
        """Return when no plugin holds the database: what it has written is not to be seen yet."""
        while self._holder is not None:
            waits = self.loop.create_future()
            self._free.append(waits)
            await waits

    def cut(self, process: Process) -> None:
        """*process* is dead, or says nothing: its connection is closed, and with it what it held."""
        if self._holder is not None and self._holder[1] is process:
            turn, _, tx = self._holder
            if turn.end(keep=False, why=CUT):
                tx._refusal = StoreUnavailable(CUT)

    def _arrive(self, process: Process | None, call: Callable[[], None]) -> None:
        if process is not None and process.state == "crashed" and self._dice.random() < 0.5:
            return  # it never left
        self._queue.append(call)
        self._pump()

    def _pump(self) -> None:
        while self._queue and self._holder is None:
            self._queue.popleft()()

    def _run(self, work: Work, writes: bool, answer: asyncio.Future[Any]) -> None:
        if self.away:
            self._reply(answer, error=StoreUnavailable("the simulated database is away"))
            return
        fate = self._fate() if writes else ""
        if fate:
            self.trace(fate, getattr(work, "__qualname__", "?"))
        if fate == "refused":
            self._reply(answer, error=StoreUnavailable("the simulated database refused"))
            return
        tx = SqliteTx(self.connection, reading=not writes)
        try:
            self._begin()
            value = drive(work(tx))
            tx.check()
            if fate == "crossed":
                raise SerializationFailure("two simulated transactions crossed")
            self._end(keep=writes)
        except Exception as error:
            self._end(keep=False)
            known = files.explain(error, reading=not writes)
            self._reply(answer, error=known)
        else:
            self.commits += writes
            self._reply(answer, value, StoreUnavailable(LOST) if fate == "lost" else None)
        finally:
            tx.revoke()

    def _fate(self) -> str:
        roll = self._dice.random()
        for rate, fate in ((self.refuses, "refused"), (self.loses, "lost"), (self.crosses, "crossed")):
            if roll < rate:
                return fate
            roll -= rate
        return ""

    def _begin(self) -> None:
        """A transaction: it is a savepoint of the one that `connect` began."""
        self.connection.execute("savepoint unit")
        self._open = True

    def _end(self, *, keep: bool) -> None:
        if self._open and not keep:
            self.connection.execute("rollback to unit")
        if self._open:
            self.connection.execute("release unit")
        self._open = False

    def _reply(
        self, answer: asyncio.Future[Any], value: Any = None, error: BaseException | None = None
    ) -> None:
        self.later(self.delay(), _deliver, answer, value, error)

    def _grant(self, turn: Turn, process: Process | None) -> None:
        if turn.ended or (process is not None and process.state == "crashed"):
            return
        if self.away:
            turn.refuse(StoreUnavailable("the simulated database is away"))
            return
        tx = SqliteTx(self.connection)
        self._holder = (turn, process, tx)
        self.loop.create_task(self._hold(turn, tx), context=self._world)

    async def _hold(self, turn: Turn, tx: SqliteTx) -> None:
        self._begin()
        fate = self._fate()
        if fate:
            self.trace(fate, "a plugin's unit")
        keep = await turn.hold(tx)
        error: BaseException | None = None
        if not keep or fate in ("refused", "crossed") or self.away:
            self._end(keep=False)
            kind = SerializationFailure if fate == "crossed" else StoreUnavailable
            error = kind("the simulated commit failed") if keep else None
        else:
            self._end(keep=True)
            self.commits += 1
            error = StoreUnavailable(LOST) if fate == "lost" else None
        if keep:
            self._reply(turn.committed, None, error)
        self._holder = None
        free, self._free = self._free, []
        for waits in free:
            _deliver(waits, None, None)
        self._pump()


def _deliver(answer: asyncio.Future[Any], value: Any, error: BaseException | None) -> None:
    if answer.done():
        return
    if error is not None:
        answer.set_exception(error)
    else:
        answer.set_result(value)


class _Unit(SqliteUnit):
    """One that the database has cut off is run again, as on PostgreSQL."""

    def _check(self) -> None:
        if self._turn is not None and self._turn.why == CUT:
            raise StoreUnavailable(CUT)
        super()._check()


class _Reading:
    """The reader of a unit: sees what is committed."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._tx = SqliteTx(database.connection, reading=True)

    async def _ready(self) -> SqliteTx:
        if self._database.away:
            raise StoreUnavailable("the simulated database is away")
        await self._database.quiet()
        return self._tx

    async def one(self, sql: str, /, **values: Any) -> Any:
        return await (await self._ready()).one(sql, **values)

    async def all(self, sql: str, /, **values: Any) -> Any:
        return await (await self._ready()).all(sql, **values)

    async def value(self, sql: str, /, **values: Any) -> Any:
        return await (await self._ready()).value(sql, **values)


class _Writing:
    """What `SqliteUnit` asks of a writer."""

    def __init__(self, database: Database) -> None:
        self.ask = database.ask_turn


class SimStore:
    """`Store` as one process sees it."""

    dialect: Dialect = "sqlite"
    pace = 0.0

    def __init__(self, database: Database) -> None:
        self._database = database

    async def open(self, *, own: bool = True) -> None:
        """It is."""

    async def close(self) -> None:
        """It stays."""

    async def write(self, work: Work, *, urgent: bool = False) -> Any:
        return await self._database.ask(work, writes=True)

    async def append(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        async def work(tx: Tx) -> None:
            await tx.many(sql, rows)

        await self._database.ask(work, writes=True)

    async def read(self, work: Work) -> Any:
        return await self._database.ask(work, writes=False)

    async def scrub(self) -> bool:
        return True

    def scope(self, tenant: str) -> TenantScope:
        return TenantScope(tenant, self._database.guard, self.read, self.write)

    def unit(self, tenant: str, *, hold: float = 0.1) -> SqliteUnit:
        if self._database.away:
            raise StoreUnavailable("the simulated database is away")
        reading: Any = _Reading(self._database)
        return _Unit(_Writing(self._database), reading, self._database.guarded, tenant, 60.0)  # type: ignore[arg-type]
