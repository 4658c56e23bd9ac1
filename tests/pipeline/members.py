"""Processes that share one database, each with its journal and its parser, and shards that a test moves."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from pathlib import Path

from gateway.channel import SHARDS
from gateway.channels import Channels
from gateway.clock import SystemClock
from gateway.cluster.port import Keeper
from gateway.model.event import Event, MessageReceived
from gateway.model.ids import new_id
from gateway.model.inbound import Text
from gateway.pipeline.journal import Journal
from gateway.pipeline.parse import Parser
from gateway.pipeline.raws import Raws
from gateway.pipeline.records import OpenEvent, RawWebhook
from gateway.store.port import Row, Store, Tx
from tests.pipeline.world import FakeProvider, metrics_of, phone, raw_of, settings_of

#: Channels of three shards: their numbers.
NUMBERS = {"a": "100", "b": "200", "c": "300"}
_NUMBER = re.compile(rb'"number":"(\d+)"')


class Scanning(FakeProvider):
    """Finds the numbers in a body, four at most, as real providers do."""

    def scan(self, body: bytes) -> tuple[str, ...]:
        return tuple(dict.fromkeys(match.decode() for match in _NUMBER.findall(body)))[:4]


class Member:
    """A process by its rows in the database: it owns what the test gives it."""

    shared = True
    offset = 0

    def __init__(self, number: int) -> None:
        self.process, self.number, self.term = new_id(), number, number
        self.mine: frozenset[int] = frozenset()
        self.died_of: frozenset[int] = frozenset()
        self.heard: list[Callable[[frozenset[int]], None]] = []
        self.keepers: list[Keeper] = []
        self.told: set[int] = set()

    @property
    def leads(self) -> bool:
        return 0 in self.mine

    def epoch(self, shard: int) -> int:
        return 1 if shard in self.mine else 0

    def unclean(self, shard: int) -> bool:
        return shard in self.died_of

    def may_send(self, shard: int, epoch: int) -> bool:
        return shard in self.mine

    def alive(self) -> bool:
        return True

    def tell(self, shards: Iterable[int]) -> None:
        self.told.update(set(shards) - self.mine)

    async def join(self) -> None:
        """The test gives it shards."""

    async def run(self) -> None:
        """There is no lease."""

    async def leave(self, seconds: float) -> None:
        """The test takes its shards."""


class Node:
    """One process: what it journals, what it parses, and the events that its lanes would get."""

    def __init__(self, store: Store, folder: Path, number: int) -> None:
        settings, clock = settings_of(folder, numbers=NUMBERS), SystemClock()
        self.store, self.member = store, Member(number)
        self.channels = Channels(settings, {"fake": Scanning()})  # type: ignore[dict-item]
        self.found: list[OpenEvent] = []
        self.parser = Parser(
            store, self.channels, lambda tenant, kind: True, metrics_of(), clock, self.member,
            found=self.found.append, folded=lambda folded: None,
        )  # fmt: skip
        self.journal = Journal(store, clock, self.member, self.channels, self.parser.offer)
        self.raws = Raws(store, self.channels, self.journal, self.parser, self.member, clock)

    async def own(self, shards: Iterable[int], *, unclean: bool = False) -> None:
        """The database says that *shards* are ours; read them."""
        taken = frozenset(shards)
        await self.claim(taken)
        self.member.died_of = taken if unclean else frozenset()
        self.member.mine |= taken
        await self.raws.gain(taken)

    async def claim(self, shards: Iterable[int]) -> None:
        """Write our name on *shards*, whoever had them."""
        rows = [{"id": shard, "owner": self.member.process} for shard in sorted(shards)]
        await self.store.write(lambda tx: tx.many(_OWN, rows))

    async def give(self, shards: Iterable[int]) -> None:
        """Hand *shards* over: they are nobody's then."""
        given = frozenset(shards)
        await self.raws.release(given, 1.0)
        self.member.mine -= given

    def learn(self, shards: Iterable[int]) -> None:
        """*shards* were another's for a while: only now we know."""
        lost = frozenset(shards)
        self.raws.drop(lost)
        self.member.mine -= lost

    async def say(self, text: str, number: str = "100", who: str = "+254700000001") -> RawWebhook:
        """A webhook with one message is answered."""
        return await self.take(message(text, number, who))

    async def take(self, *events: Event, channel: str = "") -> RawWebhook:
        """A webhook with *events* is answered, on the app-wide address."""
        made = raw_of(*events, channel=channel)
        raw = RawWebhook(
            self.journal.ids(made.received_at), "fake", channel, ("a", "b", "c"), made.received_at,
            made.headers, made.body,
        )  # fmt: skip
        await self.journal.append(raw)
        return raw

    async def step(self) -> int:
        """Parse one batch; how many rows it had."""
        batch = await self.parser.queue.next()
        if batch:
            await self.parser._step(batch)
        return len(batch)

    async def all(self) -> None:
        """Parse until nothing is open."""
        while await self.step():
            pass


_OWN = """insert into shard (id, owner, epoch, lease_until) values (:id, :owner, 1, 0)
on conflict (id) do update set owner = excluded.owner, epoch = shard.epoch + 1"""


def message(text: str, number: str = "100", who: str = "+254700000001") -> MessageReceived:
    """A message that nobody has seen yet."""
    return MessageReceived(number, f"wamid.{new_id()}", phone(who), Text(text), SystemClock().now())


def shard_of(node: Node, channel: str) -> int:
    """The shard of one of `NUMBERS`' channels."""
    found = node.channels.get("duka", channel)
    assert found is not None
    return found.shard


ALL = frozenset(range(SHARDS))


async def texts(store: Store) -> dict[tuple[str, str], list[str]]:
    """What every conversation has said, in the order in which plugins see it."""

    async def work(tx: Tx) -> list[Row]:
        return await tx.all(
            """select m.channel, v.address, m.content from event e
            join message m on m.tenant = e.tenant and m.id = e.message
            join conversation v on v.tenant = e.tenant and v.id = e.conversation
            order by e.id"""
        )

    found: dict[tuple[str, str], list[str]] = {}
    for row in await store.read(work):
        found.setdefault((row["channel"], row["address"]), []).append(_TEXT.findall(row["content"])[0])
    return found


_TEXT = re.compile(r'"text":"([^"]*)"')
