"""The spool: what it acknowledged is journaled in order, whatever happened to the file in between."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from gateway.clock import SystemClock
from gateway.cluster.sole import Sole
from gateway.errors import StoreUnavailable
from gateway.pipeline import spool as spool_module
from gateway.pipeline.journal import Journal
from gateway.pipeline.records import RawWebhook
from gateway.pipeline.spool import Spool
from gateway.store.port import Store
from tests.pipeline.world import channels_of, metrics_of, raw_of, rows, settings_of, value


@pytest.fixture
async def spool(store: Store, tmp_path: Path) -> AsyncIterator[Spool]:
    """An empty spool in front of a real journal."""
    made = Spool(tmp_path / "spool", _journal(store, tmp_path), metrics_of())
    made.open()
    yield made
    made.close()


def _journal(store: Store, tmp_path: Path) -> Journal:
    clock, channels = SystemClock(), channels_of(settings_of(tmp_path))
    return Journal(store, clock, Sole(store, clock), channels, lambda batch: None)


async def _bodies(store: Store) -> list[bytes]:
    return [bytes(row["body"]) for row in await rows(store, "select body from journal order by id")]


def _raws(count: int) -> list[RawWebhook]:
    return [raw_of(body=f"{n}".encode()) for n in range(count)]


async def test_spooled_webhooks_are_journaled_in_order(spool: Spool, store: Store) -> None:
    """And once only: the second flush finds nothing."""
    for raw in _raws(5):
        await spool.append(raw)

    assert [await spool.flush(), await spool.flush()] == [5, 0]
    assert await _bodies(store) == [b"0", b"1", b"2", b"3", b"4"]


async def test_a_torn_line_does_not_take_the_next_one_with_it(
    spool: Spool, store: Store, tmp_path: Path
) -> None:
    """The process died in the middle of a write; what comes after it is acknowledged and kept."""
    first, second = _raws(2)
    await spool.append(first)
    with (tmp_path / "spool" / "webhooks.spool").open("ab") as file:
        file.write(b'0badc0de {"id": "torn')
    await spool.append(second)

    assert await spool.flush() == 2
    assert await _bodies(store) == [b"0", b"1"]


async def test_a_write_that_was_cut_short_is_not_acknowledged(
    spool: Spool, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A full disk may take the first bytes only."""
    first, second = _raws(2)
    write = os.write
    monkeypatch.setattr(spool_module.os, "write", lambda file, data: write(file, data[:10]))
    with pytest.raises(OSError, match="in full"):
        await spool.append(first)
    monkeypatch.undo()
    await spool.append(second)

    assert await spool.flush() == 1
    assert await _bodies(store) == [b"1"]


async def test_the_database_may_go_away_while_flushing(
    spool: Spool, store: Store, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The flush is done again from its beginning: everything is journaled, and the spool is empty."""
    for raw in _raws(3):
        await spool.append(raw)
    append, calls = spool._journal.append, iter([True, False])

    async def away(raw: RawWebhook) -> None:
        if not next(calls, True):
            raise StoreUnavailable("away")
        await append(raw)

    monkeypatch.setattr(spool._journal, "append", away)
    with pytest.raises(StoreUnavailable):
        await spool.flush()
    await spool.append(raw_of(body=b"3"))

    assert await spool.flush() == 3
    assert await spool.flush() == 1
    bodies = await _bodies(store)
    assert set(bodies) == {b"0", b"1", b"2", b"3"}
    assert bodies[-3:] == [b"1", b"2", b"3"]


async def test_a_crash_between_the_journal_and_the_file_is_harmless(
    spool: Spool, store: Store, tmp_path: Path
) -> None:
    """The file that was set aside is still there, and is journaled again."""
    await spool.append(raw_of(body=b"0"))
    file, aside = tmp_path / "spool" / "webhooks.spool", tmp_path / "spool" / "webhooks.draining"
    content = file.read_bytes()
    await spool.flush()
    aside.write_bytes(content)

    assert await spool.flush() == 1
    assert await spool.flush() == 0


async def test_processes_that_share_a_folder_lose_nothing(
    spool: Spool, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As with one gateway.toml: one journals slowly what another has journaled already, and the other sets
    the next file aside meanwhile."""
    journal = spool._journal
    other = Spool(tmp_path / "spool", journal, metrics_of())
    other.open()
    await spool.append(raw_of(body=b"0"))

    class Slow:
        ids = journal.ids

        async def append(self, raw: RawWebhook) -> None:
            assert await other.flush() == 1
            await other.append(raw_of(body=b"1"))
            await journal.append(raw)
            other._take()  # and it dies before it has journaled that

    monkeypatch.setattr(spool, "_journal", Slow())
    await spool.flush()
    other.close()
    monkeypatch.setattr(spool, "_journal", journal)
    await spool.flush()

    assert set(await _bodies(store)) == {b"0", b"1"}


async def test_a_file_is_not_set_aside_while_another_writes_it(
    spool: Spool, store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What is acknowledged is in a file that somebody still reads."""
    other = Spool(tmp_path / "spool", _journal(store, tmp_path), metrics_of())
    pread, flushed = os.fstat, list[int]()

    def meanwhile(descriptor: int) -> os.stat_result:
        """Between the opening of the file and its writing."""
        thread = threading.Thread(target=lambda: flushed.append(asyncio.run(other.flush())))
        thread.start()
        thread.join(0.3)
        return pread(descriptor)

    await spool.append(raw_of(body=b"0"))
    monkeypatch.setattr(other._journal, "append", _nothing)
    with monkeypatch.context() as patched:
        patched.setattr(spool_module.os, "fstat", meanwhile)
        await spool.append(raw_of(body=b"1"))
    await asyncio.sleep(0.2)
    other.close()

    assert flushed == [2]


async def _nothing(raw: RawWebhook) -> None:
    """A journal that takes everything."""


async def test_what_is_damaged_is_passed_over(spool: Spool, store: Store, tmp_path: Path) -> None:
    """A changed byte, an empty line, a line that is no record."""
    for raw in _raws(2):
        await spool.append(raw)
    file = tmp_path / "spool" / "webhooks.spool"
    first, second = file.read_bytes().splitlines()
    file.write_bytes(b"\n".join([first.replace(b"main", b"mein"), b"", b"no record", second]) + b"\n")

    assert await spool.flush() == 1
    assert await _bodies(store) == [b"1"]


async def test_the_name_of_the_file_is_made_durable(
    spool: Spool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A new file is synced together with its folder, before the webhook is acknowledged."""
    synced: list[bool] = []
    fsync = os.fsync

    def watch(descriptor: int) -> None:
        synced.append(os.path.isdir(f"/proc/self/fd/{descriptor}"))
        fsync(descriptor)

    monkeypatch.setattr(spool_module.os, "fsync", watch)
    for raw in _raws(2):
        await spool.append(raw)

    assert synced == [False, True, False]


async def test_a_folder_that_cannot_be_written_is_refused_at_start(store: Store, tmp_path: Path) -> None:
    """Not at the first outage."""
    (tmp_path / "file").write_text("")
    journal = _journal(store, tmp_path)
    broken = Spool(tmp_path / "file", journal, metrics_of())
    with pytest.raises(OSError):
        broken.open()
    broken.close()
    assert await value(store, "select count(*) from journal") == 0
