"""The spool: webhooks of providers that do not come back, kept in a file while the database is away.

Append-only, fsynced before the 200. Each record is one line: the CRC-32 of the JSON, a space, the JSON.
A torn last line (the process died while writing it) was never acknowledged and is passed over.
"""

from __future__ import annotations

import asyncio
import errno
import os
import zlib
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import msgspec
from msgspec.structs import replace

from gateway.errors import StoreUnavailable
from gateway.observe import Metrics, get_logger
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
        self._old = folder / "webhooks.draining"
        self._writer = ThreadPoolExecutor(1, "spool")
        self._count = 0

    def open(self) -> None:
        """Make the folder; fail at start rather than at the first outage."""
        self._folder.mkdir(parents=True, exist_ok=True)
        if not os.access(self._folder, os.W_OK | os.X_OK):
            raise PermissionError(f"{self._folder} cannot be written to")

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

    def _write(self, line: bytes) -> None:
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
            try:
                await self.flush()
            except (StoreUnavailable, IntakeBusy, OSError) as error:
                log.error("spool.waiting", problem=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def flush(self) -> int:
        """Journal everything spooled, in order; the number of webhooks. Doing it twice is harmless."""
        loop = asyncio.get_running_loop()
        raws = await loop.run_in_executor(self._writer, self._take)
        for raw in raws:
            # A new id each time: the parser's mark may be past the old one, and a second flush of the same
            # webhook must not fail. Its events are stored once, ever, in any case.
            await self._journal.append(replace(raw, id=self._journal.ids(raw.received_at)))
        if raws:
            await loop.run_in_executor(self._writer, self._old.unlink, True)
            self._count = max(0, self._count - len(raws))
            self._metrics.queue.labels("spool").set(self._count)
            log.info("spool.flushed", webhooks=len(raws))
        return len(raws)

    def _take(self) -> list[RawWebhook]:
        """Set the file aside and read it. One that is left from an earlier try comes first."""
        if not self._old.exists():
            if not self._file.exists():
                return []
            self._file.rename(self._old)
        return [raw for line in self._old.read_bytes().splitlines() if (raw := _read(line)) is not None]


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
