"""One transaction from BEGIN to COMMIT, in a task of its own that nobody's cancellation reaches."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Coroutine
from contextlib import suppress
from typing import Any, TypeVar

import asyncpg

from gateway.errors import StatementFailed, StoreUnavailable
from gateway.store.port import Tx
from gateway.store.postgres.errors import explain
from gateway.store.postgres.session import Session
from gateway.store.postgres.tx import PostgresTx
from gateway.store.sql import Statements

T = TypeVar("T")
PATIENCE = 10.0  # seconds to wait for a connection, and for a rollback


async def shielded(work: Coroutine[Any, Any, T]) -> T:
    """Run *work* to its end even when the caller is cancelled. Nobody hears then how it failed."""
    task = asyncio.get_running_loop().create_task(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        task.add_done_callback(_unheard)
        raise


def _unheard(task: asyncio.Task[Any]) -> None:
    if not task.cancelled():
        task.exception()


async def acquire(session: Session) -> asyncpg.Connection:
    """A connection of *session*; raises StoreUnavailable."""
    try:
        return await session.pool.acquire(timeout=PATIENCE)
    except asyncpg.PostgresError as error:  # whatever its reason: a refused connection is no connection
        raise StoreUnavailable(f"PostgreSQL refused a connection: {error}") from error
    except Exception as error:
        raise explain(error) from error


async def transaction(
    session: Session, statements: Statements, work: Callable[[Tx], Awaitable[T]], *, begin: str = ""
) -> T:
    """Run *work* between *begin* and COMMIT."""
    connection = await acquire(session)
    tx = PostgresTx(connection, statements)
    try:
        await command(connection, begin or session.begin())
        value = await work(tx)
        await commit(tx)
        return value
    finally:
        tx.revoke()
        await give_back(session, connection)


async def reading(session: Session, statements: Statements, work: Callable[[Tx], Awaitable[T]]) -> T:
    """Run *work*, which only reads, outside of a transaction where that may be."""
    connection = await acquire(session)
    tx = PostgresTx(connection, statements, transaction=session.explicit, reading=True)
    try:
        if session.explicit:
            await command(connection, session.begin())
        return await work(tx)
    finally:
        tx.revoke()
        await shielded(give_back(session, connection))


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


async def give_back(session: Session, connection: asyncpg.Connection) -> None:
    """Undo what was not committed and return the connection, or close it when it does not answer."""
    try:
        if not connection.is_closed() and connection.is_in_transaction():
            await connection.execute("ROLLBACK", timeout=PATIENCE)
    except Exception:  # whatever it is, this connection is not to be trusted
        cut(connection)
    finally:
        # One that is lost in this moment goes back by itself. What was done with it is done: it counts.
        with suppress(OSError, asyncpg.PostgresError, asyncpg.InterfaceError, asyncpg.InternalClientError):
            await session.pool.release(connection)


def cut(connection: asyncpg.Connection) -> None:
    """Close *connection* without a word to the server."""
    with suppress(asyncpg.InterfaceError):  # the pool takes a lost connection back by itself
        connection.terminate()
