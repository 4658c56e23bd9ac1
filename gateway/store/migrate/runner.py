"""`gateway migrate`: bring the schema of either database up to date."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Protocol

from gateway.store.migrate import postgres
from gateway.store.migrate.source import CORE, Component
from gateway.store.migrate.sqlite import migrate_file, pending_in_file
from gateway.store.sqlite import files
from gateway.store.url import is_postgres, sqlite_path


class Urls(Protocol):
    """The `[store]` part of the settings."""

    @property
    def url(self) -> str: ...

    @property
    def migrate_url(self) -> str: ...

    @property
    def worker_url(self) -> str: ...


async def migrate(store: Urls, components: Sequence[Component] = (CORE,)) -> list[str]:
    """Apply what is outstanding; the names of what was applied, as `core/0001_core`."""
    if is_postgres(store.url):
        return await postgres.migrate_database(store.url, store.migrate_url, store.worker_url, components)
    path = sqlite_path(store.url).absolute()
    files.check_writable(path)
    lock = files.Lock(path)
    lock.take()
    try:
        return migrate_file(path, components)
    finally:
        lock.release()


async def pending(store: Urls, components: Sequence[Component] = (CORE,)) -> list[str]:
    """The names of what `migrate` would apply. Raises `SettingsError` when the schema is newer."""
    if is_postgres(store.url):
        return await postgres.pending_in_database(store.migrate_url or store.url, components)
    return pending_in_file(sqlite_path(store.url).absolute(), components)
