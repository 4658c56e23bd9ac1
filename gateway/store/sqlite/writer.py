"""The one writer of a SQLite database: units strictly one after another, many to a commit.

Statements run inline on the loop, the COMMIT (the only call that waits for the disk) in a thread. A
result is delivered only after its COMMIT has returned. Nobody's cancellation reaches the connection:
callers wait for a future, and a cancelled future changes nothing here.
"""

from __future__ import annotations

import asyncio
import sqlite3
import time
from collections import deque
from collections.abc import Awaitable, Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any, TypeVar

from gateway.errors import StoreError, StoreUnavailable
from gateway.store.port import Tx
from gateway.store.sqlite import files
from gateway.store.sqlite.turn import Turn
from gateway.store.sqlite.tx import SqliteTx

T = TypeVar("T")
Work = Callable[[Tx], Awaitable[Any]]
Waiting = tuple["asyncio.Future[Any]", Any]

MOST_UNITS = 500  # in one commit
LONGEST = 0.020  # seconds of inline work before a commit
BUSY = 3  # units in the last commit from which on commits are paced
PACE = 0.003  # seconds from one paced commit to the next
LARGE_WAL = 64 * 1024 * 1024  # bytes


class TransactionLost(Exception):
    """SQLite has rolled back the whole transaction, not only the statement."""


