"""Two senders on one database, shards that move at any moment, a provider that refuses, and parts stored by
anybody: a conversation's parts are accepted in the order of their ids, and no two are under way at once."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.pipeline import attempt, doubt, numbers, refill
from gateway.settings import Sending
from gateway.store import connect
from tests.pipeline.senders import Process, Town
from tests.pipeline.world import Servers, eventually, serving
from tests.support.sqlite import prepared

#: What happens next: a part is stored (with or without a poke), the shard moves, a process falls asleep.
STEP = st.one_of(
    st.tuples(st.just("post"), st.integers(0, 1), st.integers(0, 2)),
    st.tuples(st.just("silent"), st.integers(0, 1), st.integers(0, 2)),
    st.tuples(st.sampled_from(["hand_over", "steal", "sleep"]), st.integers(0, 1), st.just(0)),
    st.tuples(st.just("wait"), st.integers(1, 20), st.just(0)),
)
SENDING = Sending(in_doubt_hold=60.0, timeout=5.0, number_rate=100_000.0, pair_burst=100_000)


class Story:
    """What is posted, and what the provider has seen."""

    def __init__(self, town: Town, servers: Servers, refusals: list[bool]) -> None:
        self.town, self.servers = town, servers
        self.posted: dict[str, list[str]] = defaultdict(list)
        self.accepted: dict[str, list[str]] = defaultdict(list)
        self.busy: set[str] = set()
        self._refusals = iter(refusals)
        servers.answer = self.answer

    async def answer(self, sent: dict[str, Any]) -> dict[str, Any]:
        """One send at the provider."""
        assert sent["to"] not in self.busy, "two of one conversation are under way"
        self.busy.add(sent["to"])
        await asyncio.sleep(0.002)
        self.busy.discard(sent["to"])
        if next(self._refusals, False):
            return {"kind": "unavailable", "retry_after": 0.001}
        self.accepted[sent["to"]].append(sent["text"])
        return {}

    async def step(self, kind: str, who: int, conversation: int) -> None:
        """Let it happen."""
        town, process = self.town, self.town.processes[who % 2]
        other = town.processes[1 - who % 2]
        match kind:
            case "post" | "silent":
                name = f"c{conversation}"
                part = town.part(f"{len(self.posted['+' + name])}", name)
                self.posted["+" + name].append(part.id)
                town.deaf = kind == "silent"
                await process.post(part)
                town.deaf = False
            case "hand_over" if process.member.epochs:
                process.member.late = False
                await town.hand_over(process, other)
            case "steal" if process.member.epochs:
                # Its lease is over, as its own clock says; it learns of it only later.
                process.member.late = True
                await eventually(lambda: not self._under_way(process))
                await town.give(other)
                town.expel(process)
                process.member.late = False
            case "sleep":
                process.member.late = not process.member.late
            case "wait":
                await asyncio.sleep(who / 1000)

    def _under_way(self, process: Process) -> bool:
        """Whether the provider has a send that is not answered: it would be in doubt for the new owner."""
        return bool(self.busy) or any(row for row in process.sender.known.values() if row.state == "sending")


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.lists(STEP, min_size=5, max_size=40), st.lists(st.booleans(), max_size=20))
def test_parts_are_accepted_in_order_whatever_happens(
    steps: list[tuple[str, int, int]], refusals: list[bool]
) -> None:
    """Every part once, too."""
    with pytest.MonkeyPatch.context() as patch, TemporaryDirectory() as folder:
        patch.setattr(numbers, "WINDOW", 0.0)
        patch.setattr(doubt, "LOOK", 0.02)
        patch.setattr(refill, "EVERY", 0.1)
        patch.setattr(attempt, "SOON", 10_000)
        asyncio.run(_story(Path(folder), steps, refusals))


async def _story(folder: Path, steps: list[tuple[str, int, int]], refusals: list[bool]) -> None:
    store = connect(f"sqlite:///{prepared(folder / 'gateway.db')}")
    await store.open()
    try:
        async with serving() as servers:
            town = Town(store, folder, servers, SENDING, 2)
            story = Story(town, servers, refusals)
            async with town.running():
                await town.give(town.processes[0])
                for step in steps:
                    await story.step(*step)
                for process in town.processes:
                    process.member.late = False
                count = sum(map(len, story.posted.values()))
                await eventually(lambda: sum(map(len, story.accepted.values())) >= count, 180)
            for conversation, ids in story.posted.items():
                assert ids == sorted(ids)
                assert story.accepted[conversation] == [str(n) for n in range(len(ids))]
    finally:
        await store.close()
