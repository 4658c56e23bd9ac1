"""The processes of one PostgreSQL: each owns a fair share of the shards while it renews its lease."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from functools import partial

from gateway.clock import Clock
from gateway.cluster.balance import Balance
from gateway.cluster.holding import Holding
from gateway.cluster.membership import Membership
from gateway.cluster.poke import PACE, Poke
from gateway.cluster.port import Keeper
from gateway.cluster.register import Register
from gateway.cluster.setup import Setup, written
from gateway.errors import StoreError
from gateway.observe import Metrics, get_logger
from gateway.store.port import Store
from gateway.tasks import Run, supervised

log = get_logger("gateway.cluster")

POLL = 0.2  # seconds between two looks at what pokes may not have told


class Members:
    """`Cluster` on PostgreSQL.

    *url* is a direct connection's (no pool in transaction mode), for LISTEN and NOTIFY; without one there is
    polling. Without *takes* this process owns nothing: it stores webhooks and answers the API. *lease*,
    *renew* (how often) and *patience* (what a hand-over gives work that is under way) are in seconds.
    *setup* is what this process has that the others should have too.
    """

    def __init__(
        self, store: Store, clock: Clock, *, url: str = "", takes: bool = True, lease: float = 5.0,
        renew: float = 1.5, patience: float = 20.0, metrics: Metrics | None = None,
        setup: Callable[[], Setup | None] = lambda: None,
    ) -> None:  # fmt: skip
        self._clock, self._metrics = clock, metrics or Metrics()
        self._holding = Holding(clock, patience)
        register = Register(store, clock, takes=takes, setup=lambda: written(setup()))
        self._membership = membership = Membership(
            register, clock, lease=lease, renew=renew, expelled=self._expelled,
            pulse=lambda term: self._poke.holds(term),
        )  # fmt: skip
        self._balance = Balance(
            register, membership, self._holding, self._metrics, clock, takes=takes, setup=setup
        )
        self._lease = membership.lease
        self._poke = Poke(
            url, self._told, self._holding.stir, self._metrics,
            term=lambda: membership.term if membership.process else 0, beats=membership.nudge,
        )  # fmt: skip
        self.keepers: list[Keeper] = self._holding.keepers
        self.heard: list[Callable[[frozenset[int]], None]] = []
        self._tasks: dict[str, asyncio.Task[None]] = {}

    # What the stages ask.

    @property
    def shared(self) -> bool:
        return True

    @property
    def process(self) -> str:
        return self._membership.process

    @property
    def number(self) -> int:
        return self._membership.number

    @property
    def offset(self) -> int:
        return self._membership.offset

    @property
    def term(self) -> int:
        return self._membership.term

    @property
    def mine(self) -> frozenset[int]:
        return self._holding.mine

    @property
    def leads(self) -> bool:
        return 0 in self._holding.mine and self._lease.alive()

    def epoch(self, shard: int) -> int:
        return self._holding.epoch(shard)

    def unclean(self, shard: int) -> bool:
        return self._holding.unclean(shard)

    def may_send(self, shard: int, epoch: int) -> bool:
        return epoch > 0 and self._holding.epoch(shard) == epoch and self._lease.alive()

    def alive(self) -> bool:
        return self._lease.alive()

    def tell(self, shards: Iterable[int]) -> None:
        self._poke.tell(shard for shard in shards if shard not in self._holding.mine)

    # Coming and going.

    async def join(self) -> None:
        """Get a row, a number and a term, and take what is free now: all, when nobody else is there.

        Raises `StoreUnavailable` when the database is away for as long as a lease. Afterwards the lease is
        renewed until `leave`, whether `run` runs or not.
        """
        await self._membership.enter(self._lease.seconds)
        self._begin("lease", self._membership.keep)
        self._begin("poke", self._poke.run)
        self._begin("poll", self._poll)
        await self._look()
        while await self._holding.gain_some():
            """Everything that can be taken over at once is, before the stages begin."""
        self._begin("gain", self._holding.gain)
        self._begin("release", self._holding.release)
        self._poke.look()

    async def run(self) -> None:
        """Look who is there, note who is gone, take what is free, hand over what is too much; for ever."""
        while True:
            self._holding.forget("look")
            await self._look()
            await self._holding.wait("look", self._membership.renew / 3)

    async def leave(self, seconds: float) -> None:
        """Hand over within *seconds* and note the end. The lease is renewed until then."""
        if not self._tasks:
            return
        until = self._clock.monotonic() + seconds
        self._membership.going = True
        log.info("cluster.leaving", shards=len(self._holding.mine))
        try:
            await self._stop("gain", "poll")
            self._begin("give", self._give)
            await self._holding.let_go_all(seconds)
            await self._stop("release", "give")
            await self._membership.end(self._holding.given, until)
            self._membership.over()  # so that no renewal takes our own end for another's word
            log.info("cluster.left", given=len(self._holding.given))
            self._poke.look()
            await asyncio.sleep(PACE)
        finally:
            self._membership.over()
            await self._stop(*self._tasks)
            self._metrics.shards_owned.set(0)

    async def _give(self) -> None:
        """What has been let go is free for others at once, while the rest still ends."""
        while True:
            self._holding.forget("look")
            try:
                if await self._balance.give_back():
                    self._poke.look()
                    self._membership.reached()
            except (StoreError, TimeoutError) as error:
                self._membership.not_reached(error)
            await self._holding.wait("look", self._membership.renew)

    async def abandon(self) -> None:
        """End as a crash would: nothing is handed over and nothing written."""
        self._membership.going = True
        await self._stop(*self._tasks)

    async def _look(self) -> None:
        if not self._membership.stays:
            return
        try:
            if await self._balance.look():
                self._poke.look()
            self._membership.reached()
        except (StoreError, TimeoutError) as error:
            self._membership.not_reached(error)

    def _expelled(self) -> None:
        self._metrics.lease_lost.inc()
        self._balance.forget()

    # What is heard.

    async def _poll(self) -> None:
        """What no poke has told is found too."""
        while True:
            await asyncio.sleep(POLL)
            self._told(self._holding.mine)

    def _told(self, shards: frozenset[int]) -> None:
        if ours := shards & self._holding.mine:
            for heard in self.heard:
                try:
                    heard(ours)
                except Exception:
                    log.exception("cluster.heard_failed")

    # Our own tasks.

    def _begin(self, name: str, run: Run) -> None:
        failed = partial(log.exception, "cluster.failed", what=name)
        self._tasks[name] = asyncio.create_task(supervised(run, failed, 0.5), name=f"gateway-cluster-{name}")

    async def _stop(self, *names: str) -> None:
        tasks = [task for name in names if (task := self._tasks.pop(name, None)) is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
