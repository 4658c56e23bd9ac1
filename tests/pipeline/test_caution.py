"""After an unclean end: groups of what was never restarted, and one by one what was."""

from __future__ import annotations

import asyncio
import random
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import Chat, Message, hook
from gateway.clock import SystemClock
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.pipeline import caution
from gateway.pipeline.caution import SHARE, Caution
from gateway.pipeline.record import record
from gateway.pipeline.records import GROUP, LAST_START, OpenEvent
from gateway.pipeline.room import Room
from gateway.store.port import Store
from tests.pipeline.mortal import Rows, lives, text_of
from tests.pipeline.world import eventually, host_of, line_of, phone, raw_of, rows, said, settings_of, value
from tests.support.examples import examples

#: A process ends at its first counted start, and at the others but the last, which is not begun any more.
DEATHS = LAST_START - 1


class Stage:
    """Holds on to what it handles until it is let go."""

    def __init__(self) -> None:
        self.rows = Rows()
        self.caution = Caution(self.rows, self.handle)  # type: ignore[arg-type]  # it only writes
        self.now: list[str] = []
        self.most = 0
        self.go = asyncio.Event()
        self.tasks: list[asyncio.Task[None]] = []

    async def handle(self, opened: OpenEvent) -> None:
        """One turn."""
        self.now.append(text_of(opened))
        self.most = max(self.most, len(self.now))
        await asyncio.sleep(0)
        await self.go.wait()
        self.now.remove(text_of(opened))

    def begin(self, text: str, *, lost: list[bool] | None = None, **more: Any) -> OpenEvent:
        """An event comes."""
        opened = self.rows.add(text, **more)
        run = self.caution.run(opened, lambda: bool(lost))
        self.tasks.append(asyncio.create_task(run))
        return opened

    async def end(self) -> None:
        """Let all of them go."""
        self.go.set()
        await asyncio.gather(*self.tasks)


async def _a_moment() -> None:
    for _ in range(20):
        await asyncio.sleep(0)


