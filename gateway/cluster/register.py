"""The rows of `process` and `shard`: what a member reads and writes of them, each in one transaction."""

from __future__ import annotations

import os
import platform
from collections.abc import Callable, Collection, Mapping
from importlib.metadata import version

from msgspec import Struct

from gateway.channel import SHARDS
from gateway.clock import Clock
from gateway.cluster.drift import Drift
from gateway.cluster.queries import cluster_queries
from gateway.errors import StoreUnavailable
from gateway.store.port import Store, Tx

#: Numbers are the low ten bits of the ids of journal rows. 0 was everybody's before there were several.
NUMBERS = range(1, 1024)
#: The owner of a shard that was let go in the middle of its work: nobody.
NOT_CLEAN = "-"


class Seat(Struct, frozen=True):
    """What a process gets when it joins."""

    process: str
    number: int
    term: int


class Other(Struct, frozen=True):
    """A process that is there, by the database's last word."""

    lease_until: int
    takes: bool
    term: int = 0
    #: Whether it said that it holds a lock (`gateway.cluster.pulse`).
    pulse: bool = False
    #: Where it runs, and what it has (`gateway.cluster.setup`), as in its row.
    place: str = ""
    setup: str = ""


class Picture(Struct, frozen=True):
    """Who is there and who owns what. *shards*: owner and epoch of each. *beating*: the terms whose locks are
    held; *up*: seconds since the server was started."""

    now: int
    processes: dict[str, Other]
    shards: dict[int, tuple[str, int]]
    beating: frozenset[int] = frozenset()
    up: float = 0.0

    def free(self) -> list[int]:
        """The shards that no live process owns."""
        return [shard for shard, (owner, _) in self.shards.items() if owner not in self.processes]

    def owned(self) -> dict[str, int]:
        """How many shards each has, of those that take any."""
        count = {each: 0 for each, other in self.processes.items() if other.takes}
        for owner, _ in self.shards.values():
            if owner in count:
                count[owner] += 1
        return count


