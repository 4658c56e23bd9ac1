"""What SQLite adds to the contract: one owner, group commit, the hold, faults of the disk."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
import time
from collections.abc import AsyncIterator
from contextlib import closing
from pathlib import Path

import pytest

from gateway.errors import HandleRevoked, SettingsError, StatementFailed, StoreUnavailable
from gateway.store import Tx, connect
from gateway.store.sqlite import files
from gateway.store.sqlite.store import SqliteStore

ADD = "insert into seen (tenant, key, at) values (:tenant, :key, 1)"


def adding(key: bytes):
    async def work(tx: Tx) -> None:
        await tx.run(ADD, tenant="a", key=key)

    return work


async def count(store: SqliteStore) -> int:
    return await store.read(lambda tx: tx.value("select count(*) from seen"))


class Faults:
    """Which statements of the writer fail: text → how often."""

    def __init__(self) -> None:
        self.plan: dict[str, int] = {}
        self.seen: list[str] = []
        self.roll_back = False


@pytest.fixture
def faults() -> Faults:
    """No faults yet."""
    return Faults()


@pytest.fixture
async def store(tmp_path: Path, faults: Faults) -> AsyncIterator[SqliteStore]:
    """A store whose writer fails as *faults* says."""

    class Faulty(sqlite3.Connection):
        def execute(self, sql: str, *values: object) -> sqlite3.Cursor:  # type: ignore[override]
            faults.seen.append(sql)
            if faults.plan.get(sql, 0) > 0:
                faults.plan[sql] -= 1
                if faults.roll_back:
                    self.rollback()
                error = sqlite3.OperationalError("database or disk is full")
                error.sqlite_errorcode = sqlite3.SQLITE_FULL
                raise error
            return super().execute(sql, *values)  # type: ignore[arg-type]

    opened = SqliteStore(tmp_path / "gateway.db", kind=Faulty)
    await opened.open()
    yield opened
    await opened.close()


async def test_units_share_a_commit(store: SqliteStore, faults: Faults) -> None:
    """A hundred writes at once need one commit, not a hundred."""
    faults.seen.clear()
    await asyncio.gather(*(store.write(adding(b"%d" % n)) for n in range(100)))
    assert faults.seen.count("COMMIT") == 1
    assert await count(store) == 100


async def test_urgent_work_goes_first(store: SqliteStore) -> None:
    """The journal does not wait behind what was queued before it."""
    order: list[str] = []

    async def noting(tx: Tx, name: str) -> None:
        order.append(name)

    await asyncio.gather(
        store.write(lambda tx: noting(tx, "later")),
        store.write(lambda tx: noting(tx, "urgent"), urgent=True),
    )
    assert order == ["urgent", "later"]


async def test_a_failed_commit_fails_its_batch_and_is_over(store: SqliteStore, faults: Faults) -> None:
    """Disk full at COMMIT: everybody of the batch is told, nothing is kept, the next batch works."""
    faults.plan["COMMIT"] = 1
    results = await asyncio.gather(
        *(store.write(adding(b"%d" % n)) for n in range(5)), return_exceptions=True
    )
    assert [type(result) for result in results] == [StoreUnavailable] * 5
    assert await count(store) == 0
    await store.write(adding(b"again"))
    assert await count(store) == 1


async def test_a_failed_commit_fails_a_plugins_unit(store: SqliteStore, faults: Faults) -> None:
    """A unit learns at commit that nothing of it was kept."""
    faults.plan["COMMIT"] = 1
    unit = store.unit("a")
    await unit.db.run(ADD, key=b"k")
    with pytest.raises(StoreUnavailable):
        await unit.commit(adding(b"f"))
    assert await count(store) == 0
    await store.write(adding(b"again"))


async def test_a_full_disk_inside_a_unit_hurts_that_unit_only(store: SqliteStore, faults: Faults) -> None:
    """SQLITE_FULL in one statement undoes one savepoint."""
    faults.plan[ADD] = 1
    first, second = await asyncio.gather(
        store.write(adding(b"1")), store.write(adding(b"2")), return_exceptions=True
    )
    assert isinstance(first, StoreUnavailable)
    assert second is None
    assert await count(store) == 1


async def test_a_transaction_that_sqlite_undid_fails_the_batch(store: SqliteStore, faults: Faults) -> None:
    """When the whole transaction is gone nobody is told that it was kept."""
    faults.plan[ADD] = 1
    faults.roll_back = True
    statement = ADD.replace("1)", "2)")
    results = await asyncio.gather(
        store.write(lambda tx: tx.run(statement, tenant="a", key=b"before")),
        store.write(adding(b"1")),
        store.write(adding(b"2")),
        return_exceptions=True,
    )
    assert [type(result) for result in results] == [StoreUnavailable, StoreUnavailable, type(None)]
    assert await count(store) == 1


async def test_no_begin_means_unavailable_at_once(store: SqliteStore, faults: Faults) -> None:
    """When the database is away, whoever waits is told at once, units too; it recovers by itself."""
    faults.plan["BEGIN IMMEDIATE"] = 1
    unit = store.unit("a")
    results = await asyncio.gather(
        store.write(adding(b"1")), unit.db.run(ADD, key=b"2"), return_exceptions=True
    )
    assert [type(result) for result in results] == [StoreUnavailable, StoreUnavailable]
    await unit.rollback()
    await store.write(adding(b"again"))


async def test_the_writer_is_taken_back_after_the_hold(store: SqliteStore) -> None:
    """A hook that keeps the writer is undone, its handle revoked, and others go on."""
    unit = store.unit("a", hold=0.05)
    await unit.db.run(ADD, key=b"slow")
    started = time.monotonic()
    await store.write(adding(b"other"), urgent=True)
    assert 0.02 < time.monotonic() - started < 30
    for use in (unit.db.run(ADD, key=b"late"), unit.db.value("select 1"), unit.commit(adding(b"f"))):
        with pytest.raises(HandleRevoked, match=r"more than 0\.05 s"):
            await use
    await unit.rollback()
    assert await count(store) == 1


async def test_the_hold_begins_with_the_grant(store: SqliteStore) -> None:
    """Waiting for another's turn does not count."""
    first, second = store.unit("a", hold=0.2), store.unit("b", hold=0.2)
    await first.db.run(ADD, key=b"1")
    waiting = asyncio.create_task(second.db.run(ADD, key=b"2"))
    await asyncio.sleep(0.12)
    await first.rollback()
    await waiting
    await asyncio.sleep(0.12)
    await second.commit(adding(b"f"))
    assert await count(store) == 2


