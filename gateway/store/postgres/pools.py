"""The pools of a PostgreSQL store, by what they are for.

Each use has connections of its own, so that one that has none left takes nobody else's: webhooks are stored
while the API or plugins wait. A session that a process holds open while it is paused ends by itself, before
others take over what the process owned.

Behind a pooler (pgbouncer in transaction mode) a session lasts for one transaction: nothing is set for a
session, every statement is in an explicit transaction, which begins with what else would be set for the
session, and no statement is prepared for later.
"""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from contextlib import suppress

import asyncpg

from gateway.store.postgres.session import Session

#: How many connections the pools of one process take at most, when the settings name no others.
SIZES: Mapping[str, int] = {"ingest": 2, "work": 6, "app": 6, "web": 4, "readers": 4}
#: Beside the pools: the one that listens and tells.
BESIDE = 1
#: Seconds of a connection attempt, and of a statement until the client gives up.
CONNECT, COMMAND = 10, 60

_NAME = {"application_name": "gateway"}
# Shorter than the lease of a process (5 s): a transaction of one that is paused is undone before its shards
# are another's.
_INGEST = {"statement_timeout": "10s", "idle_in_transaction_session_timeout": "2s"}
_WORK = {"statement_timeout": "30s", "idle_in_transaction_session_timeout": "2s"}
# A plugin's statement that runs on for ever must not keep a connection for ever. A block of a job may be open
# for five seconds.
_PLUGINS = {"statement_timeout": "10s", "idle_in_transaction_session_timeout": "6s"}
_READERS = {"statement_timeout": "60s", "idle_in_transaction_session_timeout": "60s"}
# The catalogue shows a role only what it may use.
_TENANT_TABLES = """
select table_name::text from information_schema.columns
where table_schema = current_schema() and column_name = 'tenant'
"""


class Pools:
    """*ingest* for the journal, *work* for the pipeline, *app* for plugins' units, *web* for the API,
    *readers* for reading across tenants."""

    def __init__(
        self, url: str, worker_url: str, *, least: int = 1, sizes: Mapping[str, int] = SIZES,
        pooler: bool = False,
    ) -> None:  # fmt: skip
        """*least* is how many connections each keeps: 0 for a command, which needs one or two in all.
        With *pooler* the urls lead to one."""

        def session(url: str, name: str, settings: dict[str, str], *, reading: bool = False) -> Session:
            size = sizes[name]
            pool = _pool(url, min(least, size), size, {} if pooler else _started(settings, reading), pooler)
            return Session(pool, settings if pooler else {}, explicit=pooler, reading=reading)

        self.ingest = session(worker_url, "ingest", _INGEST)
        self.work = session(worker_url, "work", _WORK)
        self.app = session(url, "app", _PLUGINS)
        self.web = session(url, "web", _PLUGINS)
        self.readers = session(worker_url, "readers", _READERS, reading=True)

    async def open(self) -> None:
        """Connect each once."""
        for session in self._all():
            await session.pool

    async def close(self) -> None:
        """Wait for what runs, then close; after five seconds close anyway."""
        for session in self._all():
            try:
                async with asyncio.timeout(5):
                    await session.pool.close()
            except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                with suppress(asyncpg.InterfaceError):  # it was never opened
                    session.pool.terminate()

    async def tenant_tables(self) -> frozenset[str]:
        """The tables whose rows belong to a tenant."""
        async with self.readers.pool.acquire() as connection, connection.transaction(readonly=True):
            rows = await connection.fetch(_TENANT_TABLES)
        return frozenset(row["table_name"] for row in rows)

    def _all(self) -> tuple[Session, ...]:
        return (self.ingest, self.work, self.app, self.web, self.readers)


def _started(settings: dict[str, str], reading: bool) -> dict[str, str]:
    """What a session of our own is started with."""
    return {**settings, "jit": "off", **({"default_transaction_read_only": "on"} if reading else {})}


def _pool(url: str, least: int, size: int, settings: dict[str, str], pooler: bool) -> asyncpg.Pool:
    return asyncpg.create_pool(
        url,
        min_size=least,
        max_size=size,
        timeout=CONNECT,
        command_timeout=COMMAND,
        statement_cache_size=0 if pooler else 512,
        server_settings={**_NAME, **settings},
        reset=_keep,
    )


async def _keep(connection: asyncpg.Connection) -> None:
    """Nothing of ours outlives a transaction, so the usual RESET ALL would be a round trip for nothing."""
