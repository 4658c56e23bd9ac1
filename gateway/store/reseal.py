"""Rotation of `[server] secret`: everything that is sealed under an old secret is sealed again under the
current one, beside whoever reads and writes. When no row is left, the old secret can be taken out.

A row is written only while it still holds the bytes that were read, so that a change by somebody else,
which is sealed under the current secret anyway, is never undone.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from msgspec import Struct

from gateway.errors import GatewayError, SealError
from gateway.observe.logs import get_logger
from gateway.store.port import Row, Store, Tx
from gateway.store.seal import Place, Seal
from gateway.tasks import stirred

log = get_logger("gateway.store")

#: Rows of one unit of work.
BATCH = 100
#: Seconds until what could not be done is tried again, and until the next look when nobody stirs.
AGAIN, LOOK = 5.0, 3600.0


class SealedColumn(Struct, frozen=True):
    """A column whose values are sealed for `Place(tenant, table, column, row)`; *row* names the column
    with the row's id. Empty values are no secrets. *place* is the column's name in the place where it is
    another."""

    table: str
    column: str
    row: str
    place: str = ""

    def at(self, tenant: str, row: str) -> Place:
        """The place of one value."""
        return Place(tenant, self.table, self.place or self.column, row)


#: Every column that holds secrets.
COLUMNS = (
    SealedColumn("channel", "settings", "id"),
    SealedColumn("tenant_plugin", "settings", "plugin"),
    SealedColumn("endpoint", "secret", "id"),
    SealedColumn("endpoint", "old_secret", "id"),
    SealedColumn("tenant_secret", "value", "name"),
)

_OLD = "length({column}) > 17 and substr({column}, 2, 4) <> :key"
_FIND = """
select tenant, {row} as id, {column} as sealed from {table}
where tenant >= :after_tenant and not (:after_tenant = tenant and {row} <= :after_row) and """ + _OLD + """
order by tenant, {row} limit :limit
"""  # fmt: skip
_COUNT = "select count(*) from {table} where " + _OLD
_SWAP = """
update {table} set {column} = :fresh where tenant = :tenant and {row} = :id and {column} = :sealed
"""


class Reseal:
    """The stage. Call `stir` when the secrets are others; *columns* are those that are looked at."""

    def __init__(
        self, store: Store, seal: Seal, columns: Sequence[SealedColumn] = COLUMNS, batch: int = BATCH
    ) -> None:
        self._store, self._seal, self._columns, self._batch = store, seal, columns, batch
        self._stirred = asyncio.Event()

    def stir(self) -> None:
        """Look again soon."""
        self._stirred.set()

    async def run(self) -> None:
        """Look at the start, when stirred, and now and then; for ever."""
        while True:
            self._stirred.clear()
            wait = LOOK
            try:
                done, lost = await self.once()
                if done or lost:
                    left = await self.rows_left()
                    log.info("seal.rotated", rows=done, lost=lost, left=left)
                    wait = LOOK if left == lost else AGAIN
            except GatewayError as error:
                log.error("seal.not_rotated", problem=str(error))
                wait = AGAIN
            await stirred(self._stirred, wait)

    async def once(self) -> tuple[int, int]:
        """Go through all columns once: how many values were sealed again, and how many cannot be opened,
        because their secret is no longer in `[server] secret`. Raises `StoreError`."""
        done = lost = 0
        for column in self._columns:
            after = ("", "")
            while rows := await self._find(column, after):
                fresh, gone = self._sealed_again(column, rows)
                if fresh:
                    await self._swap(column, fresh)
                done, lost = done + len(fresh), lost + gone
                after = (rows[-1]["tenant"], rows[-1]["id"])
        return done, lost

    async def rows_left(self) -> int:
        """How many values are sealed under an old secret still."""
        key = self._seal.key_id

        async def work(tx: Tx) -> int:
            return sum([int(await tx.value(_sql(_COUNT, each), key=key)) for each in self._columns])

        return await self._store.read(work)

    async def lost(self) -> int:
        """How many values no secret in `[server] secret` opens. Changes nothing."""
        lost = 0
        for column in self._columns:
            after = ("", "")
            while rows := await self._find(column, after):
                lost += self._sealed_again(column, rows, tell=False)[1]
                after = (rows[-1]["tenant"], rows[-1]["id"])
        return lost

    async def _find(self, column: SealedColumn, after: tuple[str, str]) -> list[Row]:
        values = {"after_tenant": after[0], "after_row": after[1], "limit": self._batch}

        async def work(tx: Tx) -> list[Row]:
            return await tx.all(_sql(_FIND, column), key=self._seal.key_id, **values)

        return await self._store.read(work)

    async def _swap(self, column: SealedColumn, fresh: list[dict[str, Any]]) -> None:
        async def work(tx: Tx) -> None:
            await tx.many(_sql(_SWAP, column), fresh)

        await self._store.write(work)

    def _sealed_again(
        self, column: SealedColumn, rows: list[Row], *, tell: bool = True
    ) -> tuple[list[dict[str, Any]], int]:
        fresh: list[dict[str, Any]] = []
        for row in rows:
            place, sealed = column.at(row["tenant"], row["id"]), bytes(row["sealed"])
            try:
                plain = self._seal.open(sealed, place)
            except SealError as error:
                if tell:
                    where = {"tenant": place.tenant, "table": place.table, "row": place.row}
                    log.error("seal.lost", problem=str(error), **where)
                continue
            fresh.append(
                {
                    "tenant": place.tenant,
                    "id": place.row,
                    "sealed": sealed,
                    "fresh": self._seal.close(plain, place),
                }
            )
        return fresh, len(rows) - len(fresh)


def _sql(text: str, column: SealedColumn) -> str:
    return text.format(table=column.table, column=column.column, row=column.row)
