"""Migrations of a PostgreSQL database, run as the role that owns the tables."""

from __future__ import annotations

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable, Sequence
from contextlib import asynccontextmanager
from functools import partial

import asyncpg

from gateway.clock import Clock, SystemClock
from gateway.errors import SettingsError
from gateway.store.migrate import confine, rules, schema
from gateway.store.migrate.policies import securing
from gateway.store.migrate.source import (
    ADD_BESIDE,
    CORE,
    TABLE,
    Component,
    Migration,
    migrations,
    outstanding,
    refused,
)

# Any number, as long as every version uses the same: two runners must not run at once.
_LOCK = 0x6761_7465_6D69
_WHERE = "[store] migrate_url"
# The column is not there yet in a database that an older version has made.
_HAS_BESIDE = """select 1 from pg_attribute
where attrelid = 'migration'::regclass and attname = 'beside' and not attisdropped"""
_APPLIED = "select component, name, coalesce(to_jsonb(m) ->> 'beside', '') from migration m"
#: Somebody held a table for longer than we wait, or waited for one of ours: that passes.
_IN_THE_WAY = (asyncpg.LockNotAvailableError, asyncpg.DeadlockDetectedError)
_ATTEMPTS = 10
#: Errors of what is written in a migration, not of the server.
_WRITTEN = (
    asyncpg.SyntaxOrAccessError,
    asyncpg.DataError,
    asyncpg.IntegrityConstraintViolationError,
    asyncpg.FeatureNotSupportedError,
)


async def migrate_database(
    url: str,
    migrate_url: str,
    worker_url: str,
    components: Sequence[Component] = (CORE,),
    clock: Clock | None = None,
) -> list[str]:
    """Apply what is outstanding, then (again) the row policies and grants for the roles of *url* and
    *worker_url*. Returns the names of what was applied."""
    now = (clock or SystemClock()).now
    app, worker = await role_of(url), await role_of(worker_url or url)
    confine.check_names(components)
    done: list[str] = []
    async with connected(migrate_url or url) as connection:

        async def step() -> str:
            await connection.execute(TABLE)
            if not await connection.fetchval(_HAS_BESIDE):
                await connection.execute(ADD_BESIDE)
            steps = await _outstanding(connection, components)
            if not steps:
                return ""
            await _apply(connection, steps[0], now(), components)
            return steps[0].full_name

        while name := await _alone(connection, step):
            done.append(name)
        for script in await securing(connection, app, worker):
            await _alone(connection, partial(connection.execute, script))
    return done


async def _alone(connection: asyncpg.Connection, work: Callable[[], Awaitable[str]]) -> str:
    """Do *work* in a transaction of its own, while no other runner works; again when gateways that run were
    in the way. Each takes the lock for itself: nothing is held between transactions, which a pooler would
    hand to somebody else."""
    attempt = 0
    while True:
        attempt += 1
        try:
            async with connection.transaction():
                await connection.execute("set local lock_timeout = '2s'")
                await _take_lock(connection)
                return await work()
        except _IN_THE_WAY as error:
            if attempt == _ATTEMPTS:
                problem = f"a table was in use each of {_ATTEMPTS} times: {error}"
                raise SettingsError(_WHERE, problem, "end what holds it, and run it again") from error
            await asyncio.sleep(random.uniform(0.05, 0.2) * attempt)


async def _apply(
    connection: asyncpg.Connection, step: Migration, now: int, components: Sequence[Component]
) -> None:
    confine.check_text(step, components)
    before = await schema.of_database(connection)
    try:
        await connection.execute(step.sql)
    except asyncpg.InsufficientPrivilegeError:  # `connected` says what to do
        raise
    except _WRITTEN as error:
        raise refused(step, error) from error
    rules.check(step, before, await schema.of_database(connection), components)
    await connection.execute(
        "insert into migration (component, name, applied_at, beside) values ($1, $2, $3, $4)",
        step.component,
        step.name,
        now,
        step.beside,
    )


async def pending_in_database(url: str, components: Sequence[Component] = (CORE,)) -> list[str]:
    """The names of what is outstanding; reads only."""
    async with looking(url) as connection:
        return [step.full_name for step in await _outstanding(connection, components)]


async def check_schema(connection: asyncpg.Connection, components: Sequence[Component] = (CORE,)) -> None:
    """Raise `SettingsError` with the remedy when the schema is older or newer than this code."""
    steps = await _outstanding(connection, components)
    if steps:
        names = ", ".join(step.full_name for step in steps)
        raise SettingsError("[store] url", f"the schema lacks {names}", "run: gateway migrate")


async def role_of(url: str) -> str:
    """The role that *url* signs in as; it must exist, since grants and policies name it."""
    async with looking(url) as connection:
        role: str = await connection.fetchval("select current_user::text")
        return role


@asynccontextmanager
async def connected(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection for a short while. A server that is away is a `SettingsError`: this runs by command."""
    try:
        connection = await asyncpg.connect(url, timeout=10, statement_cache_size=0)
    except (OSError, asyncpg.PostgresError, TimeoutError) as error:
        problem = f"PostgreSQL does not let us in: {error}"
        raise SettingsError("[store]", problem, "check the urls, and that the server is up") from error
    try:
        yield connection
    except asyncpg.InsufficientPrivilegeError as error:
        remedy = "give migrate_url a role that owns the database's tables"
        raise SettingsError(_WHERE, f"PostgreSQL says: {error}", remedy) from error
    finally:
        await connection.close()


@asynccontextmanager
async def looking(url: str) -> AsyncIterator[asyncpg.Connection]:
    """A connection in one transaction that only reads, as a pooler wants it."""
    async with connected(url) as connection, connection.transaction(readonly=True):
        yield connection


async def _take_lock(connection: asyncpg.Connection) -> None:
    for _ in range(100):
        if await connection.fetchval("select pg_try_advisory_xact_lock($1)", _LOCK):
            return
        await asyncio.sleep(0.1)
    raise SettingsError(_WHERE, "another migration has been running for 10 s", "wait for it to end")


async def _outstanding(connection: asyncpg.Connection, components: Sequence[Component]) -> list[Migration]:
    exists = await connection.fetchval("select to_regclass('migration')")
    rows = await connection.fetch(_APPLIED) if exists else []
    known = migrations(components, "postgres")
    return outstanding(known, [(row[0], row[1], row[2]) for row in rows], "[store] url")
