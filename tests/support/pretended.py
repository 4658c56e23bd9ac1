"""A process of a cluster as a stage sees it, which owns and leads what a test says."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from gateway.cluster.port import Keeper
from gateway.store.port import Store, Tx

_JOIN = """
insert into process (id, started_at, stopped_at, number, term, lease_until) values (:id, 1, 0, 0, :term, 0)
"""


class Pretended:
    """One of several. `lead`, `hand_over` and `die` are what happens to it."""

    shared = True
    offset = 0

    def __init__(self, term: int) -> None:
        self.process, self.number, self.term = f"p{term}", term, term
        self.mine: frozenset[int] = frozenset()
        self.heard: list[Callable[[frozenset[int]], None]] = []
        self.keepers: list[Keeper] = []
        self.living = True

    @property
    def leads(self) -> bool:
        return 0 in self.mine and self.living

    def epoch(self, shard: int) -> int:
        return self.term if shard in self.mine else 0

    def unclean(self, shard: int) -> bool:
        return False

    def may_send(self, shard: int, epoch: int) -> bool:
        return self.living and shard in self.mine

    def alive(self) -> bool:
        return self.living

    def tell(self, shards: Iterable[int]) -> None:
        """Nobody listens."""

    async def enter(self, store: Store) -> None:
        """Have a row."""
        await store.write(lambda tx: tx.run(_JOIN, id=self.process, term=self.term))

    async def lead(self) -> None:
        """Get shard 0."""
        self.mine = frozenset({0})
        for keeper in self.keepers:
            await keeper.gain(self.mine)

    async def hand_over(self, seconds: float = 5.0) -> None:
        """Give it to somebody else."""
        for keeper in reversed(self.keepers):
            await keeper.release(self.mine, seconds)
        self.mine = frozenset()

    async def die(self, store: Store) -> None:
        """Somebody has noted the end; this process does not know."""

        async def work(tx: Tx) -> None:
            await tx.run("update process set stopped_at = 1 where id = :id", id=self.process)

        await store.write(work)

    async def join(self) -> None:
        """Done by `enter`."""

    async def run(self) -> None:
        """Nothing."""

    async def leave(self, seconds: float) -> None:
        """Nothing."""
