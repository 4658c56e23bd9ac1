"""Bytes on their way into the keep: counted, hashed and written to a file, never held in memory."""

from __future__ import annotations

import asyncio
import hashlib
import os
import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

from msgspec import Struct

from gateway.errors import GatewayError

#: Bytes that are gathered before they are written, in a thread.
_GATHER = 1024 * 1024
#: Bytes at the front by which a file is recognised.
HEAD = 4096


class TooLarge(GatewayError):
    """A file that is longer than it may be, whatever was said of its length."""

    def __init__(self, limit: int) -> None:
        self.limit = limit
        super().__init__(f"the file has more than {limit} bytes")


class Spilled(Struct, frozen=True):
    """A whole file on disk. *sha256* is lower-case hex, *head* its first bytes."""

    path: Path
    size: int
    sha256: str
    head: bytes


class Spill:
    """Takes a file piece by piece. *limit* is bytes."""

    def __init__(self, path: Path, limit: int) -> None:
        self.path, self._limit = path, limit
        self._hash = hashlib.sha256()
        self._gathered = bytearray()
        self.size = 0
        self.head = b""

    async def write(self, piece: bytes) -> None:
        """Take one piece more. Raises `TooLarge`."""
        self.size += len(piece)
        if self.size > self._limit:
            raise TooLarge(self._limit)
        if len(self.head) < HEAD:
            self.head = (self.head + piece)[:HEAD]
        self._gathered += piece
        if len(self._gathered) >= _GATHER:
            await self._flush()

    async def done(self) -> Spilled:
        """Everything was written."""
        await self._flush()
        return Spilled(self.path, self.size, self._hash.hexdigest(), self.head)

    async def _flush(self) -> None:
        gathered, self._gathered = self._gathered, bytearray()
        await asyncio.to_thread(self._append, gathered)

    def _append(self, gathered: bytearray) -> None:
        with self.path.open("ab") as file:
            file.write(gathered)
        self._hash.update(gathered)


@asynccontextmanager
async def spilling(folder: Path, limit: int) -> AsyncIterator[Spill]:
    """A spill into a new file in *folder*, which is gone at the end."""
    path = await asyncio.to_thread(_new_file, folder)
    try:
        yield Spill(path, limit)
    finally:
        await asyncio.to_thread(path.unlink, missing_ok=True)


def _new_file(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=folder, suffix=".part")
    os.close(handle)
    return Path(name)


def clear(folder: Path) -> None:
    """Remove what a process that died left in *folder*."""
    for left in folder.glob("*.part"):
        left.unlink(missing_ok=True)


async def measured(path: Path) -> Spilled:
    """A file that is on disk already."""
    return await asyncio.to_thread(_measured, path)


def _measured(path: Path) -> Spilled:
    with path.open("rb") as file:
        head = file.read(HEAD)
        file.seek(0)
        digest = hashlib.file_digest(file, "sha256")
        return Spilled(path, file.tell(), digest.hexdigest(), head)
