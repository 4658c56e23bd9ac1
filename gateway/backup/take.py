"""Taking a backup: the database as it is at one moment, beside whatever runs, then the files of its rows."""

from __future__ import annotations

from collections.abc import Iterable
from importlib.metadata import version
from pathlib import Path

from msgspec import Struct

from gateway.backup import postgres, sqlite
from gateway.backup.archive import DATABASE, END, FORMAT, MANIFEST, Archive, End, Manifest, Told, measured
from gateway.backup.keys import Key
from gateway.backup.scratch import plainly, scratch
from gateway.clock import Clock, SystemClock
from gateway.errors import GatewayError
from gateway.media.keep import FileMissing, Keep
from gateway.model.ids import new_id
from gateway.ownership import sqlite_file
from gateway.settings import Settings
from gateway.store.sql import load_queries

SQL = load_queries(Path(__file__).with_name("backup.sql"))

File = tuple[str, str]


class Taken(Struct, frozen=True):
    """What was written: *size* is that of the file."""

    manifest: Manifest
    end: End
    size: int


class _Copy(Struct):
    """The database in a file of its own, and what it says of itself."""

    path: Path
    rows: dict[str, int]
    migrations: list[str]
    media: list[File]
    at: int


async def take(
    settings: Settings,
    to: Path,
    key: Key | None,
    told: Told,
    *,
    media: bool = True,
    clock: Clock | None = None,
) -> Taken:
    """Write a backup to *to*, which must not exist. An end in the middle leaves `to`.part at most."""
    _check_target(to)
    clock = clock or SystemClock()
    # Beside the target, for there is the room that a backup needs. Only its owner can look into it.
    with plainly(f"no backup was written to {to}"), scratch(to.parent, ".backup-") as folder:
        copy = await _copied(settings, folder, told, clock)
        size, digest = measured(copy.path)
        files = copy.media if media else []
        manifest = Manifest(
            FORMAT, new_id(), version("channel-gateway"), _dialect(settings), copy.at, copy.migrations,
            copy.rows, size, digest, len(files),
        )  # fmt: skip
        archive = Archive(to, key)
        try:
            archive.add_json(MANIFEST, manifest)
            with copy.path.open("rb") as data:
                archive.add(DATABASE, data, size)
            end = await _files(settings, archive, files, folder, told, size)
            archive.add_json(END, end)
            return Taken(manifest, end, archive.done())
        except BaseException:
            archive.drop()
            raise


def _check_target(to: Path) -> None:
    if to.exists():
        raise GatewayError(f"{to} is there already: nothing is written over a backup; choose another name")
    if not to.parent.is_dir():
        raise GatewayError(f"{to.parent} is not a folder; make it: mkdir -p {to.parent}")


def _dialect(settings: Settings) -> str:
    return "postgres" if sqlite_file(settings) is None else "sqlite"


async def _copied(settings: Settings, folder: Path, told: Told, clock: Clock) -> _Copy:
    target, database = folder / "database", sqlite_file(settings)
    if database is not None:
        at = clock.now()
        sqlite.snapshot(database, target, lambda done: told("database", done, 0))
        names = [f"{component}/{name}" for component, name in sqlite.rows(target, SQL["migrations"])]
        media = [(str(tenant), str(sha256)) for tenant, sha256 in sqlite.rows(target, SQL["media"])]
        return _Copy(target, sqlite.counts(target), names, media, at)
    url = postgres.reader_url(settings.store)
    program = postgres.tool("pg_dump", settings.backup.pg_bin)
    await postgres.check_version(program, url)
    at = clock.now()
    async with postgres.moment(url) as (connection, snapshot):
        await postgres.dump(program, url, snapshot, target)
        names = [f"{row[0]}/{row[1]}" for row in await connection.fetch(SQL["migrations"])]
        found = [(row[0], row[1]) for row in await connection.fetch(SQL["media"])]
        told("database", target.stat().st_size, 0)
        return _Copy(target, await postgres.counts(connection), names, found, at)


async def _files(
    settings: Settings, archive: Archive, files: Iterable[File], folder: Path, told: Told, before: int
) -> End:
    """Add *files*. They never change under their name, so that what a row of the snapshot names is the same
    now; what was deleted since is missing."""
    keep, missing, count, total = Keep(settings.media.store, settings.media.options), [], 0, 0
    spill = folder / "file"
    for tenant, sha256 in files:
        try:
            with spill.open("wb") as file:
                async for piece in keep.content(tenant, sha256):
                    file.write(piece)
        except FileMissing:
            missing.append(f"{tenant}/{sha256}")
            continue
        size, digest = measured(spill)
        if digest != sha256:
            missing.append(f"{tenant}/{sha256}")
            continue
        with spill.open("rb") as data:
            archive.add(f"media/{tenant}/{sha256}", data, size)
        count, total = count + 1, total + size
        told("files", before + total, count)
    return End(count, total, missing)
