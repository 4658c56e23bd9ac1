"""A backup as one file: what is in it, written and read.

manifest.json     what it is (`Manifest`)
database          a SQLite file, or pg_dump's custom format
media/TENANT/HASH every file, named by its SHA-256
end.json          how many files came, and which were missing (`End`)
"""

from __future__ import annotations

import hashlib
import io
import os
import re
import tarfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import IO, BinaryIO, TypeVar

import msgspec
from msgspec import Struct

from gateway.backup.age import PART
from gateway.backup.keys import Key
from gateway.backup.stream import Damaged, Reader, Writer

FORMAT = 1
MANIFEST, DATABASE, END = "manifest.json", "database", "end.json"
_MEDIA = re.compile(r"media/([a-z0-9][a-z0-9_-]{0,63})/([0-9a-f]{64})")
_PIECE = 1024 * 1024

S = TypeVar("S", bound=Struct)

#: Told how far it is: what, bytes so far, files so far.
Told = Callable[[str, int, int], None]


class Manifest(Struct, frozen=True):
    """What a backup is. *taken_at* is microseconds UTC; *migrations* are those that the database has, *rows*
    counts those of each table, *files* the files that belong to it."""

    format: int
    id: str
    version: str
    dialect: str
    taken_at: int
    migrations: list[str]
    rows: dict[str, int]
    size: int
    sha256: str
    files: int


class End(Struct, frozen=True):
    """The last member. *missing* are files of the database that nobody has, as TENANT/HASH."""

    files: int
    bytes: int
    missing: list[str]


class Archive:
    """A backup that is written: `file`.part until `done`, so that half of one is never taken for a whole."""

    def __init__(self, path: Path, key: Key | None) -> None:
        self._path, self._part = path, path.with_name(path.name + PART)
        descriptor = os.open(self._part, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        os.fchmod(descriptor, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "wb")
        self._writer = Writer(self._file, key)
        self._tar = tarfile.open(fileobj=self._writer, mode="w|", format=tarfile.PAX_FORMAT)  # type: ignore[call-overload]  # noqa: SIM115

    def add(self, name: str, data: IO[bytes], size: int) -> None:
        """A member of *size* bytes."""
        entry = tarfile.TarInfo(name)
        entry.size, entry.mode = size, 0o600
        self._tar.addfile(entry, data)

    def add_json(self, name: str, value: Manifest | End) -> None:
        """A small member."""
        data = msgspec.json.format(msgspec.json.encode(value))
        self.add(name, io.BytesIO(data), len(data))

    def done(self) -> int:
        """It is whole: durable, and under its name. How many bytes it has."""
        self._tar.close()
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        size = self._file.tell()
        self._file.close()
        self._part.replace(self._path)
        sync_folder(self._path.parent)
        return size

    def drop(self) -> None:
        """Nothing of it is kept."""
        self._part.unlink(missing_ok=True)
        with suppress(OSError):  # what is not written yet finds no room on a full disk
            self._file.close()


class Member(Struct):
    """A file of a backup that is read: *tenant* and *sha256* of one of the media, "" for the database."""

    tenant: str
    sha256: str
    size: int
    data: IO[bytes]


class Opened:
    """A backup that is read, once from its beginning to its end. Raises `Damaged` where it is not what it
    should be."""

    def __init__(self, path: Path, key: Key | None) -> None:
        self._file = path.open("rb")
        try:
            self._reader = Reader(self._file, key)
            self._tar = tarfile.open(fileobj=self._reader, mode="r|")  # type: ignore[call-overload]  # noqa: SIM115
            entry, data = self._next()
            if entry is None or entry.name != MANIFEST or data is None:
                raise Damaged("this is no backup of a gateway: it has no manifest")
            self.manifest = _decoded(data.read(), Manifest)
            if self.manifest.format != FORMAT:
                raise Damaged(
                    f"this backup has format {self.manifest.format}, which this version cannot read"
                )
        except BaseException:
            self._file.close()
            raise
        self.end = End(0, 0, [])

    def close(self) -> None:
        """Let go of the file."""
        self._file.close()

    def members(self) -> Iterator[Member]:
        """The database, then all files; then `end` is known, and the whole was read."""
        files = total = 0
        entry, data = self._next()
        if entry is None or data is None or entry.name != DATABASE:
            raise Damaged("the backup has no database")
        yield Member("", self.manifest.sha256, entry.size, data)
        while True:
            entry, data = self._next()
            if entry is None or data is None:
                raise Damaged("the backup is cut off: its end is missing")
            if entry.name == END:
                self.end = _decoded(data.read(), End)
                break
            match = _MEDIA.fullmatch(entry.name)
            if match is None:
                raise Damaged(f"the backup has something that is none of ours: {entry.name[:80]!r}")
            files, total = files + 1, total + entry.size
            yield Member(match[1], match[2], entry.size, data)
        if (files, total) != (self.end.files, self.end.bytes):
            raise Damaged(f"the backup has {files} files, and should have {self.end.files}")
        self._reader.finish()

    def _next(self) -> tuple[tarfile.TarInfo | None, IO[bytes] | None]:
        try:
            entry = self._tar.next()
            if entry is not None and not entry.isreg():
                raise Damaged(f"the backup has something that is no file: {entry.name[:80]!r}")
            return entry, self._tar.extractfile(entry) if entry is not None else None
        except tarfile.TarError as error:
            raise Damaged(f"the backup is damaged: {error}") from None


def copied(member: Member, to: BinaryIO | None) -> None:
    """Read *member* to its end, into *to*. Raises `Damaged` when it is not what its name says."""
    digest, size = hashlib.sha256(), 0
    try:
        while piece := member.data.read(_PIECE):
            digest.update(piece)
            size += len(piece)
            if to is not None:
                to.write(piece)
    except tarfile.TarError as error:
        raise Damaged(f"the backup is damaged: {error}") from None
    if digest.hexdigest() != member.sha256 or size != member.size:
        raise Damaged(
            f"the backup is damaged: {member.tenant or 'the database'} {member.sha256[:12]} differs"
        )


def checked(
    path: Path, key: Key | None, told: Told, database: BinaryIO | None = None
) -> tuple[Manifest, End]:
    """Read all of a backup; *database* gets the bytes of the database. Raises `Damaged`."""
    opened = Opened(path, key)
    try:
        read = files = 0
        for member in opened.members():
            copied(member, database if not member.tenant else None)
            read, files = read + member.size, files + bool(member.tenant)
            told("read", read, files)
        return opened.manifest, opened.end
    finally:
        opened.close()


def measured(path: Path) -> tuple[int, str]:
    """The size and the SHA-256 of a file."""
    with path.open("rb") as file:
        return path.stat().st_size, hashlib.file_digest(file, "sha256").hexdigest()


def sync_folder(folder: Path) -> None:
    """Make names in *folder* durable."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _decoded(data: bytes, shape: type[S]) -> S:
    try:
        return msgspec.json.decode(data, type=shape)
    except msgspec.MsgspecError as error:
        raise Damaged(f"the backup is damaged: {error}") from None
