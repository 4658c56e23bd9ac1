"""The only process of its database: every shard is its own as long as it runs."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gateway.channel import SHARDS
from gateway.clock import Clock
from gateway.cluster.port import Keeper
from gateway.cluster.queries import CLUSTER
from gateway.model.ids import new_id
from gateway.store.port import Store, Tx


class Sole:
    """`Cluster` where nobody else is (SQLite has one process, and says so)."""

    shared = False
    leads = True
    #: 0 is that of the version before this one, whose part of the journal has a mark of its own.
    number = 1
    #: Its own clock is the only one.
    offset = 0
    mine = frozenset(range(SHARDS))

    def __init__(self, store: Store, clock: Clock) -> None:
        self._store, self._clock = store, clock
        self.process, self.term = "", 0
        self._unclean = False
        self._epochs: dict[int, int] = {}
        self.heard: list[Callable[[frozenset[int]], None]] = []
        self.keepers: list[Keeper] = []

    async def join(self) -> None:
        """Own everything, under epochs that nobody had before."""
        process, now = new_id(), self._clock.now()

        async def work(tx: Tx) -> tuple[dict[int, int], int, bool]:
            last = await tx.one(CLUSTER["last_process"])
            rows = await tx.each(
                CLUSTER["own_shard"], [{"id": n, "owner": process, "lease_until": now} for n in range(SHARDS)]
            )
            term = 1 + (await tx.value(CLUSTER["last_term"]) or 0)
            row = {"id": process, "number": self.number, "term": term, "now": now, "lease_until": 0}
            await tx.run(CLUSTER["add_process"], **row)
            epochs = {row["id"]: row["epoch"] for row in rows}
            return epochs, term, last is not None and last["stopped_at"] == 0

        self._epochs, self.term, self._unclean = await self._store.write(work)
        self.process = process
        for keeper in self.keepers:
            await keeper.gain(self.mine)

    async def run(self) -> None:
        """There is nothing to renew."""

    async def leave(self, seconds: float) -> None:
        """Let every stage end its work, and note a clean end."""
        if not self.process:
            return
        for keeper in reversed(self.keepers):
            await keeper.release(self.mine, seconds)
        now = self._clock.now()
        await self._store.write(lambda tx: tx.run(CLUSTER["stop_process"], id=self.process, now=now))

    def epoch(self, shard: int) -> int:
        return self._epochs.get(shard, 0)

    def unclean(self, shard: int) -> bool:
        """Whether the process before this one did not end by itself."""
        return self._unclean

    def may_send(self, shard: int, epoch: int) -> bool:
        return True

    def alive(self) -> bool:
        return True

    def tell(self, shards: Iterable[int]) -> None:
        """Nobody else is there."""