@pytest.fixture
def _for_long(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(caution, "ALONE", 60.0)


@pytest.mark.usefixtures("_for_long")
async def test_a_group_is_counted_in_one_write() -> None:
    """As many as have a place, of several tenants; the next ones when those have ended."""
    stage = Stage()
    for n in range(40):
        stage.begin(f"{n}", tenant=f"t{n % 10}")
    await _a_moment()

    assert (len(stage.now), stage.rows.counted) == (GROUP, [GROUP])
    await stage.end()
    assert stage.most == GROUP
    assert sum(stage.rows.counted) == 40
    assert {one.starts for one in stage.rows.open.values()} == {2}


@pytest.mark.usefixtures("_for_long")
async def test_what_was_restarted_before_runs_alone() -> None:
    """Neither beside another, nor beside a group: each waits for those before."""
    stage = Stage()
    stage.begin("a", starts=2)
    stage.begin("b", starts=2, tenant="soko")
    for text in "cd":
        stage.begin(text)
    seen = []
    stage.go.set()
    for _ in range(100):
        seen.append(tuple(stage.now))
        await asyncio.sleep(0)

    assert [each for each in dict.fromkeys(seen) if each] == [("a",), ("b",), ("c", "d")]
    assert stage.rows.counted == [1, 1, 2]


async def test_a_tenant_whose_plugin_hangs_leaves_the_places_to_others(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It has a few under way until they end; their places are free after a moment, also of one alone."""
    monkeypatch.setattr(caution, "ALONE", 0.02)
    stage = Stage()
    for n in range(20):
        stage.begin("hangs", starts=1 + n % 2)
    for n in range(30):
        stage.begin("other", tenant=f"t{n}", starts=1 + n % 2)

    await eventually(lambda: stage.now.count("other") == 30)
    assert stage.now.count("hangs") == SHARE + 1
    await stage.end()


@pytest.mark.usefixtures("_for_long")
async def test_what_is_lost_before_its_turn_is_neither_counted_nor_run() -> None:
    """And it keeps nobody waiting."""
    stage, lost = Stage(), list[bool]()
    stage.begin("first", starts=2)
    for n in range(3):
        stage.begin("lost", lost=lost, starts=1 + n % 2)
    stage.begin("last", starts=2)
    await _a_moment()
    lost.append(True)
    stage.go.set()
    await asyncio.gather(*stage.tasks)

    starts = {(text_of(one), one.starts) for one in stage.rows.open.values()}
    assert starts == {("first", 3), ("last", 3), ("lost", 1), ("lost", 2)}


async def test_what_is_lost_while_another_is_counted_is_not_counted() -> None:
    """It has a place and waits for the next write."""
    stage, lost, go_on = Stage(), list[bool](), asyncio.Event()
    write = stage.rows.write

    async def slowly(work: Any) -> Any:
        await go_on.wait()
        return await write(work)

    stage.rows.write = slowly  # type: ignore[method-assign]
    stage.begin("first")
    await _a_moment()
    second = stage.begin("second", lost=lost)
    await _a_moment()
    lost.append(True)
    go_on.set()
    await stage.end()

    assert stage.rows.counted == [1]
    assert stage.rows.open[second.id].starts == 1


@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("error", [StoreUnavailable("away"), SerializationFailure("crossed")])
async def test_the_database_is_waited_for(
    monkeypatch: pytest.MonkeyPatch, error: Exception, kept: bool
) -> None:
    """Nobody begins what was not counted. What was, and only its answer lost, is not counted again."""
    monkeypatch.setattr(caution, "AGAIN", 0.001)
    stage = Stage()
    write, away = stage.rows.write, [True]

    async def sometimes(work: Any) -> Any:
        value = await write(work) if kept or not away else None
        if away:
            raise error
        return value

    stage.rows.write = sometimes  # type: ignore[method-assign]
    for starts in (1, 1, 2):
        stage.begin("hi", starts=starts)
    await asyncio.sleep(0.01)
    assert stage.now == []
    away.clear()
    await stage.end()
    assert sorted(one.starts for one in stage.rows.open.values()) == [2, 2, 3]


async def test_who_waits_for_the_room_no_more_keeps_nobody_out() -> None:
    """Cancelled in the line, or just when it was let in."""
    room = Room(2)
    first = await room.enter(alone=True)
    waiting = [asyncio.create_task(room.enter(alone=alone)) for alone in (False, True, False, False)]
    await asyncio.sleep(0)
    waiting[1].cancel()
    first.leave()
    first.leave()
    waiting[0].cancel()

    done = await asyncio.gather(*waiting, return_exceptions=True)
    assert [isinstance(each, asyncio.CancelledError) for each in done] == [True, True, False, False]
    for place in done[2:]:
        place.leave()  # type: ignore[union-attr]
    await room.enter(alone=True)


@pytest.mark.parametrize("poison", [("7",), ("3", "12"), ("0", "1", "39", "40")])
async def test_what_ends_processes_is_found_and_nothing_else(poison: tuple[str, ...]) -> None:
    """Forty others are handled once each, whatever they ran beside."""
    made = Rows()
    for n in range(40 + len(poison)):
        made.add(f"{n}", tenant=f"t{n % 7}")

    deaths = await lives(made, poison)

    assert deaths <= DEATHS * len(poison)
    assert sorted(text_of(one) for one in made.dead) == sorted(poison)
    assert len({one.id for one in made.done}) == len(made.done) == 40
    assert max(one.starts for one in made.done) <= 3


@examples(60)
@given(
    st.lists(st.tuples(st.integers(0, 2), st.integers(0, 11)), min_size=1, max_size=60),
    st.sets(st.integers(0, 59), max_size=2),
    st.integers(0, 9999),
)
def test_wherever_they_are(events: list[tuple[int, int]], poison: set[int], seed: int) -> None:
    """Tenants and conversations as they come, two that end the process anywhere in them, and any timing: each
    of the others is handled once, in the order of its conversation, and the two are given up."""
    made = Rows()
    for n, (tenant, conversation) in enumerate(events):
        made.add(f"{n}", tenant=f"t{tenant}", conversation=f"c{conversation}")
    lanes: dict[tuple[str, str], list[str]] = {}
    for one in made.open.values():
        lanes.setdefault(one.lane, []).append(one.id)
    chance = random.Random(seed)

    deaths = asyncio.run(lives(made, [str(n) for n in poison], lambda: chance.randrange(4)))

    there = {f"{n}" for n in poison if n < len(events)}
    assert {text_of(one) for one in made.dead} == there
    assert deaths <= LAST_START * len(there)
    dead = {one.id for one in made.dead}
    for lane, ids in lanes.items():
        assert [one.id for one in made.done if one.lane == lane] == [id for id in ids if id not in dead]


class Frail:
    """Answers, but ends the process at some words."""

    def __init__(self, poison: tuple[str, ...]) -> None:
        self.poison, self.died = poison, False

    @hook.on_message
    async def answer(self, message: Message, chat: Chat) -> None:
        """One turn."""
        if message.text in self.poison:
            self.died = True
            await asyncio.Event().wait()
        await chat.say(message.text)


@pytest.mark.parametrize("poison", [("5",), ("5", "20")])
async def test_whole_processes_end(store: Store, tmp_path: Path, poison: tuple[str, ...]) -> None:
    """On both databases: what ended each of them becomes a dead letter, the others have one answer each."""
    settings = settings_of(tmp_path, plugins=("frail",))
    first = line_of(store, settings, host_of(frail=Frail(poison)))
    await first.cluster.join()
    texts = [f"{n}" for n in range(40 + len(poison))]
    webhooks = [raw_of(said(text, sender=phone(f"+2547000000{text:>02}"))) for text in texts]
    parsed = [first.parser._parse(raw) for raw in webhooks]
    now = SystemClock().now()
    await store.write(lambda tx: record(tx, parsed, first.parser._wanted, now))

    deaths = 0
    while await value(store, "select count(*) from event"):
        assert deaths <= DEATHS * len(poison)
        frail = Frail(poison)
        line = line_of(store, settings, host_of(frail=frail))
        await line.cluster.join()
        await eventually(lambda: frail.died or not len(line.lanes))  # noqa: B023
        deaths += frail.died
        await line.lanes.shut(line.lanes.shards, 0)
        await line.reopen.close()
        await line.dispatcher.drain()

    said_back = await rows(store, "select content from message where direction = 'out'")
    assert len({row["content"] for row in said_back}) == len(said_back) == 40
    dead = await rows(store, "select reason from dead")
    assert [row["reason"] for row in dead] == ["poison"] * len(poison)
