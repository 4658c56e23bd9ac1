"""A plugin's turn at the writer: asked for, granted, ended in time or taken back."""

from __future__ import annotations

import asyncio

from gateway.errors import StoreError
from gateway.store.sqlite.tx import SqliteTx

OVER = "this database handle belongs to a hook that has ended; use the chat.db of the current one"


class Turn:
    """Exclusive use of the writer for at most *seconds* after the grant."""

    __slots__ = ("_ended", "_granted", "_loop", "_seconds", "committed", "why")

    def __init__(self, seconds: float) -> None:
        self._loop = asyncio.get_running_loop()
        self._granted: asyncio.Future[SqliteTx] = self._loop.create_future()
        self._ended: asyncio.Future[bool] = self._loop.create_future()
        self._seconds = seconds
        self.committed: asyncio.Future[None] = self._loop.create_future()
        self.why = ""

    @property
    def ended(self) -> bool:
        """Whether the writer was given or taken back, or is not wanted any more."""
        return self._ended.done()

    async def granted(self) -> SqliteTx:
        """Wait for the grant. Whoever is cancelled while waiting gives it back."""
        try:
            return await self._granted
        except BaseException:
            self.end(keep=False)
            raise

    async def hold(self, tx: SqliteTx) -> bool:
        """The writer's side: grant, wait for the end; whether to keep what was done."""
        if not self._granted.done():
            self._granted.set_result(tx)
        timer = self._loop.call_later(self._seconds, self._expire, tx)
        try:
            return await self._ended
        finally:
            timer.cancel()

    def end(self, *, keep: bool, why: str = OVER) -> bool:
        """Give the writer back; False when it had been taken back before."""
        if self._ended.done():
            return False
        self.why = why
        self._ended.set_result(keep)
        return True

    def refuse(self, error: StoreError) -> None:
        """The writer cannot serve: the database is away."""
        if not self._granted.done():
            self._granted.set_exception(error)

    def _expire(self, tx: SqliteTx) -> None:
        why = f"the hook held SQLite's writer for more than {self._seconds:g} s and was undone"
        if self.end(keep=False, why=why):
            tx.revoke(why)
