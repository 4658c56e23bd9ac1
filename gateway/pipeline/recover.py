"""What a process takes over: ownership, parts that a dead process was sending, and everything open.

Old comes before new: until all that is open has been read back, in order, new webhooks are stored but
wait in the database. The same reading goes on every few seconds while the gateway runs, so that nothing
stays behind that memory had no room for, or that a command put into the database.
"""

from __future__ import annotations

import asyncio
from typing import Protocol

from gateway.clock import MINUTE, SECOND, Clock
from gateway.errors import StoreUnavailable
from gateway.model.ids import new_id
from gateway.observe import get_logger
from gateway.pipeline.follow import unload
from gateway.pipeline.journal import PROCESSES, Journal
from gateway.pipeline.lanes import Lanes
from gateway.pipeline.parse import Parser
from gateway.pipeline.queries import JOURNAL, RECOVER, TURN
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.reread import Reader
from gateway.pipeline.send import Sender
from gateway.pipeline.status import recall
from gateway.store.port import Row, Store, Tx

log = get_logger("gateway.recover")

SHARDS = 64
PAGE = 500
EVERY = 2.0
LOST = 60 * SECOND  # a send that is marked as under way for so long, and is not
ROOM = 0.01  # seconds between two looks for room


class Recovery:
    """Reads open rows back into the parser, the lanes and the sender."""

    def __init__(
        self, store: Store, reader: Reader, journal: Journal, parser: Parser, lanes: Lanes, sender: Sender,
        clock: Clock,
    ) -> None:  # fmt: skip
        self._store, self._reader, self._journal = store, reader, journal
        self._parser, self._lanes, self._sender = parser, lanes, sender
        self._clock = clock
        self.process = new_id()
        self.number = 0
        #: After an unclean end: what an earlier process had begun runs one by one.
        self.cautious = False
        self._unclean = False

    async def take_over(self) -> None:
        """Become the owner of every shard, and put what was being sent in doubt."""
        now = self._clock.now()

        async def work(tx: Tx) -> tuple[int, int, bool, int]:
            last = await tx.one(RECOVER["last_process"])
            rows = await tx.each(
                RECOVER["add_shard"],
                [{"id": n, "owner": self.process, "lease_until": now} for n in range(SHARDS)],
            )
            epoch = max(row["epoch"] for row in rows)
            orphans = await tx.all(RECOVER["doubt_orphans"], now=now, epoch=epoch)
            await tx.run(RECOVER["add_process"], id=self.process, now=now)
            newest = await tx.value(RECOVER["newest_journal"]) or 0
            await recall(tx, newest // PROCESSES - MINUTE, now)
            return epoch, len(orphans), last is not None and last["stopped_at"] == 0, newest

        self._sender.epoch, orphans, self.cautious, newest = await self._store.write(work)
        self._unclean = self.cautious
        self._journal.ids.after(newest)
        mark = await self._reader.one(JOURNAL["marked"], process=self.number)
        self._parser.taken = mark["parsed"] if mark is not None else 0
        if orphans:
            log.error(
                "recover.in_doubt", count=orphans, hint="they wait for a status; see docs/architecture.md"
            )
        if self.cautious:
            log.info(
                "recover.unclean", hint="the last process did not end by itself; open events run one by one"
            )

    async def leave(self) -> None:
        """Note a clean end."""
        now = self._clock.now()

        async def work(tx: Tx) -> None:
            await tx.run(RECOVER["stop_process"], id=self.process, now=now)

        await self._store.write(work)

    async def run(self) -> None:
        """Read what is open, now and every few seconds."""
        while True:
            try:
                await self.sweep()
            except StoreUnavailable as error:
                log.error("recover.store_away", problem=type(error).__name__)
            await asyncio.sleep(EVERY)

    async def sweep(self) -> None:
        """One reading of everything that is open, parts first: a reply goes before the next question."""
        await self._parts()
        await self._events()
        await self._raws()

    async def _parts(self) -> None:
        """Parts that are open."""
        while True:
            self._sender.skipped = False
            after = ""
            while rows := await self._reader.all(RECOVER["open_parts"], after=after, limit=PAGE):
                for row in rows:
                    await self._part(row)
                after = rows[-1]["id"]
                if not self._sender.behind:
                    return  # what was put in from outside is old, and so on the first page
                while self._sender.full:
                    unload(self._sender)
                    await asyncio.sleep(ROOM)
            if not self._sender.skipped:
                self._sender.behind = False
                return

    async def _part(self, row: Row) -> None:
        """Take one open part. One marked as being sent is under way right now, unless nobody knows it."""
        if (row["tenant"], row["id"]) in self._sender.known:
            return
        if row["state"] == "sending":
            if row["claimed_at"] < self._clock.now() - LOST:
                await self._sender.lost(self._reader.part(row))
        elif self._sender.behind or row["id"] < self._young():
            self._sender.take(self._reader.part(row))

    async def _events(self) -> None:
        """Events that are open. Their ids grow in the order in which they are stored, so one pass from
        old to new is enough, however many come meanwhile."""
        after = ""
        while True:
            self._lanes.skipped = False
            while page := await self._reader.events(after, PAGE):
                for identifier, opened in page:
                    if opened is not None:
                        await self._event(identifier, opened)
                after = page[-1][0]
                if not self._lanes.behind:
                    return
                await _room(self._lanes)
            if not self._lanes.skipped:
                self._lanes.behind = self.cautious = False
                return

    async def _event(self, identifier: str, opened: OpenEvent) -> None:
        """Take one open event. What an earlier process had begun is counted, and run alone after an
        unclean end; so is what stayed behind in the middle of running."""
        if identifier in self._lanes.known:
            return
        if not self._lanes.behind and identifier >= self._young():
            return
        begun = identifier < self.process
        if self._lanes.behind and not (self.cautious and begun):
            self._lanes.take(opened)
            return

        async def count(tx: Tx) -> None:
            await tx.run(TURN["start_event"], tenant=opened.tenant, event=opened.id)

        await self._store.write(count)
        self._lanes.take(opened.started())
        if self.cautious and begun:
            await self._lanes.wait_for(opened.id)

    async def _raws(self) -> None:
        """What the parser has not seen, in order; then what replays have opened again."""
        if self._parser.behind:
            starts, self._unclean = int(self._unclean), False
            while True:
                self._parser.skipped = False
                rows = await self._reader.all(
                    JOURNAL["behind"], after=self._parser.taken, process=self.number, limit=PAGE
                )
                if rows:
                    self._parser.take([self._reader.raw(row, starts=starts) for row in rows])
                elif not self._parser.skipped:
                    self._parser.behind = False
                    break
                await _room(self._parser)
        rows = await self._reader.all(JOURNAL["reopened"], limit=PAGE)
        if rows and not len(self._parser):
            self._parser.take([self._reader.raw(row, reopened=True) for row in rows])

    def _young(self) -> str:
        """The smallest id of two seconds ago: younger rows are on their way through memory."""
        millis = (self._clock.now() - int(EVERY * SECOND)) // 1000
        text = f"{millis:012x}"
        return f"{text[:8]}-{text[8:12]}-7000-8000-000000000000"


class _Bounded(Protocol):
    @property
    def full(self) -> bool: ...


async def _room(stage: _Bounded) -> None:
    """Wait until *stage* can take more."""
    while stage.full:  # noqa: ASYNC110 - room comes in small steps, from many places
        await asyncio.sleep(ROOM)
