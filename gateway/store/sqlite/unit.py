"""The transaction of one (event, plugin) on SQLite, opened at its first write."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import TypeVar

from gateway.errors import HandleRevoked, StoreError
from gateway.store.handle import Guarded, Handle
from gateway.store.places import waiting
from gateway.store.port import Db, Tx
from gateway.store.sqlite.turn import OVER, Turn
from gateway.store.sqlite.tx import SqliteTx
from gateway.store.sqlite.writer import Writer

T = TypeVar("T")


class SqliteUnit:
    """Reads go to an inline reader until something is written; then all goes to the granted writer."""

    def __init__(self, writer: Writer, reader: SqliteTx, guarded: Guarded, tenant: str, hold: float) -> None:
        self.tenant = tenant
        self._writer = writer
        self._reader = reader
        self._hold = hold
        self._turn: Turn | None = None
        self._tx: SqliteTx | None = None
        self._opening = asyncio.Lock()
        self._over = False
        self._db = Handle(self, guarded)

    @property
    def db(self) -> Db:
        return self._db

    @property
    def opened(self) -> bool:
        return self._tx is not None

    async def reader(self) -> Tx:
        self._check()
        return self._tx or self._reader

    async def writer(self) -> Tx:
        self._check()
        if self._tx is not None:
            return self._tx
        async with self._opening:
            if self._tx is None:
                self._check()
                self._turn = Turn(self._hold)
                self._writer.ask(self._turn)
                with waiting():
                    self._tx = await self._turn.granted()
        self._check()
        return self._tx

    async def commit(self, finish: Callable[[Tx], Awaitable[T]]) -> T:
        self._check()
        turn, tx = self._turn, self._tx
        if turn is None or tx is None:
            raise StoreError("this unit has written nothing: finish it by Store.write")
        self._over = True
        try:
            value = await finish(tx)
            tx.check()
        except BaseException:
            self._end(keep=False)
            raise
        if not self._end(keep=True):
            raise HandleRevoked(turn.why)
        await turn.committed
        return value

    async def rollback(self) -> None:
        self._over = True
        self._end(keep=False)

    def _end(self, *, keep: bool) -> bool:
        if self._turn is None:
            return False
        ended = self._turn.end(keep=keep)
        if self._tx is not None and ended:
            self._tx.revoke(OVER)
        return ended

    def _check(self) -> None:
        if self._turn is not None and self._turn.ended:
            raise HandleRevoked(self._turn.why)
        if self._over:
            raise HandleRevoked(OVER)
