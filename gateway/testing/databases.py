"""Fresh databases for worlds: copies of one that was migrated before."""

from __future__ import annotations

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

from gateway.settings import StoreSettings
from gateway.store.migrate.source import Component
from gateway.store.migrate.sqlite import migrate_file
from gateway.testing.postgres import Urls
from gateway.testing.reuse import Databases

#: Makes a fresh database with the tables of these components; a folder of the world's own is at hand.
Fresh = Callable[[Path, Sequence[Component]], StoreSettings]


class SqliteFiles:
    """Migrated files: the first of each set of components is made, the others are copies of it."""

    def __init__(self) -> None:
        self._templates: dict[tuple[Component, ...], bytes] = {}

    def fresh(self, folder: Path, components: Sequence[Component]) -> StoreSettings:
        """A fresh database in *folder*."""
        key = tuple(components)
        if key not in self._templates:
            self._templates[key] = _migrated(key)
        path = folder / "gateway.db"
        path.write_bytes(self._templates[key])
        return StoreSettings(url=f"sqlite:///{path}")


class PostgresDatabases:
    """Databases of *databases* for one world; `drop` gives them back."""

    def __init__(self, databases: Databases) -> None:
        self._databases = databases
        self._taken: list[Urls] = []

    def fresh(self, folder: Path, components: Sequence[Component]) -> StoreSettings:
        """A database as new."""
        urls = self._databases.take(components)
        self._taken.append(urls)
        return StoreSettings(url=urls.url, migrate_url=urls.migrate_url, worker_url=urls.worker_url)

    def drop(self) -> None:
        """The world is over."""
        while self._taken:
            self._databases.give_back(self._taken.pop())


def _migrated(components: Sequence[Component]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        migrate_file(path, components)
        return path.read_bytes()