class Register:
    """Every change is conditional, so that it may be asked for again when its answer was lost."""

    def __init__(
        self, store: Store, clock: Clock, *, takes: bool, setup: Callable[[], str] = lambda: ""
    ) -> None:
        self._store, self._clock, self._takes, self._setup = store, clock, takes, setup
        self._sql = cluster_queries(store.dialect)
        self.drift = Drift()

    async def now(self, tx: Tx) -> int:
        """Microseconds UTC by the database's clock."""
        before = self._clock.now()
        now: int = await tx.value(self._sql["database_time"], now=before)
        if self._store.dialect == "postgres":  # another has no clock of its own, and says ours
            self.drift.heard(before, now, self._clock.now())
        return now

    async def join(self, process: str, length: int) -> Seat | None:
        """Add a row for *process*, under a number that no process has had for the longest time. Asked again
        after a lost answer it is the same seat; None when its end was noted meanwhile."""
        about = {
            "takes": int(self._takes), "host": f"{platform.node()}:{os.getpid()}",
            "version": version("channel-gateway"), "setup": self._setup(),
        }  # fmt: skip

        async def work(tx: Tx) -> Seat | None:
            sql = self._sql
            await tx.many(sql["every_shard"], [{"id": shard} for shard in range(SHARDS)])
            await tx.run(sql["one_at_a_time"])
            now = await self.now(tx)
            if known := await tx.one(sql["joined"], id=process):
                until, setup = now + length, about["setup"]
                still = await tx.run(sql["renew"], id=process, lease_until=until, pulse=0, setup=setup)
                return Seat(process, known["number"], known["term"]) if still else None
            term = 1 + (await tx.value(sql["last_term"]) or 0)
            last = await tx.value(sql["last_number"])
            number = next_number(last, {row["number"] for row in await tx.all(sql["numbers"])})
            await tx.run(
                sql["join_process"], id=process, now=now, number=number, term=term,
                lease_until=now + length, **about,
            )  # fmt: skip
            return Seat(process, number, term)

        return await self._store.write(work, urgent=True)

    async def renew(self, process: str, length: int, pulse: bool = False) -> bool:
        """Whether *process* is still there, for *length* microseconds more. *pulse*: whether it holds its
        lock now."""

        async def work(tx: Tx) -> int:
            until = await self.now(tx) + length
            held, setup = int(pulse), self._setup()
            return await tx.run(self._sql["renew"], id=process, lease_until=until, pulse=held, setup=setup)

        return bool(await self._store.write(work, urgent=True))

    async def look(self) -> Picture:
        """Who is there, then who owns what: a process that joins in between owns nothing yet."""

        async def work(tx: Tx) -> Picture:
            now = await self.now(tx)
            processes = {
                row["id"]: Other(
                    row["lease_until"],
                    bool(row["takes"]),
                    row["term"],
                    bool(row["pulse"]),
                    row["host"],
                    row["setup"],
                )
                for row in await tx.all(self._sql["live_processes"])
            }
            shards = {row["id"]: (row["owner"], row["epoch"]) for row in await tx.all(self._sql["shards"])}
            beating = frozenset(row["term"] for row in await tx.all(self._sql["beating"]))
            return Picture(now, processes, shards, beating, float(await tx.value(self._sql["up"])))

        return await self._store.read(work)

    async def note_ends(self, lapsed: Mapping[str, int]) -> list[str]:
        """Note the end of those whose lease is still the one that was seen; who it was."""

        async def work(tx: Tx) -> list[str]:
            now, gone = await self.now(tx), []
            for process, seen in sorted(lapsed.items()):
                if await tx.run(self._sql["note_end"], id=process, seen=seen, now=now):
                    gone.append(process)
            return gone

        return await self._store.write(work)

    async def take(self, process: str, picks: Mapping[int, tuple[str, int]]) -> dict[int, int]:
        """Own those of *picks* (by their last owner and epoch) that are still free; their new epochs."""
        rows = [
            {"id": shard, "process": process, "owner": owner, "epoch": epoch}
            for shard, (owner, epoch) in sorted(picks.items())
        ]

        async def work(tx: Tx) -> dict[int, int]:
            return {row["id"]: row["epoch"] for row in await tx.each(self._sql["take_shard"], rows)}

        return await self._store.write(work)

    async def give(
        self, process: str, shards: Mapping[int, tuple[int, bool]], *, leaving: bool = False
    ) -> None:
        """Make *shards* (epoch, and whether the work on them was ended) free. Who is *leaving* counts as one
        that takes nothing: its share is the others' from now on."""

        async def work(tx: Tx) -> None:
            await tx.many(self._sql["give_shard"], _given(process, shards))
            if leaving:
                await tx.run(self._sql["take_nothing"], id=process)

        await self._store.write(work)

    async def end(self, process: str, shards: Mapping[int, tuple[int, bool]]) -> None:
        """`give`, and note the end of *process*."""

        async def work(tx: Tx) -> None:
            await tx.many(self._sql["give_shard"], _given(process, shards))
            await tx.run(self._sql["stop_process"], id=process, now=await self.now(tx))

        await self._store.write(work, urgent=True)


def next_number(last: int | None, taken: Collection[int]) -> int:
    """The number after *last* that is not *taken*: one that has just ended may still write under its own."""
    start = 0 if last is None or last not in NUMBERS else NUMBERS.index(last) + 1
    order: list[int] = [*NUMBERS[start:], *NUMBERS[:start]]
    for number in order:
        if number not in taken:
            return number
    raise StoreUnavailable(f"{len(NUMBERS)} processes are on this database already; stop one of them")


def _given(process: str, shards: Mapping[int, tuple[int, bool]]) -> list[dict[str, object]]:
    return [
        {"id": shard, "process": process, "epoch": epoch, "left": "" if clean else NOT_CLEAN}
        for shard, (epoch, clean) in sorted(shards.items())
    ]
