"""Several members in one event loop, with keepers that write down what they are told, and a judge."""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any, TypeVar

from gateway.channel import SHARDS
from gateway.clock import SystemClock
from gateway.cluster.members import Members
from gateway.cluster.port import Cluster
from gateway.errors import StoreUnavailable
from gateway.observe import Metrics
from gateway.store.port import Store, Tx

T = TypeVar("T")
LEASE, RENEW = 1.2, 0.3


class Line:
    """One member's way to the database: it can be cut, held up, or lose answers."""

    def __init__(self, store: Store, seed: int) -> None:
        self._store, self._random = store, random.Random(seed)
        self.dialect = store.dialect
        self.away = False
        self.lossy = 0.0
        self.open = asyncio.Event()
        self.open.set()

    async def read(self, work: Callable[[Tx], Awaitable[T]]) -> T:
        return await self._pass(lambda: self._store.read(work))

    async def write(self, work: Callable[[Tx], Awaitable[T]], *, urgent: bool = False) -> T:
        return await self._pass(lambda: self._store.write(work, urgent=urgent))

    async def _pass(self, call: Callable[[], Awaitable[T]]) -> T:
        await self.open.wait()
        if self.away or self._random.random() < self.lossy / 2:
            raise StoreUnavailable("the test has cut the line")
        value = await call()
        await self.open.wait()
        if self.away or self._random.random() < self.lossy / 2:
            raise StoreUnavailable("the test has lost the answer")
        return value


class Noting:
    """A keeper that writes down what it is told, and whether that may be."""

    def __init__(self, world: World, member: Member, place: int) -> None:
        self.world, self.member, self.place = world, member, place
        self.has: set[int] = set()
        self.busy: set[int] = set()
        self.calls: list[tuple[str, frozenset[int]]] = []
        self.slow = {"gain": 0.0, "release": 0.0}
        self.fails: Callable[[frozenset[int]], Exception | None] = lambda shards: None

    async def gain(self, shards: frozenset[int]) -> None:
        await self._work("gain", shards)
        now = {shard for shard in shards if shard in self.member.cluster.mine}
        self.has |= now

    async def release(self, shards: frozenset[int], seconds: float) -> None:
        for other in self.member.keepers[self.place + 1 :]:
            self.world.judge(not shards & other.has, "a later keeper still has what an earlier one releases")
        await self._work("release", shards)
        self.has -= shards

    def drop(self, shards: frozenset[int]) -> None:
        self.calls.append(("drop", shards))
        self.has -= shards

    def lasting(self) -> frozenset[int]:
        return frozenset()

    async def _work(self, what: str, shards: frozenset[int]) -> None:
        self.calls.append((what, shards))
        self.world.look()
        self.world.judge(not shards & self.busy, f"{what} of a shard that a call is busy with")
        if what == "gain":
            for before in self.member.keepers[: self.place]:
                ours = shards & self.member.cluster.mine
                self.world.judge(ours <= before.has, "a later keeper gains what an earlier one has not")
        self.busy |= shards
        try:
            await asyncio.sleep(self.slow[what])
            if (problem := self.fails(shards)) is not None:
                raise problem
        finally:
            self.busy -= shards


class Member:
    """A process: its line, its members' view, its keepers."""

    def __init__(self, world: World, name: str, *, keepers: int = 3, **options: Any) -> None:
        self.world, self.name, self.metrics = world, name, Metrics()
        self.line = Line(world.store, len(world.members))
        store: Any = self.line
        self.takes = options.get("takes", True)
        settings = {"lease": LEASE, "renew": RENEW, "patience": 1.0} | options
        self.cluster: Cluster = Members(store, SystemClock(), metrics=self.metrics, **settings)
        self.keepers = [Noting(world, self, place) for place in range(keepers)]
        self.cluster.keepers += self.keepers
        self.running: asyncio.Task[None] | None = None

    async def start(self) -> Member:
        await self.cluster.join()
        self.running = asyncio.create_task(self.cluster.run())
        return self

    async def leave(self, seconds: float = 1.0) -> None:
        await self._stop()
        try:
            await self.cluster.leave(seconds)
        finally:
            self.world.members.remove(self)

    async def crash(self) -> None:
        """Nothing of it runs any more; to the others it is silent."""
        self.world.members.remove(self)
        await self._stop()
        assert isinstance(self.cluster, Members)
        await self.cluster.abandon()

    async def _stop(self) -> None:
        if self.running is not None:
            self.running.cancel()
            await asyncio.gather(self.running, return_exceptions=True)

    @property
    def settled(self) -> bool:
        return all(keeper.has == self.cluster.mine for keeper in self.keepers)


