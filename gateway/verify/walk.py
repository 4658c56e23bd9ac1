"""How tables are gone through: tenant by tenant, in pages of an index, so that no statement takes long.

No page is more than a tenth of a second's work: one that takes longer makes the next ones smaller. Nothing
is open between two statements, so neither PostgreSQL's vacuum nor SQLite's checkpoints wait for us.
"""

from __future__ import annotations

from collections.abc import AsyncIterator
from pathlib import Path

from msgspec import Struct

from gateway.model.ids import smallest_id
from gateway.store.port import Store, Tx
from gateway.store.sql import load_queries
from gateway.verify.record import Terms

WALKS = load_queries(Path(__file__).with_name("walks.sql"))

#: Those whose keys are ids of records, so that a time is a place in them. All else is open work, or small.
RECORDS = frozenset({"message", "part", "conversation", "media", "dead"})
#: Those whose keys are numbers.
NUMBERED = frozenset({"feed", "journal"})
LARGEST, SMALLEST = 5000, 50
#: Seconds that the statements of a page should take at most, together.
ENOUGH = 0.25


class Page(Struct, frozen=True):
    """Rows of one tenant (or shard, of the journal): behind *after*, up to *last*, *rows* of them."""

    place: str | int
    after: str | int
    last: str | int
    rows: int


class Walk:
    """One walk through a table."""

    def __init__(self, store: Store, name: str, terms: Terms) -> None:
        self._store, self._name, self._terms = store, name, terms
        self._size = LARGEST // 5

    def took(self, seconds: float) -> None:
        """How long the checks of the last page needed."""
        if seconds > ENOUGH:
            self._size = max(SMALLEST, self._size // 2)
        elif seconds < ENOUGH / 4:
            self._size = min(LARGEST, self._size * 2)

    async def pages(self) -> AsyncIterator[Page]:
        """Every page, in order."""
        place: str | int | None = self._terms.tenant
        if not self._terms.tenant or self._name == "journal":
            place = await self._next(-1 if self._name == "journal" else "", first=True)
        while place is not None:
            async for page in self._of(place):
                yield page
            if self._terms.tenant and self._name != "journal":
                return
            place = await self._next(place)

    async def _of(self, place: str | int) -> AsyncIterator[Page]:
        after = await self._begin(place)
        while True:
            page = await self._page(place, after)
            if page is None:
                return
            yield page
            after = page.last

    async def _page(self, place: str | int, after: str | int) -> Page | None:
        async def work(tx: Tx) -> Page | None:
            row = await tx.one(WALKS[f"page_{self._name}"], tenant=place, after=after, limit=self._size)
            return None if row is None or not row["n"] else Page(place, after, row["last"], row["n"])

        return await self._store.read(work)

    async def _next(self, place: str | int, *, first: bool = False) -> str | int | None:
        """The first tenant (or shard) behind *place*."""
        # What concerns no tenant is under "", and no text comes before it.
        if first and place == "" and await self._page("", 0 if self._name in NUMBERED else "") is not None:
            return ""
        found: str | int | None = await self._store.read(
            lambda tx: tx.value(WALKS[f"next_{self._name}"], tenant=place)
        )
        return found

    async def _begin(self, place: str | int) -> str | int:
        """Behind what the walk begins in *place*."""
        if self._name in NUMBERED:
            return await self._number(place) if self._name == "feed" and self._terms.since else 0
        return smallest_id(self._terms.since) if self._terms.since and self._name in RECORDS else ""

    async def _number(self, tenant: str | int) -> int:
        """The number of the log before which all was noted before `since`: found by halving."""
        low = 0
        high = 1 + (await self._store.read(lambda tx: tx.value(WALKS["feed_last"], tenant=tenant)) or 0)
        while low + 1 < high:
            middle = (low + high) // 2
            values = {"tenant": tenant, "first": middle}
            row = await self._store.read(lambda tx: tx.one(WALKS["feed_since"], **values))  # noqa: B023
            if row is None or row["at"] >= self._terms.since:
                high = middle
            else:
                low = int(row["first"])
        return low
