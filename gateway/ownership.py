"""Who owns a SQLite file: the paths beside it, and whether a process holds its lock."""

from __future__ import annotations

import fcntl
import os
from pathlib import Path

from gateway.settings import Settings
from gateway.store.url import sqlite_path


def sqlite_file(settings: Settings) -> Path | None:
    """The SQLite file that `[store] url` names, or None when it is another database."""
    url = settings.store.url
    return sqlite_path(url).absolute() if url.startswith("sqlite:") else None


def lock_path(database: Path) -> Path:
    """The file whose lock says that somebody owns *database*."""
    return database.with_name(database.name + ".lock")


def socket_path(database: Path) -> Path:
    """Where the owner of *database* listens for commands."""
    return database.with_name(database.name + ".sock")


def is_owned(database: Path) -> bool:
    """Whether a process holds the lock of *database* now. Nothing is created."""
    try:
        handle = os.open(lock_path(database), os.O_RDONLY | os.O_CLOEXEC)
    except FileNotFoundError:
        return False
    try:
        fcntl.flock(handle, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    finally:
        os.close(handle)
    return False
