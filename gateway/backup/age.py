"""Which backups there are in a folder, and how old they are."""

from __future__ import annotations

import asyncio
import os
from pathlib import Path

from gateway.observe import Metrics

#: What the name of a whole backup ends with, when `gateway backup` names it.
ENDING = ".gwbackup"
#: Seconds between two looks at the folder.
EVERY = 60.0
#: What the name of one that is being written ends with, and seconds after which nobody writes it any more.
PART, GIVEN_UP = ".part", 86_400.0


def newest(folder: Path) -> float:
    """When the newest whole backup in *folder* was written, seconds since 1970; 0 when there is none."""
    return max((entry.stat().st_mtime for entry in _backups(folder)), default=0.0)


def outdated(folder: Path, keep: float, now: float) -> list[Path]:
    """Backups of *folder* that are older than *keep* seconds; the newest is none of them, however old. And
    what was killed while it was written."""
    found = sorted(_backups(folder), key=lambda entry: entry.stat().st_mtime)[:-1]
    old = [Path(entry.path) for entry in found if entry.stat().st_mtime < now - keep]
    parts = _backups(folder, ENDING + PART)
    return old + [Path(entry.path) for entry in parts if entry.stat().st_mtime < now - GIVEN_UP]


class Backups:
    """Tells the metric of the newest backup in *folder*; "" is none."""

    def __init__(self, folder: str, metrics: Metrics) -> None:
        self._folder, self._metrics = folder, metrics

    async def run(self) -> None:
        """Look for ever."""
        while self._folder:
            at = await asyncio.to_thread(newest, Path(self._folder))
            self._metrics.backup_last_success_timestamp_seconds.set(at)
            await asyncio.sleep(EVERY)
        await asyncio.Event().wait()


def _backups(folder: Path, ending: str = ENDING) -> list[os.DirEntry[str]]:
    try:
        return [entry for entry in os.scandir(folder) if entry.name.endswith(ending) and entry.is_file()]
    except OSError:
        return []
