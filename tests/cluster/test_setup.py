"""What processes of one database should have alike: who differs in what is said, once, with what to do."""

from __future__ import annotations

import asyncio
import itertools

import pytest

from gateway.clock import SECOND, SystemClock
from gateway.cluster import setup
from gateway.cluster.setup import LASTS, Comparing, Setup, differences, read, written
from tests.cluster.world import World

ONE = Setup(("aa",), {"echo": "1.0"}, "t1")


def whats(ours: Setup, theirs: Setup) -> list[str]:
    return [each.what for each in differences(ours, theirs)]


def test_what_differs_is_named() -> None:
    """Another secret, other plugins, another gateway.toml."""
    other = Setup(("bb",), {"shop": "1.0", "echo": "1.1"}, "t2")
    found = list(differences(ONE, other))

    assert [each.what for each in found] == ["secret", "plugins", "tenants"]
    assert found[1].problem == "it alone runs shop; it runs echo 1.1 instead of 1.0"
    assert whats(ONE, read(written(ONE)) or Setup()) == []
    assert read("") is None
    assert read("something of a later version") is None


def test_secrets_in_rotation_are_no_difference() -> None:
    """Behind the old one first, then in front, then alone: neighbours in that order understand each other."""
    steps = [("aa",), ("aa", "bb"), ("bb", "aa"), ("bb",)]
    for before, after in itertools.pairwise(steps):
        assert whats(Setup(before), Setup(after)) == []
    assert whats(Setup(steps[0]), Setup(steps[2])) == ["secret"]


def test_a_difference_that_lasts_is_told_once() -> None:
    """With the place of the other; one that is over in time is not told."""
    comparing, row = Comparing(SystemClock()), written(Setup(("bb",), {"echo": "1.0"}, "t1"))
    told = []
    looks = [(0.0, row), (LASTS - 1, row), (LASTS, row), (LASTS + 1, row), (LASTS + 2, written(ONE))]
    for at, has in looks:
        comparing.look(ONE, {"a": ("wa-2:7", has)}, at)
        told.append([process for process, _ in comparing.told])

    assert told == [[], [], ["a"], ["a"], []]


def test_all_that_differs_is_in_one_line(monkeypatch: pytest.MonkeyPatch) -> None:
    """The log holds back what is said again within a second."""
    lines = []
    monkeypatch.setattr(setup.log, "error", lambda event, **values: lines.append((event, values["differs"])))
    comparing, other = Comparing(SystemClock()), written(Setup(("bb",), {}, "t2"))
    for at in (0.0, LASTS):
        comparing.look(ONE, {"a": ("wa-2:7", other), "b": ("wa-3:9", other)}, at)

    [(event, said)] = lines
    assert event == "cluster.differs"
    assert len(said) == 6
    assert said[0].startswith("wa-2:7 in its secret: ")


def test_a_clock_that_is_wrong_is_seen() -> None:
    """Not one of a read that only took long."""
    clock, wrong = SystemClock(), []
    comparing = Comparing(clock)
    for apart, took in ((3, 3.5), (90, 0.1), (-90, 0.1), (0, 0.1)):
        comparing.clocks(clock.now() - apart * SECOND, took)
        wrong.append(comparing.wrong)

    assert wrong == [False, True, True, False]


async def test_each_writes_what_it_has_and_keeps_it_new(world: World) -> None:
    """Also what a saved gateway.toml has changed since."""
    has = [ONE]
    await world.member(setup=lambda: has[0])

    async def row() -> str:
        return str(await world.store.read(lambda tx: tx.value("select setup from process")))

    assert read(await row()) == ONE
    has[0] = Setup(("cc",))
    for _ in range(40):
        if read(await row()) == has[0]:
            break
        await asyncio.sleep(0.1)
    assert read(await row()) == has[0]
