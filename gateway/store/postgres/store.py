"""`Store` on PostgreSQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from typing import Any, TypeVar

from gateway.errors import StoreUnavailable
from gateway.store.handle import Guarded
from gateway.store.migrate.source import CORE, Component
from gateway.store.port import Dialect, Scope, Tx, Unit
from gateway.store.postgres.owner import PATIENCE, refuse_alone
from gateway.store.postgres.pools import SIZES, Pools
from gateway.store.postgres.roles import check_apart, check_role
from gateway.store.postgres.session import checked
from gateway.store.postgres.transaction import (
    acquire,
    command,
    commit,
    give_back,
    reading,
    shielded,
    transaction,
)
from gateway.store.postgres.turns import Turns
from gateway.store.postgres.tx import PostgresTx
from gateway.store.postgres.unit import PostgresUnit
from gateway.store.scope import Guard, TenantScope
from gateway.store.sql import Statements

T = TypeVar("T")


class PostgresStore:
    """*url* signs in the role that the row policies confine, *worker_url* the one that may cross tenants.

    *patience* is how long `open` waits for one of an older version to let go, in seconds. *components* are
    those whose tables have to be there. *sizes* are the most connections of each pool; with *pooler* the urls
    lead to one, such as pgbouncer in transaction mode.
    """

    dialect: Dialect = "postgres"
    pace = 0.004

    def __init__(
        self, url: str, *, worker_url: str = "", patience: float = PATIENCE,
        components: Sequence[Component] = (CORE,), sizes: Mapping[str, int] = SIZES, pooler: bool = False,
    ) -> None:  # fmt: skip
        self._url, self._worker_url = url, worker_url or url
        self._patience, self._components = patience, components
        self._sizes, self._pooler = sizes, pooler
        self._turns = Turns(sizes["app"], PATIENCE)
        self._pools: Pools | None = None
        self._statements = Statements()
        self._guarded = Guarded()
        self._guard = Guard(frozenset())

    async def open(self, *, own: bool = True) -> None:
        await check_role(self._url, "[store] url", self._components)
        if self._worker_url != self._url:
            await check_role(self._worker_url, "[store] worker_url", self._components)
        await check_apart(self._url, self._worker_url)
        pools = Pools(
            self._url, self._worker_url, least=1 if own else 0, sizes=self._sizes, pooler=self._pooler
        )
        try:
            if own:
                await refuse_alone(self._url, self._patience)
            await pools.open()
            tables = await pools.tenant_tables()
            self._guard, self._guarded = Guard(tables), Guarded(tables)
        except BaseException:
            await pools.close()
            raise
        self._pools = pools

    async def close(self) -> None:
        pools, self._pools = self._pools, None
        if pools is not None:
            await pools.close()

    async def write(self, work: Callable[[Tx], Awaitable[T]], *, urgent: bool = False) -> T:
        pools = self._open_pools()
        return await shielded(transaction(pools.ingest if urgent else pools.work, self._statements, work))

    async def append(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> None:
        await shielded(self._append(sql, rows))

    async def _append(self, sql: str, rows: Sequence[Mapping[str, Any]]) -> None:
        # asyncpg runs an executemany as one implicit transaction: one round trip, no BEGIN and COMMIT
        session = self._open_pools().ingest
        connection = await acquire(session)
        tx = PostgresTx(connection, self._statements, transaction=session.explicit)
        try:
            if session.explicit:
                await command(connection, session.begin())
            await tx.many(sql, rows)
            if session.explicit:
                await commit(tx)
        finally:
            tx.revoke()
            await give_back(session, connection)

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await reading(self._open_pools().readers, self._statements, work)

    async def scrub(self) -> bool:
        return True  # what autovacuum leaves for a while is told of in docs/privacy.md

    def scope(self, tenant: str) -> Scope:
        session = self._open_pools().web
        writes, reads = session.begin(checked(tenant)), session.begin(tenant, reading=True)

        async def write(work: Callable[[Tx], Awaitable[T]]) -> T:
            return await shielded(transaction(session, self._statements, work, begin=writes))

        async def read(work: Callable[[Tx], Awaitable[T]]) -> T:
            return await shielded(transaction(session, self._statements, work, begin=reads))

        return TenantScope(tenant, self._guard, read, write)

    def unit(self, tenant: str, *, hold: float = 0.1) -> Unit:
        """*hold* means nothing here: no unit keeps others from writing."""
        pool = self._open_pools().app
        return PostgresUnit(pool, self._statements, self._guarded, checked(tenant), self._turns)

    def _open_pools(self) -> Pools:
        if self._pools is None:
            raise StoreUnavailable("the PostgreSQL store is not open")
        return self._pools
