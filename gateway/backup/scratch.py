"""Where a backup or a restore works, and what it says of a disk that fails."""

from __future__ import annotations

import fcntl
import os
import shutil
import sqlite3
import tarfile
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from tempfile import gettempdir, mkdtemp

from gateway.errors import GatewayError

#: Seconds in which a folder that nobody has locked may belong to one that just begins.
YOUNG = 60.0


@contextmanager
def scratch(folder: Path | None, prefix: str) -> Iterator[Path]:
    """A folder in *folder*, which only its user can read and which is gone at the end. What a killed run has
    left there holds a database that is not encrypted: it goes now."""
    folder = folder or Path(gettempdir())
    if not folder.is_dir():
        raise GatewayError(f"{folder} is not a folder; make it: mkdir -p {folder}")
    _clear(folder, prefix)
    made = Path(mkdtemp(prefix=prefix, dir=folder))
    lock = os.open(made, os.O_RDONLY)
    try:
        with suppress(OSError):  # where nothing can be locked, what is left stays
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield made
    finally:
        shutil.rmtree(made, ignore_errors=True)
        os.close(lock)


def _clear(folder: Path, prefix: str) -> None:
    """Drop the folders of runs that are no more: ours, and locked by nobody."""
    for entry in os.scandir(folder):
        if not entry.name.startswith(prefix) or not entry.is_dir(follow_symlinks=False):
            continue
        with suppress(OSError):
            about = entry.stat(follow_symlinks=False)
            if about.st_uid == os.getuid() and about.st_mtime < time.time() - YOUNG:
                _drop(entry.path)


def _drop(path: str) -> None:
    lock = os.open(path, os.O_RDONLY)
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        shutil.rmtree(path)
    finally:
        os.close(lock)


@contextmanager
def plainly(what: str) -> Iterator[None]:
    """A disk that is full, a file that cannot be read: a sentence for a person."""
    try:
        yield
    except (OSError, sqlite3.Error, tarfile.TarError) as error:
        raise GatewayError(f"{what}: {error}") from error
