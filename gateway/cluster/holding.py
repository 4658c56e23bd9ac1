"""The shards of this process: keepers are told when they come and go, in order.

What comes, comes together, for it is read in pages; what goes, goes shard by shard: a send that hangs keeps
the numbers of its own shard waiting and no others.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterable, Mapping
from contextlib import suppress
from typing import Any

from gateway.clock import Clock
from gateway.cluster.port import Keeper
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.observe import get_logger

log = get_logger("gateway.cluster")

#: What a keeper may raise: it is asked again.
AWAY = (StoreUnavailable, SerializationFailure)
_GRACE = 2.0  # seconds beyond its time that a keeper may take to return
_AGAIN, _AT_MOST = 0.25, 5.0  # seconds until a gain that failed is made again


class _Held:
    """One shard. *had*: how many keepers have gained it."""

    __slots__ = ("after", "alone", "epoch", "failed", "going", "had", "unclean")

    def __init__(self, epoch: int, unclean: bool) -> None:
        self.epoch, self.unclean = epoch, unclean
        self.had = self.failed = 0
        self.after = 0.0
        self.going = self.alone = False


class Holding:
    """What is ours by the database's last word, and how far the keepers are with it.

    *patience*: seconds that a hand-over gives to work that is under way.
    """

    def __init__(self, clock: Clock, patience: float) -> None:
        self._clock, self._patience = clock, patience
        self.keepers: list[Keeper] = []
        self.mine: frozenset[int] = frozenset()
        #: What the keepers have let go and whose rows are still ours: epoch, and whether its work has ended.
        self.given: dict[int, tuple[int, bool]] = {}
        self._held: dict[int, _Held] = {}
        #: Set when something has changed: whoever waits for that looks again.
        self._changed = {who: asyncio.Event() for who in ("gain", "release", "look", "gone")}
        #: The calls of keepers that run: what they do, for which shards.
        self._calls: dict[asyncio.Task[None], tuple[str, frozenset[int]]] = {}
        #: What is being handed over.
        self._handing: set[int] = set()

    def epoch(self, shard: int) -> int:
        """The epoch under which *shard* is ours; 0 when it is not."""
        held = self._held.get(shard)
        return held.epoch if held is not None else 0

    def unclean(self, shard: int) -> bool:
        """Whether the owner before us ended in the middle of its work on *shard*."""
        held = self._held.get(shard)
        return held is not None and held.unclean

    @property
    def leaving(self) -> int:
        """How many are on their way out, still ours by the database."""
        return sum(held.going for held in self._held.values()) + len(self.given)

    @property
    def settled(self) -> bool:
        """Whether every keeper has all that is ours."""
        return all(held.had == len(self.keepers) for held in self._held.values())

    def add(self, shards: Mapping[int, int], unclean: Iterable[int]) -> None:
        """*shards* (epochs) are ours now."""
        for shard, epoch in shards.items():
            self._held[shard] = _Held(epoch, shard in unclean)
        self._note()

    def let_go(self, count: int) -> None:
        """Begin to hand over *count* shards: those that were read least, those that can end soon, and the
        highest of them, so that whoever leads goes on."""
        busy, slow = self._busy("gain"), self._lasting()
        staying = [
            (shard in busy, held.had, shard in slow, -shard)
            for shard, held in self._held.items()
            if not held.going
        ]
        for *_, shard in sorted(staying)[:count]:
            self._held[-shard].going = True
        self._note()

    def lose(self, shards: Iterable[int]) -> frozenset[int]:
        """*shards* are another's: every keeper forgets them at once. Which of them were ours."""
        lost = frozenset(shard for shard in shards if self._held.pop(shard, None) is not None)
        if not lost:
            return lost
        self.mine = frozenset(self._held)
        for call, (_, busy) in self._calls.items():
            if lost & busy:
                call.cancel()
        self._drop(lost)
        self._note()
        return lost

    async def gain(self) -> None:
        """Tell the keepers of what has become ours; for ever."""
        while True:
            self._changed["gain"].clear()
            if not await self.gain_some():
                await self.wait("gain", self._next_try())

    async def gain_some(self) -> bool:
        """One call of one keeper, for all shards that are as far. False when there is nothing to do now."""
        now, everyone, handed = self._clock.monotonic(), len(self.keepers), self._handing
        open_ = {
            shard: held
            for shard, held in self._held.items()
            if held.had < everyone and not held.going and held.after <= now and shard not in handed
        }
        if not open_:
            return False
        first = min(open_.values(), key=lambda held: (held.had, held.alone))
        group = {
            shard: held
            for shard, held in open_.items()
            if held is first or (held.had == first.had and not held.alone and not first.alone)
        }
        keeper, shards = self.keepers[first.had], frozenset(group)
        problem = await self._call("gain", shards, keeper.gain(shards))
        if gone := frozenset(shard for shard, held in group.items() if self._held.get(shard) is not held):
            self._drop(gone)
        for held in group.values():
            if problem is None:
                held.had, held.failed, held.alone = held.had + 1, 0, False
            else:
                if not isinstance(problem, (*AWAY, asyncio.CancelledError)):
                    held.alone = True  # its neighbours go on without it
                held.after = self._clock.monotonic() + min(_AT_MOST, _AGAIN * 2**held.failed)
                held.failed += 1
        return True

    async def let_go_all(self, seconds: float) -> None:
        """Hand everything over; return when the keepers have, after *seconds* and a little at the latest."""
        self._patience, until = min(self._patience, seconds), self._clock.monotonic() + seconds + _GRACE
        while self._held and (left := until - self._clock.monotonic()) > 0:
            self.let_go(len(self._held))
            self._changed["gone"].clear()
            await self.wait("gone", left)

    async def release(self) -> None:
        """Let the keepers end their work on what is to go, on each shard by itself; for ever."""
        async with asyncio.TaskGroup() as group:
            while True:
                self._changed["release"].clear()
                for shard in self.to_go():
                    self._handing.add(shard)
                    group.create_task(self.release_one(shard))
                await self.wait("release", None)

    def to_go(self) -> list[int]:
        """What is to be handed over, and is not yet."""
        gaining = self._busy("gain")
        return [
            shard
            for shard, held in self._held.items()
            if held.going and shard not in gaining and shard not in self._handing
        ]

    async def release_one(self, shard: int) -> None:
        """Hand *shard* over, unless it is lost meanwhile."""
        held, shards = self._held.get(shard), frozenset((shard,))
        if held is None or not held.going:  # it was lost before this began, and may have come back
            self._handing.discard(shard)
            self._note()
            return
        self._handing.add(shard)
        clean, until = True, self._clock.monotonic() + self._patience
        try:
            for keeper in reversed(self.keepers[: held.had + 1]):
                if self._held.get(shard) is not held:
                    break
                left = max(0.0, until - self._clock.monotonic())
                work = keeper.release(shards, left)
                clean = await self._call("release", shards, work, left + _GRACE) is None and clean
        finally:
            self._handing.discard(shard)
        ours = self._held.get(shard) is held
        if not (ours and clean):
            self._drop(shards)
        if ours:
            del self._held[shard]
            self.given[shard] = (held.epoch, clean and not (held.unclean and held.had < len(self.keepers)))
        self._note()
        self.stir()

    async def _call(
        self, what: str, shards: frozenset[int], work: Any, seconds: float | None = None
    ) -> BaseException | None:
        """Run a keeper's *work*, for *seconds*; what it raised, if it did. Being cancelled by `lose` is a
        failure too."""
        call: asyncio.Task[None] = asyncio.ensure_future(work)
        self._calls[call] = (what, shards)
        try:
            await asyncio.wait({call}, timeout=seconds)
        finally:
            if not call.done():
                call.cancel()
                await asyncio.wait({call}, timeout=_AT_MOST)
            del self._calls[call]
            self._note()
        if not call.done() or call.cancelled():
            return asyncio.CancelledError()
        if (error := call.exception()) is not None and not isinstance(error, AWAY):
            log.error(f"cluster.{what}_failed", shards=sorted(shards), exc_info=error)
        return error

    async def wait(self, who: str, seconds: float | None) -> None:
        """Wait for a change, *seconds* at most. *who*: gain, release, or look (who reads the rows)."""
        with suppress(TimeoutError):
            async with asyncio.timeout(seconds):
                await self._changed[who].wait()

    def forget(self, who: str) -> None:
        """What has changed so far is known."""
        self._changed[who].clear()

    def stir(self) -> None:
        """Others have changed something: look."""
        self._changed["look"].set()

    def _busy(self, what: str) -> frozenset[int]:
        return frozenset().union(*(shards for does, shards in self._calls.values() if does == what))

    def _lasting(self) -> frozenset[int]:
        return frozenset().union(*(keeper.lasting() for keeper in self.keepers))

    def _note(self) -> None:
        self.mine = frozenset(self._held)
        for who in ("gain", "release", "gone"):
            self._changed[who].set()

    def _drop(self, shards: frozenset[int]) -> None:
        for keeper in reversed(self.keepers):
            try:
                keeper.drop(shards)
            except Exception:
                log.exception("cluster.drop_failed", shards=sorted(shards))

    def _next_try(self) -> float | None:
        everyone, busy = len(self.keepers), self._handing
        waits = [
            held.after
            for shard, held in self._held.items()
            if held.had < everyone and not held.going and shard not in busy
        ]
        return max(0.0, min(waits) - self._clock.monotonic()) if waits else None
