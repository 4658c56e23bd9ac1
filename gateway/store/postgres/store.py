"""`Store` on PostgreSQL."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from typing import TypeVar

from gateway.store.port import Dialect, Tx, Unit

T = TypeVar("T")


class PostgresStore:
    """A database that many processes share."""

    dialect: Dialect = "postgres"

    def __init__(self, url: str, *, worker_url: str = "") -> None:
        self._url, self._worker_url = url, worker_url

    async def open(self, *, own: bool = True) -> None:
        raise NotImplementedError

    async def close(self) -> None:
        raise NotImplementedError

    async def write(self, work: Callable[[Tx], Awaitable[T]], *, urgent: bool = False) -> T:
        raise NotImplementedError

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        raise NotImplementedError

    def unit(self, tenant: str, *, hold: float = 0.1) -> Unit:
        raise NotImplementedError
