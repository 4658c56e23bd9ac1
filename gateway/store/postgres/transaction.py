"""One transaction from BEGIN to COMMIT, in a task of its own that nobody's cancellation reaches."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import asyncpg

from gateway.errors import StatementFailed, StoreError, StoreUnavailable
from gateway.store.port import Tx
from gateway.store.postgres.errors import explain
from gateway.store.postgres.tx import PostgresTx
from gateway.store.sql import Statements

T = TypeVar("T")
_TENANT = re.compile(r"[a-z0-9][a-z0-9_-]*")
PATIENCE = 10.0  # seconds to wait for a connection, and for a rollback


async def shielded(work: Coroutine[Any, Any, T]) -> T:
    """Run *work* to its end even when the caller is cancelled."""
    return await asyncio.shield(asyncio.get_running_loop().create_task(work))


async def acquire(pool: asyncpg.Pool) -> asyncpg.Connection:
    """A connection of *pool*; raises StoreUnavailable."""
    try:
        return await pool.acquire(timeout=PATIENCE)
    except asyncpg.PostgresError as error:  # whatever its reason: a refused connection is no connection
        raise StoreUnavailable(f"PostgreSQL refused a connection: {error}") from error
    except Exception as error:
        raise explain(error) from error


def begin_for(tenant: str) -> str:
    """What begins a transaction of *tenant*, in one message: three round trips would cost more than the
    statements. Raises `StoreError` for what is no tenant's id."""
    if not _TENANT.fullmatch(tenant):
        raise StoreError(f"{tenant!r} is not a tenant's id")
    return f"BEGIN; SELECT set_config('app.tenant', '{tenant}', true)"


async def transaction(
    pool: asyncpg.Pool, statements: Statements, work: Callable[[Tx], Awaitable[T]], *, begin: str = "BEGIN"
) -> T:
    """Run *work* between *begin* and COMMIT."""
    connection = await acquire(pool)
    tx = PostgresTx(connection, statements)
    try:
        await command(connection, begin)
        value = await work(tx)
        await commit(tx)
        return value
    finally:
        tx.revoke()
        await give_back(pool, connection)


async def commit(tx: PostgresTx) -> None:
    """Make the unit durable. An outcome that nobody knows is StoreUnavailable, like a failure."""
    tx.check()
    if await command(tx.connection, "COMMIT") != "COMMIT":
        raise StatementFailed("PostgreSQL had already given the transaction up: nothing was kept")


async def command(connection: asyncpg.Connection, text: str) -> str:
    """Run *text* in the simple protocol; its command tag."""
    try:
        status: str = await connection.execute(text)
    except Exception as error:
        raise explain(error) from error
    return status


async def give_back(pool: asyncpg.Pool, connection: asyncpg.Connection) -> None:
    """Undo what was not committed and return the connection, or close it when it does not answer."""
    try:
        if not connection.is_closed() and connection.is_in_transaction():
            await connection.execute("ROLLBACK", timeout=PATIENCE)
    except Exception:  # whatever it is, this connection is not to be trusted
        cut(connection)
    finally:
        await pool.release(connection)


def cut(connection: asyncpg.Connection) -> None:
    """Close *connection* without a word to the server."""
    with suppress(asyncpg.InterfaceError):  # the pool takes a lost connection back by itself
        connection.terminate()
