"""Whether there is a backup, and whether something waits since one was restored."""

from __future__ import annotations

from pathlib import Path

from gateway.backup.age import newest
from gateway.clock import SECOND
from gateway.model.finding import Finding
from gateway.moments import ago
from gateway.pipeline.queries import RESTORED
from gateway.settings.backup import BackupSettings
from gateway.store.port import Store


def backup(settings: BackupSettings, now: int) -> Finding:
    """The newest backup in [backup] folder."""
    if not settings.folder:
        return Finding("backup", True, "[backup] folder is not set: nobody looks")
    at = newest(Path(settings.folder))
    age = now / SECOND - at
    if at and age <= settings.late:
        return Finding("backup", True, f"taken {ago(max(0.0, age))} ago")
    detail = f"none for {ago(age)}" if at else f"none in {settings.folder}"
    return Finding("backup", True, detail, "run `gateway backup`, and look why nobody did: docs/backup.md")


async def held(store: Store) -> Finding:
    """Messages that are held after a restore."""
    count = int(await store.read(lambda tx: tx.value(RESTORED["count"])))
    if not count:
        return Finding("restored", True, "nothing is held")
    remedy = "`gateway restored list`, then release or discard it"
    return Finding("restored", True, f"{count} messages are held after a restore", remedy)
