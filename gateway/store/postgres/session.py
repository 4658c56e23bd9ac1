"""A pool, and how a transaction on one of its connections begins."""

from __future__ import annotations

import re
from collections.abc import Mapping

import asyncpg

from gateway.errors import StoreError

_TENANT = re.compile(r"[a-z0-9][a-z0-9_-]*")


class Session:
    """*settings* are set anew by each transaction, for nothing stays on the connection. With *explicit* there
    is no statement outside of a transaction. *reading* says that nothing is written here."""

    __slots__ = ("_settings", "explicit", "pool", "reading")

    def __init__(
        self,
        pool: asyncpg.Pool,
        settings: Mapping[str, str],
        *,
        explicit: bool = False,
        reading: bool = False,
    ) -> None:
        self.pool, self.explicit, self.reading = pool, explicit, reading
        self._settings = "".join(f"; SET LOCAL {name} = '{value}'" for name, value in settings.items())

    def begin(self, tenant: str = "", *, reading: bool = False) -> str:
        """What begins a transaction, of *tenant* when it is given, in one message: a round trip for each
        would cost more than the statements. Raises `StoreError` for what is no tenant's id."""
        text = ("BEGIN READ ONLY" if reading or self.reading else "BEGIN") + self._settings
        return f"{text}; SELECT set_config('app.tenant', '{checked(tenant)}', true)" if tenant else text


def checked(tenant: str) -> str:
    """*tenant*, which becomes part of a message in SQL. Raises `StoreError` for what is no tenant's id."""
    if not _TENANT.fullmatch(tenant):
        raise StoreError(f"{tenant!r} is not a tenant's id")
    return tenant