async def test_an_acknowledgement_waits_for_one_plugin_at_most(store: SqliteStore) -> None:
    """Urgent work is committed before the next plugin gets the writer."""
    first, second = store.unit("a", hold=0.05), store.unit("b", hold=5)
    await first.db.run(ADD, key=b"1")
    waiting = asyncio.create_task(second.db.run(ADD, key=b"2"))
    await asyncio.wait_for(store.write(adding(b"urgent"), urgent=True), 1)
    await waiting
    await second.rollback()


async def test_a_cancelled_wait_for_the_writer_gives_it_back(store: SqliteStore) -> None:
    """A hook that is cancelled in the queue never holds the writer."""
    first, second = store.unit("a", hold=5), store.unit("b", hold=5)
    await first.db.run(ADD, key=b"1")
    waiting = asyncio.create_task(second.db.run(ADD, key=b"2"))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await first.rollback()
    await asyncio.wait_for(store.write(adding(b"free")), 1)
    assert await count(store) == 1


async def test_a_cancelled_write_is_still_done(store: SqliteStore) -> None:
    """Cancelling whoever waits does not cancel the work."""
    waiting = asyncio.create_task(store.write(adding(b"k")))
    await asyncio.sleep(0)
    waiting.cancel()
    await asyncio.gather(waiting, return_exceptions=True)
    await store.write(adding(b"l"))
    assert await count(store) == 2


async def test_work_that_waits_for_something_else_is_refused(store: SqliteStore) -> None:
    """A unit that would keep the writer while it sleeps is undone with an error that says so."""

    async def sleeping(tx: Tx) -> None:
        await tx.run(ADD, tenant="a", key=b"k")
        await asyncio.sleep(1)

    with pytest.raises(RuntimeError, match="other than its Tx"):
        await store.write(sleeping)
    assert await count(store) == 0