class Writer:
    """Two queues, *urgent* before the rest, and the task that runs them."""

    def __init__(self, path: Path, kind: type[sqlite3.Connection] = sqlite3.Connection) -> None:
        self._path = path
        self._kind = kind
        self._connection: sqlite3.Connection | None = None
        self._urgent: deque[tuple[Work, asyncio.Future[Any]]] = deque()
        self._normal: deque[tuple[Work, asyncio.Future[Any]] | Turn] = deque()
        self._wake = asyncio.Event()
        self._thread = ThreadPoolExecutor(1, "sqlite-commit")
        self._scrubs: list[asyncio.Future[bool]] = []
        self._closing = False
        self._begun = 0.0
        self._shared = 0
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        """Open the connection and begin to serve. Raises what SQLite raises."""
        self._connection = files.connect(self._path, self._kind)
        self._task = asyncio.get_running_loop().create_task(self._serve(), name="sqlite-writer")

    async def close(self) -> None:
        """Finish what is queued, checkpoint, close."""
        self._closing = True
        self._wake.set()
        if self._task is not None:
            await self._task
        if self._connection is not None:
            await self._checkpoint(self._connection)
            self._connection.close()
            self._connection = None
        self._thread.shutdown()

    def submit(self, work: Callable[[Tx], Awaitable[T]], urgent: bool) -> asyncio.Future[T]:
        """Queue *work*; the future has its result once it is durable."""
        self._check_open()
        future: asyncio.Future[T] = asyncio.get_running_loop().create_future()
        (self._urgent if urgent else self._normal).append((work, future))
        self._wake.set()
        return future

    def scrub(self) -> asyncio.Future[bool]:
        """Empty the log between two transactions; whether all of it could go."""
        self._check_open()
        future: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
        self._scrubs.append(future)
        self._wake.set()
        return future

    def ask(self, turn: Turn) -> None:
        """Queue *turn*, which will be granted the connection for itself."""
        self._check_open()
        self._normal.append(turn)
        self._wake.set()

    def _check_open(self) -> None:
        if self._closing or self._task is None:
            raise StoreUnavailable("the SQLite database is not open for writing")

    async def _serve(self) -> None:
        while True:
            if self._scrubs:
                await self._scrub(self._connection)
            elif self._urgent or self._normal:
                await self._pace()
                await self._batch()
            elif self._closing:
                return
            else:
                await self._shrink()
                self._wake.clear()
                if not (self._urgent or self._normal or self._scrubs or self._closing):
                    await self._wake.wait()

    async def _pace(self) -> None:
        """Under load, let a few milliseconds of work share a commit: it costs the same for one unit and
        for a hundred. When little was in the last one, nobody is kept waiting."""
        now = time.monotonic()
        if self._shared >= BUSY and now < self._begun + PACE and not self._closing:
            await asyncio.sleep(self._begun + PACE - now)
        self._begun = time.monotonic()

    async def _batch(self) -> None:
        """One transaction: begin, run what is queued, commit, deliver."""
        waiting: list[Waiting] = []
        try:
            if self._connection is None:
                self._connection = files.connect(self._path, self._kind)
            connection = self._connection
            connection.execute("BEGIN IMMEDIATE")
        except (sqlite3.Error, OSError) as error:
            self._drop()
            self._refuse_all(files.as_store_error(error))
            return
        try:
            await self._fill(connection, waiting)
            await asyncio.get_running_loop().run_in_executor(self._thread, connection.execute, "COMMIT")
        except Exception as error:
            self._drop()
            lost = StoreUnavailable(f"the commit failed, nothing was kept: {error}")
            for future, _ in waiting:
                reject(future, lost)
            return
        self._shared = len(waiting)
        for future, value in waiting:
            if not future.done():
                future.set_result(value)

    async def _fill(self, connection: sqlite3.Connection, waiting: list[Waiting]) -> None:
        """Run queued units until the queues stay empty for one turn of the loop or the batch is full."""
        until = time.monotonic() + LONGEST
        acknowledging = turned = False
        while len(waiting) < MOST_UNITS and time.monotonic() < until:
            if self._urgent:
                acknowledging = True
                self._run(connection, *self._urgent.popleft(), waiting)
            elif self._normal:
                head = self._normal[0]
                if not isinstance(head, Turn):
                    self._normal.popleft()
                    self._run(connection, *head, waiting)
                elif acknowledging:
                    return  # no acknowledgement waits for a plugin
                else:
                    self._normal.popleft()
                    await self._grant(connection, head, waiting)
            elif turned:
                return
            else:
                turned = True
                await asyncio.sleep(0)

    def _run(
        self,
        connection: sqlite3.Connection,
        work: Work,
        future: asyncio.Future[Any],
        waiting: list[Waiting],
    ) -> None:
        tx = SqliteTx(connection)
        try:
            connection.execute("SAVEPOINT unit")
            value = drive(work(tx))
            tx.check()
            connection.execute("RELEASE unit")
        except BaseException as error:
            reject(future, files.explain(error) if isinstance(error, sqlite3.Error) else error)
            self._undo(connection)
        else:
            waiting.append((future, value))
        finally:
            tx.revoke()

    async def _grant(self, connection: sqlite3.Connection, turn: Turn, waiting: list[Waiting]) -> None:
        if turn.ended:
            return
        connection.execute("SAVEPOINT unit")
        if await turn.hold(SqliteTx(connection)):
            waiting.append((turn.committed, None))
            connection.execute("RELEASE unit")
        else:
            self._undo(connection)

    @staticmethod
    def _undo(connection: sqlite3.Connection) -> None:
        """Undo the unit that is open, and only it."""
        if not connection.in_transaction:
            raise TransactionLost("SQLite undid the whole transaction")
        connection.execute("ROLLBACK TO unit")
        connection.execute("RELEASE unit")

    def _drop(self) -> None:
        """Close a connection that cannot be trusted any more; the next batch opens a new one."""
        connection, self._connection = self._connection, None
        if connection is None:
            return
        for step in (connection.rollback, connection.close):
            try:
                step()
            except sqlite3.Error:
                pass

    def _refuse_all(self, error: StoreError) -> None:
        """Tell everybody who waits at once; whoever asks next makes the next attempt."""
        for queue in (self._urgent, self._normal):
            while queue:
                item = queue.popleft()
                if isinstance(item, Turn):
                    item.refuse(error)
                else:
                    reject(item[1], error)

    async def _shrink(self) -> None:
        """Checkpoint a large log while nobody waits."""
        try:
            size = self._path.with_name(self._path.name + "-wal").stat().st_size
        except OSError:
            return
        if size > LARGE_WAL and self._connection is not None:
            await self._checkpoint(self._connection)

    async def _scrub(self, connection: sqlite3.Connection | None) -> None:
        """One checkpoint that waits for nobody: a reader that needs the log keeps it, the writers go on."""
        asked, self._scrubs = self._scrubs, []

        def empty() -> bool:
            if connection is None:
                return False
            connection.execute("PRAGMA busy_timeout=0")
            try:
                row = connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            finally:
                connection.execute("PRAGMA busy_timeout=5000")
            return row is not None and row[0] == 0

        try:
            done = await asyncio.get_running_loop().run_in_executor(self._thread, empty)
        except sqlite3.Error:
            done = False
        for future in asked:
            if not future.done():
                future.set_result(done)

    async def _checkpoint(self, connection: sqlite3.Connection) -> None:
        loop = asyncio.get_running_loop()
        try:
            await loop.run_in_executor(
                self._thread, lambda: connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            )
        except sqlite3.Error:
            pass  # the next one will do it; the log is safe as it is


def reject(future: asyncio.Future[Any], error: BaseException) -> None:
    """Give *error* to whoever still waits for *future*."""
    if not future.done():
        future.set_exception(error)


def drive(awaitable: Awaitable[Any]) -> Any:
    """Run work that never suspends, without a task. Work that does suspend is refused."""
    steps = awaitable.__await__()
    try:
        next(steps)
    except StopIteration as done:
        return done.value
    if (close := getattr(steps, "close", None)) is not None:
        close()
    raise RuntimeError(f"{awaitable!r} waits for something other than its Tx inside Store.write")
