"""The sequencer: gives events their numbers, after the commit of the transaction that noted them.

A number given inside the fact's own transaction would appear whenever that transaction happens to commit:
a reader who has seen 8 could miss 7. Here numbers are given to what is committed, in one transaction that
takes the rows, moves the tenant's head and adds them to the log; the head's lock makes them appear in order.
Where two processes do this at once, each row is taken by one of them, and no effect before its cause: who
sees the effect sees the cause too, or waits for the one who is numbering it.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Mapping, Sequence

import msgspec

from gateway.feed.queries import FEED
from gateway.feed.record import Block
from gateway.observe import get_logger
from gateway.outage import Outage
from gateway.store.port import Store, Tx

log = get_logger("gateway.feed")

#: Rows of one transaction, each with what one transaction of the pipeline noted for one tenant.
PAGE = 50
#: Seconds between two looks when nobody stirs, also where other processes note too; and the least between two
#: transactions.
EVERY, SHARED = 0.5, 0.2
PACE = 0.02
#: How far what waits is counted.
MOST = 1_000_000

FanOut = Callable[[Tx, Sequence[Block]], Awaitable[None]]
#: Told after a commit: the new head of each tenant that has news. Must not wait or raise.
OnNew = Callable[[Mapping[str, int]], None]
#: Told after a commit what was numbered. Must not wait or raise.
OnBlocks = Callable[[Sequence[Block]], None]


async def nothing(tx: Tx, blocks: Sequence[Block]) -> None:
    """Nobody else wants to hear."""


class Sequencer:
    """Numbers what was noted. *fan_out* gets what was numbered in the transaction that numbers them;
    whoever is in *on_new* or *on_blocks* is told after its commit."""

    def __init__(self, store: Store, fan_out: FanOut = nothing, *, every: float = EVERY) -> None:
        self._store, self.fan_out, self._every = store, fan_out, every
        self.on_new: list[OnNew] = []
        self.on_blocks: list[OnBlocks] = []
        self._wake = asyncio.Event()
        self._open = 0
        self._outage = Outage(log, "feed.store_away", "feed.store_back")

    def __len__(self) -> int:
        """How many events had no number at the last look."""
        return self._open

    def stir(self) -> None:
        """Something was noted and is durable: number it at once."""
        self._wake.set()

    async def run(self) -> None:
        """Number for ever. One process does, the one that leads."""
        try:
            await self._number()
        finally:
            self._open = 0

    async def _number(self) -> None:
        while True:
            stirred = self._wake.is_set()
            self._wake.clear()
            with self._outage:
                if stirred or await self._waiting():
                    while await self.sweep() == PAGE:
                        self._open = await self._count()
            if self._outage.lasts:
                await asyncio.sleep(self._every)
            await asyncio.sleep(PACE)  # what comes meanwhile shares the next transaction
            try:
                async with asyncio.timeout(self._every):
                    await self._wake.wait()
            except TimeoutError:
                pass

    async def sweep(self) -> int:
        """Number one page and tell of it; how many rows that were."""
        blocks = await self._store.write(lambda tx: number(tx, self.fan_out))
        self._open = 0
        if blocks:
            heads = {block.tenant: block.last for block in blocks}
            for told in self.on_new:
                told(heads)
            for noted in self.on_blocks:
                noted(blocks)
        return len(blocks)

    async def _waiting(self) -> bool:
        return bool(await self._store.read(lambda tx: tx.value(FEED["waiting"])))

    async def _count(self) -> int:
        return int(await self._store.read(lambda tx: tx.value(FEED["count"], most=MOST)))


async def number(tx: Tx, fan_out: FanOut = nothing, limit: int = PAGE) -> list[Block]:
    """Number what has no number yet, of all tenants: the *limit* oldest rows."""
    rows = sorted(await tx.all(FEED["take"], limit=limit), key=lambda row: int(row["rowid"]))
    if not rows:
        return []
    counts: Counter[str] = Counter()
    for row in rows:
        counts[row["tenant"]] += row["n"]
    # In one order everywhere, so that two who do this never wait for each other in a circle.
    heads = await tx.each(FEED["advance"], [{"tenant": each, "n": counts[each]} for each in sorted(counts)])
    ends = {str(row["tenant"]): int(row["seq"]) - counts[row["tenant"]] for row in heads}
    blocks = []
    for row in rows:
        tenant = str(row["tenant"])
        blocks.append(Block(tenant, ends[tenant] + 1, row["id"], row["at"], row["n"], row["data"]))
        ends[tenant] += int(row["n"])
    await tx.many(FEED["add"], [msgspec.structs.asdict(block) for block in blocks])
    await fan_out(tx, blocks)
    return blocks