async def test_a_second_process_is_refused_at_once(store: SqliteStore) -> None:
    """The lock file makes another process refuse within a second, naming the file and the remedy."""
    script = (
        "import asyncio, sys; from gateway.store import connect\n"
        "from gateway.errors import SettingsError\n"
        "try: asyncio.run(connect(sys.argv[1]).open())\n"
        "except SettingsError as error: print(error); sys.exit(3)\n"
    )
    command = [sys.executable, "-c", script, f"sqlite:///{store.path}"]
    done = await asyncio.to_thread(subprocess.run, command, capture_output=True, text=True, timeout=20)
    assert done.returncode == 3, done.stderr
    assert str(store.path) in done.stdout
    assert "stop the other gateway" in done.stdout


async def test_a_command_may_read_beside_the_owner(store: SqliteStore) -> None:
    """Opening without owning takes no lock, reads, and writes nothing."""
    await store.write(adding(b"k"))
    beside = connect(f"sqlite:///{store.path}")
    await beside.open(own=False)
    try:
        assert await beside.read(lambda tx: tx.value("select count(*) from seen")) == 1
        with pytest.raises(StoreUnavailable):
            await beside.write(adding(b"l"))
    finally:
        await beside.close()


async def test_closing_finishes_what_is_queued_and_leaves_no_log(store: SqliteStore) -> None:
    """What was asked before close is kept, and the log is folded into the file."""
    waiting = asyncio.gather(*(store.write(adding(b"%d" % n)) for n in range(10)))
    await asyncio.sleep(0)
    await store.close()
    await waiting
    with closing(sqlite3.connect(store.path)) as connection:
        assert connection.execute("select count(*) from seen").fetchone() == (10,)
    with pytest.raises(StoreUnavailable):
        await store.write(adding(b"late"))
    await store.close()


async def test_the_writers_connection_keeps_its_word(store: SqliteStore) -> None:
    """WAL with FULL synchronous, foreign keys on: a power cut loses nothing that was answered."""

    async def pragmas(tx: Tx) -> list[object]:
        names = ("journal_mode", "synchronous", "foreign_keys", "wal_autocheckpoint")
        return [await tx.value(f"pragma {name}") for name in names]

    assert await store.write(pragmas) == ["wal", 2, 1, 4000]


async def test_a_folder_that_is_missing_is_refused(tmp_path: Path) -> None:
    """The error says which folder to make."""
    with pytest.raises(SettingsError, match="mkdir -p"):
        await connect(f"sqlite:///{tmp_path / 'none' / 'gateway.db'}").open()


async def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    """A wrong path does not destroy what is there."""
    path = tmp_path / "notes.txt"
    path.write_text("not a database, " * 100)
    with pytest.raises(SettingsError, match=r"notes\.txt"):
        await connect(f"sqlite:///{path}").open()
    assert path.read_text().startswith("not a database")


def test_a_place_that_cannot_be_written_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A read-only mount or another user's folder gives a sentence, not a traceback."""
    monkeypatch.setattr(files.os, "access", lambda path, mode: False)
    with pytest.raises(SettingsError, match="cannot be written"):
        files.check_writable(tmp_path / "gateway.db")


def test_an_old_sqlite_is_refused() -> None:
    """RETURNING came with 3.35."""
    with pytest.raises(SettingsError, match=r"3\.34\.9"):
        files.check_version((3, 34, 9))


@pytest.mark.parametrize("url", ["sqlite:", "mysql://x/y", "sqlite:///", "gateway.db"])
def test_an_unknown_url_is_refused(url: str) -> None:
    """The error shows what may be written."""
    with pytest.raises(SettingsError, match=r"sqlite:///gateway\.db"):
        connect(url)


def test_errors_of_the_disk_and_of_the_statement_are_told_apart() -> None:
    """Only the disk's are StoreUnavailable; a reader that tries to write is the statement's fault."""
    error = sqlite3.OperationalError("attempt to write a readonly database")
    error.sqlite_errorcode = sqlite3.SQLITE_READONLY
    assert isinstance(files.explain(error), StoreUnavailable)
    assert isinstance(files.explain(error, reading=True), StatementFailed)
    assert isinstance(files.explain(sqlite3.IntegrityError("unique")), StatementFailed)
    assert isinstance(files.explain(ValueError("plugin's own")), ValueError)
