"""One process serves a database: the proof is an advisory lock on a connection of its own.

Several processes share a database without it; they only refuse to begin beside one that holds it.
"""

from __future__ import annotations

import asyncio
import time

import asyncpg

from gateway.errors import SettingsError
from gateway.store.migrate.postgres import looking

_KEY = 0x6761_7465_7761_79
PATIENCE = 10.0  # seconds: a process that was killed may still be letting go
_AGAIN = 0.25


class Owner:
    """Takes the lock, and takes it again by itself after its connection was lost."""

    def __init__(self, url: str) -> None:
        self._url = url
        self._connection: asyncpg.Connection | None = None
        self._watch: asyncio.Task[None] | None = None
        self._lost = asyncio.Event()

    async def take(self, patience: float = PATIENCE) -> None:
        """Take the lock, waiting *patience* seconds at most, or raise `SettingsError`."""
        until = time.monotonic() + patience
        while not await self._try():
            if time.monotonic() >= until:
                raise SettingsError(
                    "[store] url",
                    "another process serves this database",
                    "stop the other gateway: this version runs one process for each database",
                )
            await asyncio.sleep(_AGAIN)
        self._watch = asyncio.get_running_loop().create_task(self._keep(), name="postgres-owner")

    async def release(self) -> None:
        """Let go; safe to call twice."""
        if self._watch is not None:
            self._watch.cancel()
            await asyncio.gather(self._watch, return_exceptions=True)
            self._watch = None
        connection, self._connection = self._connection, None
        if connection is not None:
            await connection.close()

    async def _try(self) -> bool:
        if self._connection is None or self._connection.is_closed():
            self._connection = await asyncpg.connect(self._url, timeout=PATIENCE)
            self._lost.clear()
            self._connection.add_termination_listener(lambda _: self._lost.set())
        return bool(await self._connection.fetchval("select pg_try_advisory_lock($1)", _KEY))

    async def _keep(self) -> None:
        while True:
            await self._lost.wait()
            try:
                if await self._try():
                    continue
            except (OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                pass  # the server is still away
            self._lost.set()
            await asyncio.sleep(_AGAIN)


async def refuse_alone(url: str, patience: float = PATIENCE) -> None:
    """Refuse to begin while a process serves the database that knows of no others: one of an older version.
    Raises `SettingsError` after *patience* seconds."""
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
