"""A migrated SQLite file for each test: made once in a process, then copied."""

from __future__ import annotations

import tempfile
from functools import cache
from pathlib import Path

from gateway.store.migrate.sqlite import migrate_file


def prepared(path: Path) -> Path:
    """Put a fresh, migrated database at *path* where there is none."""
    if not path.exists():
        path.write_bytes(_template())
    return path


@cache
def _template() -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "template.db"
        migrate_file(path)
        return path.read_bytes()
