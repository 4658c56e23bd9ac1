"""What retention needs to know of a kind of data: how a page of what is old is found, and how it goes."""

from __future__ import annotations

from typing import Any, Protocol

from msgspec import Struct

from gateway.model.ids import smallest_id
from gateway.retention.queries import RETENTION
from gateway.store.port import Tx

Key = dict[str, Any]


class Due(Struct, frozen=True):
    """What of *tenant* is to go: what is older than *before* (microseconds UTC) and behind *mark*, where the
    last page ended; *limit* rows at most."""

    tenant: str
    before: int
    mark: Any
    limit: int

    def values(self) -> dict[str, Any]:
        """For statements."""
        return {"tenant": self.tenant, "before": self.before, "limit": self.limit}


class Page(Struct, frozen=True):
    """*keys* of rows that go; *mark* is where the next page begins, *more* whether there is one."""

    keys: list[Key]
    mark: Any
    more: bool


class Shelf(Protocol):
    """A kind of data. *start* is the mark before the first row."""

    @property
    def kind(self) -> str: ...
    @property
    def start(self) -> Any: ...

    async def look(self, tx: Tx, due: Due) -> Page:
        """The next page, on a reader."""

    async def remove(self, tx: Tx, due: Due, keys: list[Key]) -> int:
        """Remove what is still to go; how many rows of the kind that was."""


class ByTime(Struct, frozen=True):
    """A kind whose rows are found by the index of their time: what was found is gone when the next page is
    looked for. *key* are the columns of its key beside the tenant."""

    kind: str
    key: tuple[str, ...]
    start: int = 0

    async def look(self, tx: Tx, due: Due) -> Page:
        rows = await tx.all(RETENTION[f"{self.kind}_page"], **due.values())
        keys = [{"tenant": due.tenant, **{name: row[name] for name in self.key}} for row in rows]
        return Page(keys, due.mark, len(rows) == due.limit)

    async def remove(self, tx: Tx, due: Due, keys: list[Key]) -> int:
        await tx.many(RETENTION[self.kind], [{**key, "before": due.before} for key in keys])
        return len(keys)


class ById(Struct, frozen=True):
    """A kind whose rows are found by *key*, an id, which has its time in it. What stays is passed over."""

    kind: str
    key: str
    start: str = ""

    async def look(self, tx: Tx, due: Due) -> Page:
        rows = await tx.all(
            RETENTION[f"{self.kind}_page"], **due.values(), after=due.mark, until=smallest_id(due.before)
        )
        keys = [{"tenant": due.tenant, self.key: row[self.key]} for row in rows if not row["stays"]]
        mark = max((row[self.key] for row in rows), default=due.mark)
        return Page(keys, mark, len(rows) == due.limit)

    async def remove(self, tx: Tx, due: Due, keys: list[Key]) -> int:
        await tx.many(RETENTION[self.kind], [{**key, "before": due.before} for key in keys])
        return len(keys)
