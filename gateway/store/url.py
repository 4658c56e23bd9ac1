"""Which database a url names."""

from __future__ import annotations

from pathlib import Path

from gateway.errors import SettingsError


def is_postgres(url: str) -> bool:
    """Whether *url* names a PostgreSQL database."""
    return url.startswith(("postgresql://", "postgres://"))


def sqlite_path(url: str) -> Path:
    """The file that a `sqlite:///` url names."""
    scheme, slashes, path = url.partition(":///")
    if scheme != "sqlite" or not slashes or not path:
        remedy = (
            'write "sqlite:///gateway.db" (relative), "sqlite:////var/lib/gateway.db" or "postgresql://…"'
        )
        raise SettingsError("[store] url", f"{scheme}: is not a database that I know", remedy)
    return Path(path)
