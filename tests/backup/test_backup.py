"""A backup brings all of it back, or says why not and changes nothing."""

from __future__ import annotations

import asyncio
import io
import os
import stat
import tarfile
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from gateway.backup import restore as restoring
from gateway.backup.age import ENDING, newest, outdated
from gateway.backup.archive import Archive, checked
from gateway.backup.keys import Key
from gateway.backup.restore import Plan, restore
from gateway.backup.stream import CHUNK, TAG, Damaged
from gateway.backup.take import take
from gateway.errors import GatewayError
from gateway.settings import Settings
from gateway.store.migrate import CORE
from gateway.store.port import Store, Tx
from tests.backup.places import PICTURE, SHA256, fake_channels, filled, lost_file, opened, placed, quiet
from tests.support.postgres import Urls
from tests.support.sqlite import prepared

KEY = Key("a passphrase that is long")


@pytest.fixture(autouse=True)
def _made_up(monkeypatch: pytest.MonkeyPatch) -> None:
    """The provider that the tests made up is nowhere installed."""
    monkeypatch.setattr(restoring, "Channels", fake_channels)


@pytest.fixture
def target(store_urls: Urls, tmp_path: Path, new_database: Callable[..., Urls]) -> Urls:
    """An empty database of the same kind."""
    if store_urls.url.startswith("sqlite"):
        return Urls(f"sqlite:///{tmp_path / 'restored.db'}", "", "")
    return new_database(migrated=False)


async def _count(store: Store, table: str) -> int:
    return int(await store.read(lambda tx: tx.value(f"select count(*) from {table}")))


@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
async def test_all_of_it_comes_back_and_nothing_is_sent(
    store: Store, store_urls: Urls, target: Urls, tmp_path: Path, key: Key | None
) -> None:
    """Rows and files are as they were when the backup was taken, while the gateway wrote on; what was to be
    sent is held."""
    settings, to = placed(tmp_path, store_urls), tmp_path / "one.gwbackup"
    await filled(settings, store, tmp_path)
    await lost_file(store)
    stop = asyncio.Event()

    async def writes() -> None:
        async def write(tx: Tx) -> None:
            await tx.run("update contact set name = name || 'x' where tenant = 'duka'")

        while not stop.is_set():
            await store.write(write)
            await asyncio.sleep(0)

    writing = asyncio.create_task(writes())
    taken = await asyncio.to_thread(lambda: asyncio.run(take(settings, to, key, quiet)))
    stop.set()
    await writing
    assert taken.end.missing == [f"duka/{'0' * 64}"]
    assert (taken.end.files, taken.manifest.rows["outbox"]) == (1, 20)
    assert stat.S_IMODE(to.stat().st_mode) == 0o600
    assert [name for name in os.listdir(tmp_path) if "part" in name or ".backup" in name] == []
    assert (b"text 1" in to.read_bytes(), checked(to, key, quiet)[1]) == (False, taken.end)

    after = placed(tmp_path, target, "again")
    done = await restore(after, Plan(to, key), (CORE,), quiet)
    assert (done.settled.held, done.aside) == (20, "")
    again = opened(after)
    await again.open()
    try:
        assert [await _count(again, name) for name in ("outbox", "dead", "message", "contact")] == [
            0,
            20,
            21,
            1,
        ]
        assert await _count(again, "restored") == 1
    finally:
        await again.close()
    assert (tmp_path / "mediaagain" / "duka" / SHA256[:2] / SHA256).read_bytes() == PICTURE


async def test_a_target_that_is_not_empty_is_kept_aside_or_refused(
    store: Store, store_urls: Urls, tmp_path: Path
) -> None:
    """Without --replace nothing is touched, and beside a gateway nothing is ever."""
    settings, to = placed(tmp_path, store_urls), tmp_path / "one.gwbackup"
    await filled(settings, store, tmp_path, 3)
    await take(settings, to, None, quiet)
    if store_urls.url.startswith("sqlite"):
        with pytest.raises(GatewayError, match="a gateway runs on"):
            await restore(settings, Plan(to, replace=True), (CORE,), quiet)
        await store.close()
    with pytest.raises(GatewayError, match="is not empty"):
        await restore(settings, Plan(to), (CORE,), quiet)
    if store_urls.url.startswith("sqlite"):
        done = await restore(settings, Plan(to, replace=True), (CORE,), quiet)
        aside = opened(placed(tmp_path, Urls(f"sqlite:///{done.aside}", "", "")))
        await aside.open()
        assert (await _count(aside, "outbox"), await _count(aside, "restored")) == (3, 0)
        await aside.close()


