"""The journal as a queue: what is open of our shards, in the order in which it was answered.

Rows are read from the database only, in one statement. What was answered before anything in that reading is
in it too, whichever process did: so order holds between processes. The bytes of what this process has just
stored itself are still in memory; all others are read from the journal.

Order is a shard's: where several have something open, each has a share of a batch, so that one to which
thousands of messages come at once makes the others wait for a moment only.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Iterable

from gateway.cluster.port import Ownership
from gateway.pipeline.queries import JOURNAL
from gateway.pipeline.records import GROUP, RawWebhook
from gateway.pipeline.reread import Reader
from gateway.pipeline.shards import Open

BATCH = 100
#: Bytes of a batch: of each shard where several have something open, and of one that is alone. What a shard
#: has first goes with it, however large.
SHARE, WHOLE = 24_000, 96_000
#: What a webhook counts whose bytes are not in memory: that of one message.
ABOUT = 1000
#: How many open rows are read at once, which are a few bytes each.
PAGE = 500
#: How many bytes of webhooks are kept in memory for the batches to come.
BYTES = 32 * 1024 * 1024


class Careful:
    """What a dead process may have been parsing when it ended: rows up to *newest* of one shard."""

    __slots__ = ("left", "newest")

    def __init__(self, newest: int) -> None:
        self.newest, self.left = newest, BATCH


class Queue:
    """Open rows of the shards that are ours and whose older work has been read back."""

    def __init__(self, reader: Reader, ownership: Ownership, bound: int) -> None:
        self._reader, self._ownership, self._bound = reader, ownership, bound
        self._rows: list[Open] = []
        self._bodies: dict[int, RawWebhook] = {}
        self._size = 0
        self._wake = asyncio.Event()
        #: Whether the database may have more than was read.
        self._news = False
        self._careful: dict[int, Careful] = {}
        #: The shards that are parsed here.
        self.gained: set[int] = set()

    def __len__(self) -> int:
        return max(len(self._rows), len(self._bodies))

    @property
    def more(self) -> bool:
        """Whether more was read than the last batch took."""
        return bool(self._rows)

    def stir(self) -> None:
        """There may be something new."""
        self._news = True
        self._wake.set()

    async def stirred(self) -> None:
        """Wait for something new."""
        await self._wake.wait()
        self._wake.clear()

    def gain(self, shards: Iterable[int], newest: int) -> None:
        """Parse *shards* too. What the owner before us may have died of is up to the webhook *newest*."""
        for shard in shards:
            self.gained.add(shard)
            if self._ownership.unclean(shard):
                self._careful[shard] = Careful(newest)
        self.reset()

    def lose(self, shards: frozenset[int]) -> None:
        """Parse *shards* no more."""
        self.gained -= shards
        for shard in shards:
            self._careful.pop(shard, None)
        self._rows = [row for row in self._rows if row.shard in self.gained]
        for raw in list(self._bodies.values()):
            if self.gained.isdisjoint(raw.shards):
                self._forget(raw.id)

    def reset(self) -> None:
        """Read the database again."""
        self._rows.clear()
        self.stir()

    def remember(self, raws: Iterable[RawWebhook]) -> None:
        """*raws* have just become durable here: their bytes need not be read while there is room."""
        for raw in raws:
            if len(self._bodies) >= self._bound or self._size >= BYTES:
                return
            if not self.gained.isdisjoint(raw.shards) and raw.id not in self._bodies:
                self._bodies[raw.id] = raw
                self._size += len(raw.body)

    def done(self, rows: Iterable[Open]) -> None:
        """*rows* are open no more."""
        for row in rows:
            self._forget(row.id)
            if (careful := self._careful.get(row.shard)) is not None and row.id <= careful.newest:
                careful.left -= 1

    def _forget(self, identifier: int) -> None:
        raw = self._bodies.pop(identifier, None)
        if raw is not None:
            self._size -= len(raw.body)

    async def next(self) -> list[Open]:
        """The next batch, none when nothing is open: a small one of rows that a process may have died of, and
        one row when it was begun before."""
        if (self._news or not self._rows) and self.gained:
            await self._read()
        rows = [row for row in self._rows if row.shard in self.gained]
        batch = self._fair(rows) if rows else []
        taken = {row.place for row in batch}
        self._rows = [row for row in rows if row.place not in taken]
        return batch

    def _fair(self, rows: list[Open]) -> list[Open]:
        """Of each shard what is its share, in its order: what is like the first of *rows*, and no more than
        go together."""
        most, used = self._together(rows[0]), Counter[int]()
        bound = WHOLE if all(row.shard == rows[0].shard for row in rows) else SHARE
        full, batch = set[int](), list[Open]()
        for row in rows:
            if row.shard in full:
                continue
            raw = self._bodies.get(row.id)
            size = ABOUT if raw is None else len(raw.body)
            if self._together(row) != most or (used[row.shard] and used[row.shard] + size > bound):
                full.add(row.shard)
                continue
            used[row.shard] += size
            batch.append(row)
            if len(batch) == most:
                break
        return batch

    def suspect(self, row: Open) -> bool:
        """Whether a start of *row* is counted before it is begun: a process may have died of it."""
        careful = self._careful.get(row.shard)
        return row.starts > 0 or (careful is not None and careful.left > 0 and row.id <= careful.newest)

    def _together(self, row: Open) -> int:
        """How many like *row* are a batch."""
        if row.starts:
            return 1
        return GROUP if self.suspect(row) else BATCH

    async def _read(self) -> None:
        self._news, kept = False, set(self._bodies)
        gained = f",{','.join(map(str, sorted(self.gained)))},"
        found = await self._reader.all(
            JOURNAL["queue"], process=self._ownership.process, gained=gained, limit=PAGE
        )
        self._rows = [Open(*(row[name] for name in Open.__struct_fields__)) for row in found]
        if len(found) < PAGE:  # all that is open is known: what was parsed before it was remembered can go
            for identifier in kept.difference(row.id for row in self._rows):
                self._forget(identifier)

    async def bodies(self, rows: Iterable[Open]) -> dict[int, RawWebhook]:
        """The webhooks of *rows*, in order; those that the journal has no more are left out."""
        ids = list(dict.fromkeys(row.id for row in rows))
        found = {each: self._bodies[each] for each in ids if each in self._bodies}
        for raw in await self._reader.webhooks(each for each in ids if each not in found):
            found[raw.id] = raw
        return {each: found[each] for each in ids if each in found}
