"""One look at all processes and shards: bury who is gone, take what is free, hand over what is too much."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable

from gateway.clock import Clock
from gateway.cluster.holding import Holding
from gateway.cluster.lease import Sightings
from gateway.cluster.membership import Membership
from gateway.cluster.pulse import Pulses
from gateway.cluster.register import Picture, Register
from gateway.cluster.setup import Comparing, Setup
from gateway.cluster.shares import change, spread
from gateway.observe import Metrics, get_logger

log = get_logger("gateway.cluster")


class Balance:
    """Every row of `shard` that this process changes, it changes here, one look after another."""

    def __init__(
        self, register: Register, membership: Membership, holding: Holding, metrics: Metrics, clock: Clock,
        *, takes: bool, setup: Callable[[], Setup | None] = lambda: None,
    ) -> None:  # fmt: skip
        self._register, self._membership, self._holding = register, membership, holding
        self._metrics, self._clock, self._takes = metrics, clock, takes
        self._setup, self._comparing = setup, Comparing(clock)
        self._sightings = Sightings(membership.lease)
        self._pulses = Pulses(membership.lease.seconds)
        #: What we are taking: whether the owner before us had not ended well, by shard and epoch.
        self._unclean: dict[tuple[int, int], bool] = {}

    async def look(self) -> bool:
        """Look once; whether something became free for others. Raises what the store raises, and
        TimeoutError."""
        process, before = self._membership.process, self._clock.monotonic()
        if not self._membership.stays:
            return False
        async with asyncio.timeout(self._membership.lease.seconds):
            freed = await self._give_back(process)
            asked = self._clock.monotonic()
            picture = await self._register.look()
            if not self._is_still(process):
                return freed
            if process not in picture.processes:
                self._membership.lost()
                return freed
            self._metrics.processes.set(len(picture.processes))
            self._see(picture, process, asked)
            await self._bury(picture, process, before)
            if self._is_still(process):
                self._compare(picture, process)
                if self._takes and self._membership.lease.alive():
                    await self._balance(picture, process)
        return freed

    async def give_back(self) -> bool:
        """Who leaves is entitled to nothing, so that others take what it has let go so far; whether there
        was some. Raises what the store raises, and TimeoutError."""
        process = self._membership.process
        async with asyncio.timeout(self._membership.lease.seconds):
            return bool(process) and await self._give_back(process, leaving=True)

    def lose(self, shards: Iterable[int]) -> None:
        """*shards* are not ours any more."""
        if lost := self._holding.lose(shards):
            log.error("cluster.lost", shards=sorted(lost))
            self._count("lost", len(lost))

    def forget(self) -> None:
        """Our end was noted: lose everything."""
        self.lose(self._holding.mine)
        self._holding.given.clear()
        self._unclean.clear()

    def _is_still(self, process: str) -> bool:
        """Whether what was read for *process* counts. Who leaves gives shards back beside a look that had
        begun: to that they would seem to be its own still."""
        return self._membership.process == process and self._membership.stays

    async def _give_back(self, process: str, *, leaving: bool = False) -> bool:
        """What the keepers have let go is anybody's."""
        given = dict(self._holding.given)
        if not given:
            return False
        await self._register.give(process, given, leaving=leaving)
        if self._membership.process == process:
            for shard in given:
                self._holding.given.pop(shard, None)
            log.info("cluster.released", shards=sorted(given))
            self._count("released", len(given))
        return True

    def _see(self, picture: Picture, process: str, asked: float) -> None:
        """Whether the others have what we have, and the database our time."""
        now = self._clock.monotonic()
        others = {each: (it.place, it.setup) for each, it in picture.processes.items() if each != process}
        self._comparing.look(self._setup(), others, now)
        self._comparing.clocks(picture.now, now - asked)

    async def _bury(self, picture: Picture, process: str, before: float) -> None:
        """Note the end of those who have not renewed for too long."""
        leases = {each: other.lease_until for each, other in picture.processes.items() if each != process}
        after = self._clock.monotonic()
        lapsed = self._sightings.lapsed(leases, picture.now, before, after)
        stopped = self._pulses.stopped(picture, leases, after)
        if not lapsed and not stopped:
            return
        for gone in await self._register.note_ends({each: leases[each] for each in {*lapsed, *stopped}}):
            place = picture.processes.pop(gone).place
            why = "it did not renew its lease" if gone in lapsed else "its connection has ended"
            log.warning("cluster.gone", process=gone, place=place, hint=f"{why}; its shards are free")

    def _compare(self, picture: Picture, process: str) -> None:
        """The database's word counts: a take whose answer was lost was one, and what is another's is lost."""
        holding = self._holding
        ours = {shard: epoch for shard, (owner, epoch) in picture.shards.items() if owner == process}
        self.lose(shard for shard in holding.mine if ours.get(shard) != holding.epoch(shard))
        self._add({s: epoch for s, epoch in ours.items() if s not in holding.mine and s not in holding.given})
        self._unclean.clear()

    async def _balance(self, picture: Picture, process: str) -> None:
        owned, free = picture.owned(), picture.free()
        owned[process] = len(self._holding.mine) + len(self._holding.given)
        wanted = change(process, owned, len(free), self._holding.leaving)
        if wanted < 0:
            self._holding.let_go(-wanted)
        elif wanted > 0:
            picks = {shard: picture.shards[shard] for shard in spread(free, wanted, self._membership.number)}
            for shard, (owner, epoch) in picks.items():
                self._unclean[shard, epoch + 1] = owner != ""
            taken = await self._register.take(process, picks)
            if self._membership.process == process:
                self._add(taken)

    def _add(self, taken: dict[int, int]) -> None:
        if taken:
            unclean = [each for each in taken.items() if self._unclean.get(each, True)]
            log.info("cluster.taken", shards=sorted(taken), unclean=len(unclean))
            self._holding.add(taken, {shard for shard, _ in unclean})
            self._count("taken", len(taken))

    def _count(self, reason: str, count: int) -> None:
        self._metrics.shard_handovers.labels(reason).inc(count)
        self._metrics.shards_owned.set(len(self._holding.mine))
