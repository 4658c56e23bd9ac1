"""The transaction of one (event, plugin) on PostgreSQL, confined to its tenant by the row policies."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable
from typing import TypeVar

from gateway.errors import HandleRevoked, StoreError
from gateway.store.handle import Guarded, Handle
from gateway.store.places import waiting
from gateway.store.port import Db, Tx
from gateway.store.postgres.session import Session
from gateway.store.postgres.transaction import acquire, command, commit, cut, give_back, shielded
from gateway.store.postgres.turns import Turns
from gateway.store.postgres.tx import PostgresTx
from gateway.store.sql import Statements

T = TypeVar("T")
_LEFT_BEHIND = 2.0  # seconds for a statement of a task that the plugin left behind
_OVER = "this database handle belongs to a hook that has ended; use the chat.db of the current one"


class PostgresUnit:
    """Begins at its first statement, so that the tenant is set for reads too."""

    def __init__(
        self, session: Session, statements: Statements, guarded: Guarded, tenant: str, turns: Turns
    ) -> None:
        self._begin_text = session.begin(tenant)
        self.tenant = tenant
        self._session, self._turns = session, turns
        self._began = 0.0
        self._statements = statements
        self._tx: PostgresTx | None = None
        self._opening = asyncio.Lock()
        self._written = False
        self._over = False
        self._db = Handle(self, guarded)

    @property
    def db(self) -> Db:
        return self._db

    @property
    def opened(self) -> bool:
        return self._written

    async def reader(self) -> Tx:
        self._check()
        if self._tx is not None:
            return self._tx
        async with self._opening:
            if self._tx is None:
                self._tx = await shielded(self._begin())
        self._check()
        return self._tx

    async def writer(self) -> Tx:
        tx = await self.reader()
        self._written = True
        return tx

    async def commit(self, finish: Callable[[Tx], Awaitable[T]]) -> T:
        self._check()
        tx = self._tx
        if tx is None or not self._written:
            raise StoreError("this unit has written nothing: finish it by Store.write")
        self._over = True
        return await shielded(self._commit(tx, finish))

    async def rollback(self) -> None:
        if self._over:
            return
        self._over = True
        if self._tx is not None:
            await shielded(self._end(self._tx))

    async def _begin(self) -> PostgresTx:
        with waiting():
            await self._turns.enter(self.tenant)
        try:
            self._check()  # the unit may have been ended meanwhile
            with waiting():
                connection = await acquire(self._session)
            try:
                self._check()
                await command(connection, self._begin_text)
                self._check()
            except BaseException:
                await give_back(self._session, connection)
                raise
        except BaseException:
            self._turns.leave(self.tenant, None)
            raise
        self._began = time.monotonic()
        self._tx = PostgresTx(connection, self._statements, plugin=True)
        return self._tx

    async def _commit(self, tx: PostgresTx, finish: Callable[[Tx], Awaitable[T]]) -> T:
        try:
            value = await finish(tx)
            await tx.alone(lambda: commit(tx))
            return value
        finally:
            await self._end(tx)

    async def _end(self, tx: PostgresTx) -> None:
        tx.revoke(_OVER)
        try:
            async with asyncio.timeout(_LEFT_BEHIND):
                await tx.alone(nothing)
        except TimeoutError:
            cut(tx.connection)
        try:
            await give_back(self._session, tx.connection)
        finally:
            self._turns.leave(self.tenant, time.monotonic() - self._began)

    def _check(self) -> None:
        if self._over:
            raise HandleRevoked(_OVER)


async def nothing() -> None:
    """Only wait for one's place."""
