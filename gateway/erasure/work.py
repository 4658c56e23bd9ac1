"""What the steps of an erasure work with, and how far one is."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from enum import Enum
from typing import Any

from msgspec import Struct, field

from gateway.channels import Channels
from gateway.clock import Clock
from gateway.erasure.queries import ERASURE
from gateway.erasure.record import Erasure
from gateway.erasure.who import Who
from gateway.media.files import Files
from gateway.store.port import Row, Scope, Store, Tx
from gateway.store.seal import Seal

#: Rows that one transaction removes, at most.
ROWS = 500


class Next(Enum):
    """What comes after a piece of a step."""

    #: The same step, for it has more to do.
    MORE = 1
    #: The same step a moment later: it waits for others.
    LATER = 2
    #: The step is done.
    DONE = 3


class Around(Struct, frozen=True):
    """The parts of the gateway that an erasure acts on."""

    store: Store
    channels: Channels
    files: Files
    seal: Seal
    clock: Clock
    #: Parts that are gone: the sender forgets them.
    withdrawn: Callable[[str, list[str]], None]
    #: A flow of a conversation is gone.
    flow_ended: Callable[[str, str, str], None]


class Work(Struct):
    """One erasure under way. *who* is read again at each start and round; *changed* counts rows of this
    round."""

    around: Around
    row: Erasure
    who: Who
    changed: int = 0
    #: Until when others are waited for (microseconds UTC), 0 while nobody is.
    patience: int = 0
    #: How far the log of events and the journal have been read.
    numbered: int = -1
    journaled: int = -1
    #: Files of the business that the contact was sent, by id.
    sent_files: set[str] = field(default_factory=set)

    @property
    def tenant(self) -> str:
        """Whose contact it is."""
        return self.row.tenant

    async def remove(self, work: Callable[[Tx], Awaitable[int]], mark: str | None = None) -> int:
        """Remove rows in one transaction of the tenant that also says how far the erasure is; how many
        went."""

        async def unit(tx: Tx) -> int:
            gone = await work(tx)
            await self._save(tx, gone, mark)
            return gone

        gone = await self._scope.write(unit)
        self._count(gone, mark)
        return gone

    async def note(self, mark: str | None = None, gone: int = 0) -> None:
        """Say how far the erasure is; *gone* rows went in a transaction of their own."""

        async def unit(tx: Tx) -> None:
            await self._save(tx, gone, mark)

        await self._scope.write(unit)
        self._count(gone, mark)

    async def remove_each(
        self, sql: str, values: Sequence[str], mark: str | None = None, **more: object
    ) -> int:
        """Run *sql* for each of *values* in such a transaction; the rows that went."""
        return await self.remove(lambda tx: each_of(tx, sql, self.tenant, values, **more), mark)

    async def all(self, sql: str, **values: object) -> list[Row]:
        """Rows of the tenant."""
        return await self._scope.read(lambda tx: tx.all(sql, tenant=self.tenant, **values))

    async def one(self, sql: str, **values: object) -> Row | None:
        """The first row."""
        return await self._scope.read(lambda tx: tx.one(sql, tenant=self.tenant, **values))

    async def value(self, sql: str, **values: object) -> Any:
        """The first column of the first row."""
        return await self._scope.read(lambda tx: tx.value(sql, tenant=self.tenant, **values))

    @property
    def _scope(self) -> Scope:
        return self.around.store.scope(self.tenant)

    def waits(self, seconds: float) -> bool:
        """Whether to wait longer for others, who get *seconds* in all."""
        now = self.around.clock.now()
        self.patience = self.patience or now + int(seconds * 1_000_000)
        return now < self.patience

    def _count(self, gone: int, mark: str | None) -> None:
        self.row.removed += gone
        self.changed += gone
        if mark is not None:
            self.row.mark = mark

    async def _save(self, tx: Tx, gone: int, mark: str | None) -> None:
        row = self.row
        await tx.run(
            ERASURE["save"], tenant=row.tenant, id=row.id, step=row.step,
            mark=row.mark if mark is None else mark, round=row.round, removed=row.removed + gone,
            expected=row.expected, now=self.around.clock.now(),
        )  # fmt: skip


async def each_of(tx: Tx, sql: str, tenant: str, values: Iterable[str], **more: object) -> int:
    """Run *sql* for each of *values*; the rows that it changed."""
    return sum([await tx.run(sql, tenant=tenant, value=value, **more) for value in values])


def keyed(row: Any, key: Iterable[str]) -> Mapping[str, Any]:
    """The key of *row*, as :k0, :k1, …"""
    return {f"k{n}": row[name] for n, name in enumerate(key)}
