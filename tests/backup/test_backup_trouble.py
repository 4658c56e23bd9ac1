"""A disk that is full, a run that is killed, a database that is damaged: an operator's bad day."""

from __future__ import annotations

import os
import sqlite3
import time
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from gateway.backup import postgres, sqlite
from gateway.backup import restore as restoring
from gateway.backup.archive import Archive, checked, measured
from gateway.backup.keys import Key
from gateway.backup.restore import Plan, restore
from gateway.backup.scratch import scratch
from gateway.backup.stream import Damaged
from gateway.backup.take import take
from gateway.errors import GatewayError
from gateway.media.keep import Keep
from gateway.store.migrate import CORE
from gateway.store.port import Store, Tx
from tests.backup.places import fake_channels, filled, media_row, opened, placed, quiet
from tests.support.postgres import PostgresServer, Urls, drop_database, role_url
from tests.support.sqlite import prepared

KEY = Key("a passphrase that is long")


@pytest.fixture(autouse=True)
def _made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider that the tests made up is nowhere installed."""
    monkeypatch.setattr(restoring, "Channels", fake_channels)


async def test_a_plain_backup_is_no_answer_to_a_key(store: Store, store_urls: Urls, tmp_path: Path) -> None:
    """Who can exchange the file could else have anything restored."""
    to = tmp_path / "one.gwbackup"
    await take(placed(tmp_path, store_urls), to, None, quiet)
    with pytest.raises(Damaged, match="not encrypted"):
        checked(to, KEY, quiet)


def test_a_full_disk_leaves_no_part_of_a_backup(tmp_path: Path) -> None:
    """What was not written yet finds no room when the file is closed either."""

    class Full(Archive):
        def fill(self) -> None:
            class File:
                def close(self) -> None:
                    raise OSError(28, "No space left on device")

            self._file.close()
            self._file = File()  # type: ignore[assignment]

    archive = Full(tmp_path / "one.gwbackup", None)
    archive.fill()
    archive.drop()
    assert os.listdir(tmp_path) == []


async def test_a_damaged_database_is_kept_aside_and_replaced(tmp_path: Path) -> None:
    """It is why somebody restores."""
    urls = Urls(f"sqlite:///{prepared(tmp_path / 'gateway.db')}", "", "")
    settings, to = placed(tmp_path, urls), tmp_path / "one.gwbackup"
    await take(settings, to, None, quiet)
    (tmp_path / "gateway.db").write_bytes(b"no database" * 1000)
    with pytest.raises(GatewayError, match="is not empty"):
        await restore(settings, Plan(to), (CORE,), quiet)
    done = await restore(settings, Plan(to, replace=True), (CORE,), quiet)
    assert (tmp_path / os.path.basename(done.aside)).read_bytes() == b"no database" * 1000
    assert sqlite.counts(tmp_path / "gateway.db")["restored"] == 1


def test_what_somebody_reads_is_kept_aside_whole(tmp_path: Path) -> None:
    """Beside a reader SQLite folds no WAL in: it is kept with its database."""
    target, aside, made = tmp_path / "gateway.db", tmp_path / "aside.db", tmp_path / "made.db"
    with closing(sqlite3.connect(target, isolation_level=None)) as one:
        one.execute("pragma journal_mode = wal")
        one.execute("create table t (a int)")
        with closing(sqlite3.connect(target, isolation_level=None)) as reader:
            reader.execute("begin")
            reader.execute("select * from t").fetchall()
            one.execute("insert into t values (1)")
            sqlite3.connect(made).close()
            sqlite.put_in_place(made, target, aside)
    assert sqlite.counts(aside) == {"t": 1}
    assert sqlite.rows(aside, "select a from t") == [(1,)]


async def test_files_that_go_meanwhile_are_told_as_missing(
    store: Store, store_urls: Urls, tmp_path: Path
) -> None:
    """The others are all there."""
    settings, to = placed(tmp_path, store_urls), tmp_path / "one.gwbackup"
    keep, names = Keep(settings.media.store, {}), list[str]()
    for n in range(60):
        source = tmp_path / "file"
        source.write_bytes(b"%d" % n * 1000)
        names.append(measured(source)[1])
        await keep.put("duka", names[-1], source)
    await store.write(lambda tx: _each(tx, names))
    gone = sorted(names)[30:50]

    def told(stage: str, done: int, files: int) -> None:
        if files == 10:
            for name in gone:
                for path in Path(settings.media.store).rglob(name):
                    path.unlink()

    taken = await take(settings, to, KEY, told)
    assert taken.end.missing == [f"duka/{name}" for name in gone]
    assert checked(to, KEY, quiet)[1].files == 40


async def _each(tx: Tx, names: list[str]) -> None:
    for name in names:
        await media_row(tx, name)


@pytest.mark.parametrize("may", [True, False], ids=["may", "may not"])
async def test_postgres_keeps_aside_what_it_replaces(
    tmp_path: Path, postgres_server: PostgresServer, new_database: Callable[..., Urls],
    monkeypatch: pytest.MonkeyPatch, may: bool,
) -> None:  # fmt: skip
    """Where the new database cannot be made, the old one has its name again."""
    urls = new_database()
    name = urlsplit(urls.url).path.lstrip("/")
    settings, to = placed(tmp_path, urls), tmp_path / "one.gwbackup"
    store = opened(settings)
    await store.open()
    await filled(settings, store, tmp_path, 3)
    await store.close()
    await take(settings, to, None, quiet)
    whole = role_url(postgres_server.superuser_url, name)
    grand = msgspec.structs.replace(
        settings, store=msgspec.structs.replace(settings.store, migrate_url=whole)
    )
    if not may:

        async def refused(url: str) -> None:
            raise GatewayError("the database cannot be made: no room")

        monkeypatch.setattr(postgres, "create", refused)
        with pytest.raises(GatewayError, match="no room"):
            await restore(grand, Plan(to, replace=True), (CORE,), quiet)
        assert await postgres.exists(whole)
        assert "outbox" in (await postgres.state(whole))[0]
        return
    done = await restore(grand, Plan(to, replace=True), (CORE,), quiet)
    try:
        async with postgres.connected(postgres.with_database(whole, done.aside)) as connection:
            assert (await postgres.counts(connection))["outbox"] == 3
        assert done.settled.held == 3
    finally:
        drop_database(postgres_server, done.aside)


def test_what_a_killed_run_left_goes_and_what_runs_stays(tmp_path: Path) -> None:
    """It holds a database that is not encrypted."""
    left, young = tmp_path / ".backup-left", tmp_path / ".backup-young"
    for each in (left, young):
        each.mkdir()
        (each / "database").write_bytes(b"x")
    os.utime(left, (time.time() - 3600,) * 2)
    with scratch(tmp_path, ".backup-") as first:
        os.utime(first, (time.time() - 3600,) * 2)
        with scratch(tmp_path, ".backup-") as second:
            assert sorted(os.listdir(tmp_path)) == sorted([first.name, second.name, young.name])
    assert os.listdir(tmp_path) == [young.name]
    with pytest.raises(GatewayError, match="mkdir -p"), scratch(tmp_path / "nowhere", ".backup-"):
        pass
