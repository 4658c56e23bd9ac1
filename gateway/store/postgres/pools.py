"""The pools of a PostgreSQL store, by what they are for."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from contextlib import suppress

import asyncpg

from gateway.errors import SettingsError
from gateway.store.migrate.postgres import check_schema, connected
from gateway.store.migrate.source import CORE, Component

#: How many connections the pools of one process take at most, and its owner's lock.
CONNECTIONS = 2 + 6 + 6 + 4 + 4 + 1
_SETTINGS = {"application_name": "gateway", "jit": "off"}
# A plugin's statement that runs on for ever must not keep a connection for ever.
_PLUGINS = {**_SETTINGS, "statement_timeout": "10s", "idle_in_transaction_session_timeout": "60s"}
# The catalogue shows a role only what it may use.
_TENANT_TABLES = """
select table_name from information_schema.columns
where table_schema = current_schema() and column_name = 'tenant'
"""


class Pools:
    """*ingest* for the journal, *work* for the pipeline, *app* for plugins' units, *web* for the API,
    *readers* for reading across tenants."""

    def __init__(self, url: str, worker_url: str, *, least: int = 1) -> None:
        """*least* is how many connections each keeps: 0 for a command, which needs one or two in all."""
        self.ingest = _pool(worker_url, least, 2, _SETTINGS)
        self.work = _pool(worker_url, least, 6, _SETTINGS)
        self.app = _pool(url, least, 6, _PLUGINS)
        self.web = _pool(url, least, 4, _PLUGINS)
        self.readers = _pool(worker_url, least, 4, {**_SETTINGS, "default_transaction_read_only": "on"})

    async def open(self) -> None:
        """Connect each once."""
        for pool in self._all():
            await pool

    async def close(self) -> None:
        """Wait for what runs, then close; after five seconds close anyway."""
        for pool in self._all():
            try:
                async with asyncio.timeout(5):
                    await pool.close()
            except (TimeoutError, OSError, asyncpg.PostgresError, asyncpg.InterfaceError):
                with suppress(asyncpg.InterfaceError):  # it was never opened
                    pool.terminate()

    async def tenant_tables(self) -> frozenset[str]:
        """The tables whose rows belong to a tenant."""
        rows = await self.readers.fetch(_TENANT_TABLES)
        return frozenset(row["table_name"] for row in rows)

    def _all(self) -> tuple[asyncpg.Pool, ...]:
        return (self.ingest, self.work, self.app, self.web, self.readers)


def _pool(url: str, least: int, size: int, settings: dict[str, str]) -> asyncpg.Pool:
    return asyncpg.create_pool(
        url,
        min_size=least,
        max_size=size,
        timeout=10,
        command_timeout=60,
        statement_cache_size=512,
        server_settings=settings,
        reset=_keep,
    )


async def _keep(connection: asyncpg.Connection) -> None:
    """Nothing of ours outlives a transaction, so the usual RESET ALL would be a round trip for nothing."""


# What a role could become by SET ROLE, or reads past the row policies.
_MIGHTIER = """
select r.rolname from pg_roles r
where r.rolname <> current_user and pg_has_role(current_user, r.oid, 'MEMBER')
    and (r.rolsuper or r.rolbypassrls or r.rolname in ('pg_read_all_data', 'pg_write_all_data',
        'pg_execute_server_program', 'pg_read_server_files', 'pg_write_server_files'))
order by 1 limit 1
"""
# Tables with a tenant that their owner reads freely, or everybody does.
_OPEN_TABLES = """
select c.relname from pg_class c
join pg_attribute a on a.attrelid = c.oid and a.attname = 'tenant' and not a.attisdropped
where c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p') and not c.relispartition
    and not (c.relrowsecurity and c.relforcerowsecurity)
order by 1 limit 1
"""
_ORDINARY = "use an ordinary role: create role gateway_app login; then run gateway migrate"


async def check_role(url: str, where: str, components: Sequence[Component] = (CORE,)) -> None:
    """Refuse a role that row-level security does not bind, and a schema of another version."""
    async with connected(url) as connection:
        row = await connection.fetchrow(
            "select rolname, rolsuper, rolbypassrls from pg_roles where rolname = current_user"
        )
        if row["rolsuper"] or row["rolbypassrls"]:
            kind = "a superuser" if row["rolsuper"] else "a role with BYPASSRLS"
            raise SettingsError(
                where, f"{row['rolname']} is {kind}, whom row-level security does not bind", _ORDINARY
            )
        if mightier := await connection.fetchval(_MIGHTIER):
            raise SettingsError(
                where,
                f"{row['rolname']} is a member of {mightier}, whom row-level security does not bind",
                f"revoke {mightier} from {row['rolname']}",
            )
        await check_schema(connection, components)
        if table := await connection.fetchval(_OPEN_TABLES):
            raise SettingsError(where, f"table {table} is not under the row policies", "run: gateway migrate")


async def check_apart(url: str, worker_url: str) -> None:
    """Refuse an application's role that is a member of the workers', or of the one that owns the tables:
    the policies of those would be its own."""
    async with connected(worker_url) as connection:
        worker = await connection.fetchval("select current_user::text")
    async with connected(url) as connection:
        found = await connection.fetchrow(
            """select current_user::text as app, r.rolname as other from pg_roles r
            where r.rolname <> current_user and pg_has_role(current_user, r.oid, 'MEMBER')
                and (r.rolname = $1 or exists (select 1 from pg_class c where c.relowner = r.oid
                    and c.relnamespace = current_schema()::regnamespace and c.relkind in ('r', 'p')))""",
            worker,
        )
        if found is not None:
            app, other = found
            raise SettingsError(
                "[store] url",
                f"{app} is a member of {other}, so it would see every tenant's rows",
                f"revoke {other} from {app}",
            )
