"""Journal rows that are open in the database and not in memory."""

from __future__ import annotations

from gateway.clock import MINUTE, Clock
from gateway.cluster.port import Ownership
from gateway.pipeline.journal import PROCESSES, Journal
from gateway.pipeline.parse import Parser
from gateway.pipeline.queries import JOURNAL, RECOVER
from gateway.pipeline.reopen import PAGE, room
from gateway.pipeline.reread import Reader
from gateway.pipeline.status import recall
from gateway.store.port import Store, Tx


class Raws:
    """Reads open journal rows into the parser."""

    def __init__(
        self,
        store: Store,
        reader: Reader,
        journal: Journal,
        parser: Parser,
        ownership: Ownership,
        clock: Clock,
    ) -> None:
        self._store, self._reader, self._journal = store, reader, journal
        self._parser, self._ownership, self._clock = parser, ownership, clock
        self._unclean = False

    async def gain(self, shards: frozenset[int]) -> None:
        """Fold what was logged and never folded; all that is open is read by `run`."""
        now = self._clock.now()

        async def work(tx: Tx) -> int:
            newest = await tx.value(RECOVER["newest_journal"]) or 0
            await recall(tx, newest // PROCESSES - MINUTE, now)
            return int(newest)

        self._journal.ids.after(await self._store.write(work))
        mark = await self._reader.one(JOURNAL["marked"], process=self._ownership.number)
        self._parser.taken = mark["parsed"] if mark is not None else 0
        self._unclean = any(self._ownership.unclean(shard) for shard in shards)

    async def release(self, shards: frozenset[int], seconds: float) -> None:
        """Nothing yet."""

    def drop(self, shards: frozenset[int]) -> None:
        """Nothing yet."""

    async def sweep(self) -> None:
        """What the parser has not seen, in order; then what replays have opened again."""
        if self._parser.behind:
            starts, self._unclean = int(self._unclean), False
            while True:
                self._parser.skipped = False
                rows = await self._reader.all(
                    JOURNAL["behind"], after=self._parser.taken, process=self._ownership.number, limit=PAGE
                )
                if rows:
                    self._parser.take([self._reader.raw(row, starts=starts) for row in rows])
                elif not self._parser.skipped:
                    self._parser.behind = False
                    break
                await room(self._parser)
        rows = await self._reader.all(JOURNAL["reopened"], limit=PAGE)
        if rows and not len(self._parser):
            self._parser.take([self._reader.raw(row, reopened=True) for row in rows])
