"""Two whole lines on one PostgreSQL, with shards that a test moves between them."""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager
from pathlib import Path

from gateway.clock import SystemClock
from gateway.cluster.port import Cluster, Keeper
from gateway.hooks.host import Host
from gateway.model.ids import new_id
from gateway.pipeline.line import Line
from gateway.settings import Settings
from gateway.store.port import Store, Tx
from gateway.tenants.directory import Directory
from tests.pipeline.world import SEAL, channels_of, metrics_of, settings_of

_SHARD = """insert into shard (id, owner, epoch, lease_until) values (:id, :owner, 1, 0)
on conflict (id) do update set owner = excluded.owner, epoch = shard.epoch + 1 returning id, epoch"""
_PROCESS = """insert into process (id, started_at, stopped_at, number, term, lease_until)
values (:id, 1, 0, :number, :term, 0)"""
#: Channels of three shards: their numbers.
NUMBERS = {"a": "100", "b": "200", "c": "300"}


class Half:
    """One of two processes. It owns what the test gives it; a poke reaches the others at once."""

    def __init__(self, store: Store, number: int, others: list[Half]) -> None:
        self._store, self._id, self._number = store, new_id(), number
        self.epochs: dict[int, int] = {}
        self.dirty: frozenset[int] = frozenset()
        self.heard: list[Callable[[frozenset[int]], None]] = []
        self.keepers: list[Keeper] = []
        self._others = others
        others.append(self)
        #: What this process believes: whether its lease runs, whether it leads beside the other.
        self.lapsed = self.also_leads = False

    @property
    def process(self) -> str:
        return self._id

    @property
    def number(self) -> int:
        return self._number

    @property
    def term(self) -> int:
        return self._number

    @property
    def shared(self) -> bool:
        return True

    @property
    def mine(self) -> frozenset[int]:
        return frozenset(self.epochs)

    @property
    def leads(self) -> bool:
        return 0 in self.epochs or self.also_leads

    def epoch(self, shard: int) -> int:
        return self.epochs.get(shard, 0)

    def unclean(self, shard: int) -> bool:
        return shard in self.dirty

    def may_send(self, shard: int, epoch: int) -> bool:
        return not self.lapsed and self.epochs.get(shard) == epoch

    def alive(self) -> bool:
        return not self.lapsed

    def tell(self, shards: Iterable[int]) -> None:
        told = frozenset(shards)
        for other in self._others:
            if other is not self and (theirs := told & other.mine):
                for heard in other.heard:
                    heard(theirs)

    async def join(self) -> None:
        await self._store.write(
            lambda tx: tx.run(_PROCESS, id=self.process, number=self.number, term=self.term)
        )

    async def run(self) -> None:
        """The test moves shards."""

    async def leave(self, seconds: float) -> None:
        await self.give(self.mine)

    async def own(self, shards: Iterable[int], *, unclean: bool = False) -> None:
        """Take *shards*, whoever had them."""
        taken = frozenset(shards)
        rows = [{"id": shard, "owner": self.process} for shard in sorted(taken)]

        async def work(tx: Tx) -> dict[int, int]:
            return {row["id"]: row["epoch"] for row in await tx.each(_SHARD, rows)}

        self.dirty = taken if unclean else frozenset()
        self.epochs.update(await self._store.write(work))
        for keeper in self.keepers:
            await keeper.gain(taken)

    async def give(self, shards: Iterable[int]) -> None:
        """Hand *shards* over."""
        given = frozenset(shards)
        for keeper in reversed(self.keepers):
            await keeper.release(given, 2.0)
        for shard in given:
            self.epochs.pop(shard, None)

    def lose(self, shards: Iterable[int]) -> None:
        """*shards* were another's for a while: only now we know."""
        lost = frozenset(shards)
        for shard in lost:
            self.epochs.pop(shard, None)
        for keeper in self.keepers:
            keeper.drop(lost)


class Two:
    """Two processes: `one` and `two` are their lines."""

    def __init__(self, store: Store, folder: Path, url: str, hosts: tuple[Host, Host]) -> None:
        halves: list[Half] = []
        self.lines = []
        for n, host in enumerate(hosts):
            plugins = tuple(host.plugins)
            settings = settings_of(folder / str(n), url, plugins=plugins, numbers=NUMBERS)
            self.lines.append(_line(store, settings, host, Half(store, n + 1, halves)))
        self.one, self.two = self.lines
        self.first, self.second = halves

    def shard(self, channel: str) -> int:
        """The shard of one of `NUMBERS`' channels."""
        found = self.one.sender._channels.get("duka", channel)
        assert found is not None
        return found.shard


def _line(store: Store, settings: Settings, host: Host, cluster: Cluster) -> Line:
    channels, metrics = channels_of(settings), metrics_of()
    directory = Directory(settings, channels, store, SEAL)
    return Line(settings, store, channels, host, metrics, SystemClock(), directory, cluster)


@asynccontextmanager
async def two(store: Store, folder: Path, url: str, *hosts: Host) -> AsyncIterator[Two]:
    """Two running processes of one tenant with a plugin for each of the *hosts*; nobody owns anything yet."""
    made = Two(store, folder, url, (hosts[0], hosts[-1]))
    for line in made.lines:
        await line.start()
    try:
        yield made
    finally:
        for line in made.lines:
            await line.drain(2.0)
