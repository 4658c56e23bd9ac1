"""Whoever answers, whoever owns, whoever is paused or killed: each message once, and in order."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from itertools import count
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from gateway.store import Store, connect
from tests.pipeline.members import NUMBERS, Node, message, texts
from tests.support.examples import examples
from tests.support.postgres import Urls

_NODES = st.integers(0, 2)
_STEPS = st.lists(
    st.one_of(
        # Who answers, and of which numbers the body speaks.
        st.tuples(st.just("answer"), _NODES, st.lists(st.sampled_from("abc"), min_size=1, max_size=4)),
        st.tuples(st.just("read"), _NODES, st.just(())),
        st.tuples(st.just("parse"), _NODES, st.just(())),
        st.tuples(st.just("both parse"), _NODES, st.just(())),
        # A number's shard goes from whoever has it to this process.
        st.tuples(st.sampled_from(("hand over", "take", "kill")), _NODES, st.sampled_from("abc")),
        st.tuples(st.just("learn"), _NODES, st.just(())),
    ),
    min_size=5, max_size=30,
)  # fmt: skip


class Play:
    """One run: three processes of which each may own some of three shards, and what was answered."""

    def __init__(self, store: Store, folder: Path, name: str, numbers: list[int]) -> None:
        self.store, self.folder, self.name = store, folder, name
        self.nodes = [Node(store, folder, number) for number in numbers]
        found = {each: self.nodes[0].channels.get("duka", each) for each in NUMBERS}
        self.shards = {each: channel.shard for each, channel in found.items() if channel is not None}
        self.owner = dict.fromkeys(NUMBERS, 0)
        #: What a process has lost and does not know of yet.
        self.stale: list[set[int]] = [set(), set(), set()]
        self.read: list[list[object]] = [[], [], []]
        self.said: dict[str, list[str]] = {each: [] for each in NUMBERS}
        self._texts = count()

    @property
    def address(self) -> str:
        """The one contact of this run, who writes to all numbers."""
        return f"+2547{self.name:0>8}"

    async def answer(self, node: int, numbers: list[str]) -> None:
        """A webhook with a message for each of *numbers*."""
        events = []
        for each in numbers:
            text = f"{next(self._texts)}"
            self.said[each].append(text)
            events.append(message(text, NUMBERS[each], self.address))
        await self.nodes[node].take(*events)

    async def parse(self, node: int) -> None:
        """One batch: the one that was read before, if any."""
        batch, self.read[node] = self.read[node] or await self.nodes[node].parser.queue.next(), []  # type: ignore[assignment]
        if batch:
            await self.nodes[node].parser._step(batch)  # type: ignore[arg-type]

    async def move(self, how: str, to: int, number: str) -> None:
        """The shard of *number* becomes that of *to*; whether the owner before knows, depends on *how*."""
        before, shard = self.owner[number], self.shards[number]
        if before == to:
            return
        await self.learn(to)
        if how == "hand over" and shard not in self.stale[before]:
            self.read[before] = []  # it would end the batch at hand first, and then give
            await self.nodes[before].give({shard})
        elif how == "take":
            self.stale[before].add(shard)
        else:
            await self.learn(before)
            self.nodes[before].learn({shard})
        self.owner[number] = to
        await self.nodes[to].own({shard}, unclean=how != "hand over")

    async def learn(self, node: int) -> None:
        """A process finds out what it has lost."""
        self.nodes[node].learn(self.stale[node])
        self.stale[node] = set()

    async def do(self, what: str, node: int, more: object) -> None:
        """One step."""
        if what == "answer":
            await self.answer(node, list(more))  # type: ignore[call-overload]
        elif what == "read":
            self.read[node] = self.read[node] or list(await self.nodes[node].parser.queue.next())
        elif what == "parse":
            await self.parse(node)
        elif what == "both parse":
            await asyncio.gather(self.parse(node), self.parse((node + 1) % 3))
        elif what == "learn":
            await self.learn(node)
        else:
            await self.move(what, node, str(more))

    async def end(self) -> None:
        """Everybody knows what is theirs, and parses all of it."""
        for node in range(3):
            await self.learn(node)
            self.read[node] = []
            self.nodes[node].parser.queue.reset()
        for node in self.nodes:
            await node.all()


def _played(run: Callable[[Awaitable[None]], object], store: Store, folder: Path, few: int) -> None:
    """Many runs on one database, each with a contact and with processes of its own."""
    names, numbers = count(1), count(1)

    async def play(steps: list[tuple[str, int, object]]) -> None:
        one = Play(store, folder, str(next(names)), [next(numbers) % 1023 + 1 for _ in range(3)])
        await one.nodes[0].own(one.shards.values())
        for step in steps:
            await one.do(*step)
        await one.end()
        said = {each: told for each, told in one.said.items() if told}
        found = await texts(store)
        assert {each: found.get((each, one.address), []) for each in said} == said
        assert await store.read(lambda tx: tx.value("select count(*) from journal_open")) == 0
        assert await store.read(lambda tx: tx.value("select count(*) from dead")) == 0

    @examples(few)
    @given(_STEPS)
    def check(steps: list[tuple[str, int, object]]) -> None:
        run(play(steps))

    check()


def test_each_message_once_and_in_order(store_urls: Urls, tmp_path: Path) -> None:
    """Three processes, three numbers of three shards, one contact who writes to all of them."""
    with asyncio.Runner() as runner:
        store = connect(store_urls.url, worker_url=store_urls.worker_url)
        runner.run(store.open())
        try:
            _played(runner.run, store, tmp_path, 40)  # type: ignore[arg-type]
        finally:
            runner.run(store.close())
