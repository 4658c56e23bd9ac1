"""Several processes may serve a database. A version that knew of no others held an advisory lock on it."""

from __future__ import annotations

import asyncio
import time

from gateway.errors import SettingsError
from gateway.store.migrate.postgres import looking

_KEY = 0x6761_7465_7761_79
PATIENCE = 10.0  # seconds: a process that was killed may still be letting go
_AGAIN = 0.25


async def refuse_alone(url: str, patience: float = PATIENCE) -> None:
    """Refuse to begin while a process serves the database that believes that it is alone. Raises
    `SettingsError` after *patience* seconds."""
    until = time.monotonic() + patience
    while True:
        async with looking(url) as connection:
            if await connection.fetchval("select pg_try_advisory_xact_lock_shared($1)", _KEY):
                return
        if time.monotonic() >= until:
            raise SettingsError(
                "[store] url",
                "a gateway of an older version serves this database, and it knows of no other processes",
                "stop it first; from this version on several may run",
            )
        await asyncio.sleep(_AGAIN)
