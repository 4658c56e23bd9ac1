"""What the stages know of the other processes: which shards are ours, and until when.

A shard is a share of the numbers (`Channel.shard`). Its owner alone keeps its lanes, token buckets and queues
in memory; the epoch grows with each change of owner and fences what an earlier one left behind. An owner that
was paused may not know that it is none any more, so it asks `may_send` just before it writes to a provider's
socket.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from typing import Protocol


class Ownership(Protocol):
    """Our part of the whole. With a database of our own (SQLite) it is all of it, for ever."""

    @property
    def process(self) -> str:
        """The id of this start of the process, as in the table `process`; "" before it has joined."""

    @property
    def number(self) -> int:
        """The low bits of the ids that this process gives to journal rows: no other live one has them."""

    @property
    def offset(self) -> int:
        """Microseconds by which the database's clock is ahead of ours: ids of journal rows follow the
        database's, so that they are in order between processes."""

    @property
    def term(self) -> int:
        """Grows with each start of any process: what runs jobs is fenced by it."""

    @property
    def shared(self) -> bool:
        """Whether other processes may work on this database: what memory holds may not be all."""

    @property
    def mine(self) -> frozenset[int]:
        """The shards that are ours by the database's last word, also while their work is being read."""

    @property
    def leads(self) -> bool:
        """Whether the work that one process does for all is ours: whoever owns shard 0 does it. Two may
        believe it for a moment, so that work has to be harmless when it is done twice."""

    def epoch(self, shard: int) -> int:
        """The epoch under which *shard* is ours; 0 when it is not."""

    def unclean(self, shard: int) -> bool:
        """Whether the owner before us did not hand *shard* over, but ended in the middle of its work."""

    def may_send(self, shard: int, epoch: int) -> bool:
        """Whether a send that was claimed under *epoch* may still begin, by our own monotonic clock."""

    def alive(self) -> bool:
        """Whether our lease still runs, by our own monotonic clock: jobs ask before they begin."""


class Keeper(Protocol):
    """A stage that holds open work of shards in memory.

    The cluster calls `gain` in the order of the keepers (parts, then events, then the journal: old comes
    before new) and `release` in the opposite order.
    """

    async def gain(self, shards: frozenset[int]) -> None:
        """Take over: read what is open of *shards*, in order. What comes for them meanwhile waits behind it.
        `StoreUnavailable` may be raised; the call is then made again."""

    async def release(self, shards: frozenset[int], seconds: float) -> None:
        """Hand over: begin nothing new of *shards*, give what is under way *seconds* to end and to become
        durable, and forget them. The shards are still ours until the last keeper has returned."""

    def drop(self, shards: frozenset[int]) -> None:
        """*shards* are another's already: forget them at once, and write nothing."""

    def lasting(self) -> frozenset[int]:
        """The shards on which something has been under way for longer than a second: rather others are
        handed over, for theirs ends soon."""
        return frozenset()


class Pokes(Protocol):
    """How processes tell each other that the database has something new. A poke may be lost: who needs to
    know looks by itself too (every 200 ms)."""

    #: Called with shards of ours for which others may have put something into the database: rows of the
    #: journal, events or parts.
    heard: list[Callable[[frozenset[int]], None]]

    def tell(self, shards: Iterable[int]) -> None:
        """There is something new for *shards* that others own. Costs nothing for our own."""


class Cluster(Ownership, Pokes, Protocol):
    """The whole of it: `Sole` on SQLite, `Members` on PostgreSQL."""

    @property
    def keepers(self) -> list[Keeper]:
        """Who is told of shards that come and go, in the order of `gain`. Filled before `join`."""

    async def join(self) -> None:
        """Be one of the processes of this database. A sole process has gained every shard when it returns."""

    async def run(self) -> None:
        """Renew the lease, take what is free, hand over what is too much, note who has gone; for ever."""

    async def leave(self, seconds: float) -> None:
        """Hand every shard over within *seconds*, and note a clean end. Safe when `join` was never called."""
