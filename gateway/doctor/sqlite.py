"""A SQLite database: its version, how durable it is, its journal."""

from __future__ import annotations

import sqlite3
from pathlib import Path

from gateway.model.finding import Finding
from gateway.store.port import Store, Tx

#: Before it, a WAL that is reset while it is read may lose pages in rare cases.
SAFE = (3, 51, 3)
WAL_WARN = 256 * 1024 * 1024


async def findings(store: Store, path: Path) -> list[Finding]:
    """All of them."""

    async def work(tx: Tx) -> tuple[str, int]:
        return await tx.value("pragma journal_mode"), await tx.value("pragma synchronous")

    mode, synchronous = await store.write(work)
    return [version(sqlite3.sqlite_version_info), durability(mode, synchronous), wal(path)]


def version(found: tuple[int, ...]) -> Finding:
    """Of the library."""
    name = "SQLite " + ".".join(map(str, found))
    if found >= SAFE:
        return Finding("version", True, name)
    detail = f"{name}; before 3.51.3 a WAL could be corrupted when two processes checkpoint"
    remedy = "one process owns the file, which rules it out; never open it for writing with another program"
    return Finding("version", True, detail, remedy)


def durability(mode: str, synchronous: int) -> Finding:
    """What survives a power cut: all of it with WAL and synchronous FULL (2) or more."""
    detail = f"journal_mode {mode}, synchronous {synchronous}"
    if mode.lower() == "wal" and synchronous >= 2:
        return Finding("durability", True, detail)
    remedy = "stop whatever else opens the file and changes it, and restart the gateway, which sets both"
    return Finding("durability", False, detail, remedy)


def wal(path: Path) -> Finding:
    """How long the journal file has grown."""
    file = path.with_name(path.name + "-wal")
    size = file.stat().st_size if file.exists() else 0
    detail = f"{size / 1024 / 1024:.1f} MB"
    remedy = "somebody reads without an end: close other programs that have the file open" * (size > WAL_WARN)
    return Finding("journal file", True, detail, remedy)