def _cut(data: bytes) -> bytes:
    return data[: len(data) // 2]


def _changed(data: bytes) -> bytes:
    at = len(data) // 2
    return data[:at] + bytes([data[at] ^ 1]) + data[at + 1 :]


def _exchanged(data: bytes) -> bytes:
    head = data.index(b"\n", 11) + 1
    size = CHUNK + TAG
    first, second = data[head : head + size], data[head + size : head + 2 * size]
    return data[:head] + second + first + data[head + 2 * size :]


def _without_end(data: bytes) -> bytes:
    head = data.index(b"\n", 11) + 1
    whole = (len(data) - head) // (CHUNK + TAG)
    return data[: head + whole * (CHUNK + TAG)]


@pytest.mark.parametrize("spoil", [_cut, _changed, _exchanged, _without_end, lambda data: data + b"x"])
@pytest.mark.parametrize("key", [None, KEY], ids=["plain", "encrypted"])
async def test_a_backup_that_was_changed_is_refused_and_nothing_is_restored(
    tmp_path: Path, key: Key | None, spoil: Callable[[bytes], bytes]
) -> None:
    """Cut off, changed, pieces exchanged, its last piece missing, something behind it."""
    if key is None and spoil in (_exchanged, _without_end):
        spoil = _cut
    _, to = await _large(tmp_path, key)
    bad = tmp_path / "bad.gwbackup"
    bad.write_bytes(spoil(to.read_bytes()))
    target = placed(tmp_path, Urls(f"sqlite:///{tmp_path / 'restored.db'}", "", ""), "again")
    with pytest.raises(Damaged):
        await restore(target, Plan(bad, key), (CORE,), quiet)
    assert [(tmp_path / name).exists() for name in ("restored.db", "mediaagain")] == [False, False]


async def test_a_wrong_key_is_refused(tmp_path: Path) -> None:
    """So are no key, a passphrase for a key, and a file that is none of ours."""
    _, to = await _large(tmp_path, KEY)
    for key in (Key("another passphrase"), Key("QUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUE=")):
        with pytest.raises(Damaged, match="key"):
            checked(to, key, quiet)
    with pytest.raises(GatewayError, match="--key-file"):
        checked(to, None, quiet)
    (tmp_path / "other").write_bytes(b"something else")
    with pytest.raises(Damaged, match="no backup"):
        checked(tmp_path / "other", None, quiet)


async def test_paths_that_lead_elsewhere_are_refused(tmp_path: Path) -> None:
    """A member with another name than ours, or a link, is never written anywhere."""
    _, to = await _large(tmp_path, None)
    with tarfile.open(to) as source:
        members = [(each, source.extractfile(each).read()) for each in source.getmembers()]  # type: ignore[union-attr]
    for name, kind in (("media/../../evil", tarfile.REGTYPE), ("media/duka/x", tarfile.SYMTYPE)):
        bad = tmp_path / f"{kind.decode()}.tar.gz"
        with tarfile.open(bad, "w:gz") as out:
            for entry, data in members[:2]:
                out.addfile(entry, io.BytesIO(data))
            evil = tarfile.TarInfo(name)
            evil.type, evil.linkname = kind, "/etc/passwd"
            out.addfile(evil)
        with pytest.raises(Damaged, match=r"none of ours|no file"):
            checked(bad, None, quiet)


async def test_a_backup_that_ends_in_the_middle_leaves_no_backup(tmp_path: Path) -> None:
    """It is written under another name until it is whole."""
    archive = Archive(tmp_path / "one.gwbackup", None)
    assert os.listdir(tmp_path) == ["one.gwbackup.part"]
    archive.drop()
    assert os.listdir(tmp_path) == []


def test_old_backups_go_and_the_newest_never(tmp_path: Path) -> None:
    """Only those that are ours by their ending, and older than keep."""
    for name, age in (("a", 50), ("b", 40), ("c", 30)):
        path = tmp_path / f"{name}{ENDING}"
        path.write_bytes(b"x")
        os.utime(path, (1000 - age, 1000 - age))
    (tmp_path / "other").write_bytes(b"x")
    assert [each.name for each in outdated(tmp_path, 35, 1000)] == [f"a{ENDING}", f"b{ENDING}"]
    assert len(outdated(tmp_path, 1, 1000)) == 2
    (tmp_path / f"d{ENDING}.part").write_bytes(b"x")
    assert outdated(tmp_path, 1e12, time.time()) == []
    assert [each.name for each in outdated(tmp_path, 1e12, time.time() + 90_000)] == [f"d{ENDING}.part"]
    assert (newest(tmp_path), newest(tmp_path / "none")) == (970, 0)


async def _large(tmp_path: Path, key: Key | None) -> tuple[Settings, Path]:
    """A backup of several pieces."""
    settings = placed(tmp_path, Urls(f"sqlite:///{prepared(tmp_path / 'gateway.db')}", "", ""))
    store = opened(settings)
    await store.open()
    await filled(settings, store, tmp_path, 3)

    async def noise(tx: Tx) -> None:
        await tx.run(
            "insert into idempotency (tenant, key, request, status, answer, created_at) "
            "values ('duka', 'k', :request, 0, '', 1)",
            request=os.urandom(400_000),
        )

    await store.write(noise)
    await store.close()
    to = tmp_path / "large.gwbackup"
    await take(settings, to, key, quiet)
    return settings, to
