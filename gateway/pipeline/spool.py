"""The spool: webhooks of providers that do not come back, kept in a file while the database is away.

Append-only, fsynced before the 200. Each record is one line: the CRC-32 of the JSON, a space, the JSON.
A torn last line (the process died while writing it) was never acknowledged and is passed over.

Processes of one machine may share the folder: the file is written, and set aside, under a lock, and what is
set aside has a name of its own and is never written again. Two that journal the same file do so harmlessly.
"""

from __future__ import annotations

import asyncio
import errno
import fcntl
import os
import time
import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import msgspec
from msgspec.structs import replace

from gateway.errors import StoreUnavailable
from gateway.observe import Metrics, get_logger
from gateway.outage import Outage
from gateway.pipeline.journal import IntakeBusy, Journal
from gateway.pipeline.records import RawWebhook

log = get_logger("gateway.spool")

EVERY = 1.0
_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(RawWebhook).decode


class Spool:
    """One folder, one file at a time. What was spooled is journaled in order once the store is back."""

    def __init__(self, folder: Path, journal: Journal, metrics: Metrics) -> None:
        self._folder, self._journal, self._metrics = folder, journal, metrics
        self._file = folder / "webhooks.spool"
        self._lock = folder / "webhooks.lock"
        self._writer = ThreadPoolExecutor(1, "spool")
        self._count = 0
        away = (StoreUnavailable, IntakeBusy, OSError)
        self._outage = Outage(log, "spool.waiting", "spool.store_back", of=away)

    def open(self) -> None:
        """Make the folder; fail at start rather than at the first outage."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise PermissionError(f"{self._folder} cannot be written to")
        with self._alone():
            """The folder's file system knows locks."""

    def close(self) -> None:
        """Let go of the writer's thread."""
        self._writer.shutdown()

    async def append(self, raw: RawWebhook) -> None:
        """Return once *raw* is on disk. Raises OSError when it is not."""
        body = _encode(raw)
        line = f"{zlib.crc32(body):08x} ".encode() + body + b"\n"
        await asyncio.get_running_loop().run_in_executor(self._writer, self._write, line)
        self._count += 1
        self._metrics.queue.labels("spool").set(self._count)

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """No other process writes the file or sets it aside meanwhile."""
        handle = os.open(self._lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)

    def _write(self, line: bytes) -> None:
        with self._alone():
            self._written(line)

    def _written(self, line: bytes) -> None:
        fresh = not self._file.exists()
        descriptor = os.open(self._file, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        try:
            size = os.fstat(descriptor).st_size
            if size and os.pread(descriptor, 1, size - 1) != b"\n":
                line = b"\n" + line  # what a crash or a full disk tore must not spoil this record too
            if os.write(descriptor, line) != len(line):
                raise OSError(errno.ENOSPC, "the spool was not written in full", str(self._file))
            os.fsync(descriptor)
        finally:
            os.close(descriptor)
        if fresh:
            _sync_folder(self._folder)

    async def run(self) -> None:
        """Bring what is spooled into the journal, for ever."""
        while True:
            with self._outage:
                await self.flush()
            await asyncio.sleep(EVERY)

    async def flush(self) -> int:
        """Journal everything spooled, in order; the number of webhooks. Doing it twice is harmless."""
        loop = asyncio.get_running_loop()
        aside, raws = await loop.run_in_executor(self._writer, self._take)
        for raw in raws:
            # A new id each time: the parser's mark may be past the old one, and a second flush of the same
            # webhook must not fail. Its events are stored once, ever, in any case.
            await self._journal.append(replace(raw, id=self._journal.ids(raw.received_at)))
        if aside is not None:
            await loop.run_in_executor(self._writer, aside.unlink, True)
        self._count = max(0, self._count - len(raws)) if aside is not None else 0
        self._metrics.queue.labels("spool").set(self._count)
        if raws:
            log.info("spool.flushed", webhooks=len(raws))
        return len(raws)

    def _take(self) -> tuple[Path | None, list[RawWebhook]]:
        """Set the file aside and read it. One that is left from an earlier try, of anybody, comes first."""
        left = self._left() or self._set_aside()
        if left is None:
            return None, []
        try:
            lines = left.read_bytes().splitlines()
        except FileNotFoundError:  # another process has just journaled it
            return left, []
        return left, [raw for line in lines if (raw := _read(line)) is not None]

    def _left(self) -> Path | None:
        """The oldest file that is set aside."""
        found = self._folder.glob("webhooks*.draining")
        return min(found, key=lambda file: (file.name != "webhooks.draining", file.name), default=None)

    def _set_aside(self) -> Path | None:
        aside = self._folder / f"webhooks.{time.time_ns():020}.{os.getpid()}.draining"
        with self._alone():
            if not self._file.exists():
                return None
            self._file.rename(aside)
        return aside


def _sync_folder(folder: Path) -> None:
    """A new file's name is durable once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _read(line: bytes) -> RawWebhook | None:
    checksum, _, body = line.partition(b" ")
    try:
        if int(checksum, 16) != zlib.crc32(body):
            return None
        return _decode(body)
    except (ValueError, msgspec.DecodeError):
        return None