class World:
    """Members on one database. `watch` looks all the time whether two could send for the same shard."""

    def __init__(self, store: Store) -> None:
        self.store = store
        self.members: list[Member] = []
        self.wrong: Counter[str] = Counter()
        self.owners: dict[tuple[int, int], str] = {}
        self._watching = asyncio.create_task(self._watch())

    def judge(self, right: bool, problem: str) -> None:
        if not right:
            self.wrong[problem] += 1

    def made(self, name: str = "", **options: Any) -> Member:
        """A member that has not joined."""
        member = Member(self, name or f"m{len(self.members)}", **options)
        self.members.append(member)
        return member

    async def member(self, name: str = "", **options: Any) -> Member:
        return await self.made(name, **options).start()

    async def close(self) -> None:
        self._watching.cancel()
        await asyncio.gather(self._watching, return_exceptions=True)
        for member in list(self.members):
            await member.crash()

    async def until(self, check: Callable[[], Any], within: float, what: str) -> None:
        try:
            async with asyncio.timeout(within):
                while not check():  # noqa: ASYNC110  # many events may be what it waits for
                    await asyncio.sleep(0.01)
        except TimeoutError:
            raise AssertionError(f"not within {within:g} s: {what}; {self.told()}") from None

    async def balanced(self, within: float = 8.0) -> None:
        """Every shard is held by somebody, and nobody has more than one more than another."""
        await self.until(self.is_balanced, within, "balanced")

    def is_balanced(self) -> bool:
        takers = [member for member in self.members if member.takes]
        sizes = [len(member.cluster.mine) for member in takers]
        return (
            sum(sizes) == SHARDS and max(sizes) - min(sizes) <= 1 and all(member.settled for member in takers)
        )

    def told(self) -> str:
        return str({member.name: len(member.cluster.mine) for member in self.members})

    def look(self) -> None:
        """Nobody may send for a shard that another owns; nobody holds an epoch that another had."""
        senders: Counter[int] = Counter()
        for member in self.members:
            for shard in member.cluster.mine:
                epoch = member.cluster.epoch(shard)
                if member.cluster.may_send(shard, epoch):
                    senders[shard] += 1
                if member.cluster.process:
                    owner = self.owners.setdefault((shard, epoch), member.cluster.process)
                    self.judge(owner == member.cluster.process, "two had a shard under one epoch")
        for shard, count in senders.items():
            self.judge(count == 1, f"two could send for shard {shard}")

    async def owner_of(self, shard: int) -> tuple[str, int]:
        sql = "select owner, epoch from shard where id = :id"
        row = await self.store.read(lambda tx: tx.one(sql, id=shard))
        assert row is not None
        return row["owner"], row["epoch"]

    async def churn(self, draw: random.Random, steps: int, **options: Any) -> None:
        """Joins, ends, pauses and cuts while a fifth of all statements or of their answers are lost."""
        lease = options["lease"]
        for step in range(steps):
            for member in self.members:
                member.line.lossy = 0.2
            what = draw.choice(("join", "leave", "crash", "pause", "cut", "all"))
            member = draw.choice(self.members)
            if what == "join" and len(self.members) < 5:
                await self.member(f"n{step}", **options)
            elif what == "leave" and len(self.members) > 1:
                with suppress(StoreUnavailable):  # the others will find out
                    await member.leave(1.0)
            elif what == "crash" and len(self.members) > 1:
                await member.crash()
            elif what == "pause":
                member.line.open.clear()
                await asyncio.sleep(draw.random() * 2 * lease)
                member.line.open.set()
            else:
                cut = self.members if what == "all" else [member]
                for each in cut:
                    each.line.away = True
                await asyncio.sleep(draw.random() * 2 * lease)
                for each in cut:
                    each.line.away = False
            await asyncio.sleep(draw.random() * lease)
        for member in self.members:
            member.line.lossy = 0.0

    async def _watch(self) -> None:
        while True:
            self.look()
            await asyncio.sleep(0.003)
