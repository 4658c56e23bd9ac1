"""The machine: clock and disks."""

from __future__ import annotations

import asyncio
import os
import shutil
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

from gateway.model.finding import Finding

MB = 1024 * 1024
#: Seconds.
CLOCK_WARN, CLOCK_WRONG = 2.0, 30.0
WRITE_WARN, WRITE_WRONG = 0.1, 1.0
#: Fractions of a disk, and bytes.
FREE_WARN, FREE_WRONG, LEAST = 0.10, 0.02, 256 * MB


def clock(what: str, offset: float, whose: str) -> Finding:
    """*offset* is how many seconds ours is ahead of the clock of *whose*."""
    size = abs(offset)
    side = "ahead of" if offset > 0 else "behind"
    remedy = "let a time service keep it: `timedatectl set-ntp true`, then `timedatectl timesync-status`"
    if size <= CLOCK_WARN:
        return Finding(what, True, f"within {CLOCK_WARN:g} s of {whose}")
    return Finding(what, size <= CLOCK_WRONG, f"{size:.1f} s {side} {whose}", remedy)


def space(what: str, folder: Path, total: int, free: int) -> Finding:
    """How much room there is under *folder*, bytes."""
    share = free / total if total else 0.0
    detail = f"{folder}: {free / MB:,.0f} MB free, {share:.0%}"
    remedy = f"make room under {folder}: intake stops when it is full"
    if share < FREE_WRONG or free < LEAST:
        return Finding(what, False, detail, remedy)
    return Finding(what, True, detail, remedy if share < FREE_WARN else "")


def durable(what: str, folder: Path, seconds: float) -> Finding:
    """How long 4 KB took to be durable in *folder*."""
    detail = f"{folder}: 4 KB are durable in {seconds * 1000:.1f} ms"
    remedy = "every webhook waits for this: use a local SSD, and look what else writes to it"
    return Finding(what, seconds <= WRITE_WRONG, detail, remedy if seconds > WRITE_WARN else "")


async def disks(folders: Iterable[tuple[str, Path]]) -> list[Finding]:
    """Room and speed of each folder ("spool", its path), each disk's speed once."""
    found: list[Finding] = []
    timed: set[int] = set()
    for name, folder in folders:
        there = _existing(folder)
        try:
            usage = shutil.disk_usage(there)
            found.append(space(f"disk of {name}", there, usage.total, usage.free))
            device = there.stat().st_dev
            if device not in timed:
                timed.add(device)
                seconds = await asyncio.to_thread(_write, there)
                found.append(durable(f"write to {name}", there, seconds))
        except OSError as error:
            detail = f"{there}: {error.strerror or type(error).__name__}"
            found.append(Finding(f"disk of {name}", False, detail, f"let this user write to {there}"))
    return found


def _existing(folder: Path) -> Path:
    """*folder*, or what there is of the way to it."""
    while not folder.exists() and folder != folder.parent:
        folder = folder.parent
    return folder


def _write(folder: Path) -> float:
    began = time.monotonic()
    with tempfile.NamedTemporaryFile(dir=folder, prefix=".doctor-") as file:
        file.write(b"\0" * 4096)
        file.flush()
        os.fsync(file.fileno())
        return time.monotonic() - began
