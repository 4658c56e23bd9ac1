"""The keeper of the journal: what this process parses, and what an older version has left.

The version before this one ran alone under the number 0 and kept a mark (`intake`) of how far it had parsed.
What it left behind its mark gets open rows like any other webhook, before anything is parsed. It may
run again in between: then it sees this version's open rows as webhooks to be replayed, and what it leaves is
taken over once more.
"""

from __future__ import annotations

from typing import Any

from gateway.channels import Channels
from gateway.clock import MINUTE, Clock
from gateway.cluster.port import Keeper, Ownership
from gateway.observe import get_logger
from gateway.pipeline.journal import PROCESSES, Journal
from gateway.pipeline.parse import Parser
from gateway.pipeline.queries import JOURNAL
from gateway.pipeline.reread import Reader
from gateway.pipeline.shards import open_rows, shards_of
from gateway.pipeline.status import recall
from gateway.store.port import Store, Tx

log = get_logger("gateway.raws")

PAGE = 100
#: Seconds between two moves of the older version's mark, so that a later look behind it is short.
EVERY = 60.0


class Raws(Keeper):
    """Gives the parser its shards, the journal's in order."""

    def __init__(
        self, store: Store, channels: Channels, journal: Journal, parser: Parser, ownership: Ownership,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._store, self._channels, self._journal = store, channels, journal
        self._parser, self._ownership, self._clock = parser, ownership, clock
        self._reader = Reader(store, channels)
        self._moved = clock.monotonic()

    async def gain(self, shards: frozenset[int]) -> None:
        """Take over what an older version has left, fold what was logged and never folded, and parse."""
        await self._adopt()
        now = self._clock.now()

        async def work(tx: Tx) -> int:
            newest = int(await tx.value(JOURNAL["newest_id"]) or 0)
            await recall(tx, newest // PROCESSES - MINUTE, now)
            return newest

        newest = await self._store.write(work)
        self._journal.ids.after(newest)
        self._parser.queue.gain(shards, newest)

    async def release(self, shards: frozenset[int], seconds: float) -> None:
        """Parse nothing more of *shards*."""
        await self._parser.release(shards, seconds)

    def drop(self, shards: frozenset[int]) -> None:
        """*shards* are another's."""
        self._parser.drop(shards)

    async def sweep(self) -> None:
        """Look again: what a replay has opened is told to nobody."""
        if self._ownership.leads and self._clock.monotonic() - self._moved >= EVERY:
            await self._adopt()
        self._parser.queue.stir()

    async def _adopt(self) -> None:
        """Open what stands behind the older version's mark, and move the mark to the newest webhook."""
        found = taken = await self._store.write(self._page)
        while taken == PAGE:
            taken = await self._store.write(self._page)
            found += taken
        self._moved = self._clock.monotonic()
        if found:
            log.info("raws.adopted", webhooks=found)

    async def _page(self, tx: Tx) -> int:
        await tx.run(JOURNAL["hold_mark"])
        after = await tx.value(JOURNAL["marked"]) or 0
        last = await tx.value(JOURNAL["newest_id"]) or 0
        rows = await tx.all(JOURNAL["older"], after=after, limit=PAGE)
        opens: list[dict[str, Any]] = []
        for raw in map(self._reader.raw, rows):
            opens += open_rows(raw.id, shards_of(self._channels, raw))
        if opens:
            await tx.many(JOURNAL["open"], opens)
        if len(rows) == PAGE:
            last = rows[-1]["id"]
        if last > after:
            await tx.run(JOURNAL["mark"], parsed=last)
        return len(rows)
