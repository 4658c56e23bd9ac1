"""What keepers are told, in which order, and what happens when one of them fails."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pytest

from gateway.clock import SystemClock
from gateway.cluster import holding as module
from gateway.cluster.holding import Holding

ALL = frozenset({1, 2, 3})


class Scripted:
    """A keeper whose calls are written down in a list that all share, and that does what a test says."""

    def __init__(self, name: str, calls: list[tuple[str, str, frozenset[int]]]) -> None:
        self.name, self.calls = name, calls
        self.on_gain: Callable[[frozenset[int]], Any] = _nothing
        self.on_release: Callable[[frozenset[int]], Any] = _nothing
        self.long: frozenset[int] = frozenset()

    async def gain(self, shards: frozenset[int]) -> None:
        self.calls.append((self.name, "gain", shards))
        await self.on_gain(shards)

    async def release(self, shards: frozenset[int], seconds: float) -> None:
        self.calls.append((self.name, "release", shards))
        await self.on_release(shards)

    def drop(self, shards: frozenset[int]) -> None:
        self.calls.append((self.name, "drop", shards))

    def lasting(self) -> frozenset[int]:
        return self.long


async def _nothing(shards: frozenset[int]) -> None:
    """What most keepers do."""


@pytest.fixture
def calls() -> list[tuple[str, str, frozenset[int]]]:
    """What every keeper was told, in order."""
    return []


@pytest.fixture
def held(calls: list[tuple[str, str, frozenset[int]]]) -> Holding:
    """Three shards that are ours, and nobody has been told yet."""
    made = Holding(SystemClock(), 0.2)
    made.keepers += [Scripted("parts", calls), Scripted("events", calls)]
    made.add(dict.fromkeys(ALL, 7), {3})
    return made


async def gained(holding: Holding) -> None:
    while await holding.gain_some():
        """Until nothing can be gained now."""


async def released(holding: Holding) -> None:
    """What is to go now has gone."""
    await asyncio.gather(*(holding.release_one(shard) for shard in holding.to_go()))


def each(calls: list[Any], *wanted: tuple[str, str]) -> bool:
    """Whether *wanted* was called for every shard, in that order for each."""
    return all(
        [call[:2] for call in calls if call[2] == frozenset({shard})][-len(wanted):] == list(wanted)
        for shard in ALL
    )  # fmt: skip


async def test_keepers_are_told_in_order_and_in_reverse(held: Holding, calls: list[Any]) -> None:
    """Old comes before new when shards come; intake ends before sending when they go."""
    await gained(held)
    held.let_go(1)
    await released(held)

    assert calls == [
        ("parts", "gain", ALL), ("events", "gain", ALL),
        ("events", "release", frozenset({3})), ("parts", "release", frozenset({3})),
    ]  # fmt: skip
    assert held.mine == {1, 2}
    assert held.epoch(3) == 0
    assert held.given == {3: (7, True)}


async def test_what_is_lost_while_it_is_read_is_forgotten(held: Holding, calls: list[Any]) -> None:
    """The call ends at once, is followed by another `drop`, and the rest is read again."""
    began = asyncio.Event()

    async def slow(shards: frozenset[int]) -> None:
        began.set()
        await asyncio.sleep(0.05 if 2 not in shards else 60)

    held.keepers[0].on_gain = slow  # type: ignore[attr-defined]
    gaining = asyncio.create_task(held.gain())
    await began.wait()
    held.lose({2})
    assert calls[1:] == [("events", "drop", frozenset({2})), ("parts", "drop", frozenset({2}))]
    async with asyncio.timeout(2):
        while not held.settled:  # noqa: ASYNC110  # it is told by nobody
            await asyncio.sleep(0.01)
    gaining.cancel()

    rest = frozenset({1, 3})
    assert calls[3:] == [
        ("events", "drop", frozenset({2})), ("parts", "drop", frozenset({2})),
        ("parts", "gain", rest), ("events", "gain", rest),
    ][-len(calls[3:]):]  # fmt: skip
    assert ("events", "gain", rest) in calls


async def test_a_release_that_fails_is_no_clean_hand_over(held: Holding, calls: list[Any]) -> None:
    """The others still release; memory is emptied, and the next owner is told to be careful."""

    async def fails(shards: frozenset[int]) -> None:
        raise RuntimeError("it cannot be made durable")

    await gained(held)
    held.keepers[1].on_release = fails  # type: ignore[attr-defined]
    held.let_go(3)
    await released(held)

    assert each(calls, ("events", "release"), ("parts", "release"), ("events", "drop"), ("parts", "drop"))
    assert held.given == dict.fromkeys(ALL, (7, False))


async def test_a_release_that_does_not_end_is_ended(held: Holding, monkeypatch: pytest.MonkeyPatch) -> None:
    """A keeper has the seconds that it was given and a little; then the shard goes all the same."""
    monkeypatch.setattr(module, "_GRACE", 0.05)

    async def for_ever(shards: frozenset[int]) -> None:
        await asyncio.sleep(60)

    await gained(held)
    held.keepers[0].on_release = for_ever  # type: ignore[attr-defined]
    held.let_go(3)
    async with asyncio.timeout(2):
        await released(held)

    assert held.given == dict.fromkeys(ALL, (7, False))


async def test_each_shard_goes_by_itself(held: Holding) -> None:
    """One with a send that hangs keeps the others waiting neither for their end nor for their new owner."""

    async def slow(shards: frozenset[int]) -> None:
        await asyncio.sleep(60 if 2 in shards else 0)

    await gained(held)
    held.keepers[0].on_release = slow  # type: ignore[attr-defined]
    held.let_go(3)
    releasing = asyncio.create_task(held.release())
    async with asyncio.timeout(1):
        while len(held.given) < 2:  # noqa: ASYNC110  # it is told by nobody
            await asyncio.sleep(0.001)
    assert held.given == {1: (7, True), 3: (7, True)}
    assert held.mine == {2}
    releasing.cancel()


async def test_what_lasts_is_handed_over_last(held: Holding) -> None:
    """Where something has been under way for long, it may last: others go if there are others."""
    await gained(held)
    held.keepers[1].long = frozenset({3})  # type: ignore[attr-defined]
    held.let_go(1)
    await released(held)
    assert held.mine == {1, 3}


async def test_what_is_lost_while_it_goes_is_not_given(held: Holding, calls: list[Any]) -> None:
    """The keeper's call ends at once, no other keeper is asked to end its work, and all forget."""

    async def slow(shards: frozenset[int]) -> None:
        await asyncio.sleep(60)

    await gained(held)
    held.keepers[1].on_release = slow  # type: ignore[attr-defined]
    held.let_go(1)
    going = asyncio.create_task(held.release_one(3))
    await asyncio.sleep(0)
    calls.clear()
    held.lose({3})
    async with asyncio.timeout(1):
        await going
    assert {call[1] for call in calls} == {"drop"}
    assert held.given == {}
    assert held.mine == {1, 2}


@pytest.mark.parametrize("back", [False, True])
async def test_what_is_lost_just_before_it_goes_ends_no_other_hand_over(held: Holding, back: bool) -> None:
    """It may have come back by then: it is read like any other."""
    await gained(held)
    releasing, gaining = asyncio.create_task(held.release()), asyncio.create_task(held.gain())
    await asyncio.sleep(0)
    held.let_go(3)
    await asyncio.sleep(0)
    held.lose({2})
    if back:
        held.add({2: 9}, ())
    async with asyncio.timeout(1):
        while len(held.given) < 2 or not held.settled:  # noqa: ASYNC110  # it is told by nobody
            await asyncio.sleep(0.001)
    assert held.given == {1: (7, True), 3: (7, True)}
    assert held.mine == ({2} if back else set())
    assert not releasing.done()
    releasing.cancel()
    gaining.cancel()


async def test_what_was_left_in_the_middle_stays_so_until_it_was_read(held: Holding) -> None:
    """Shard 3 came from a dead process; handing it on unread must not make it look clean."""
    held.let_go(3)
    await released(held)

    assert held.given == {1: (7, True), 2: (7, True), 3: (7, False)}


async def test_a_shard_that_is_being_read_is_handed_over_afterwards(held: Holding, calls: list[Any]) -> None:
    """Never two calls for one shard at once; who goes first are those that nobody reads."""
    go_on = asyncio.Event()

    async def slow(shards: frozenset[int]) -> None:
        await go_on.wait()

    held.keepers[0].on_gain = slow  # type: ignore[attr-defined]
    gaining, releasing = asyncio.create_task(held.gain()), asyncio.create_task(held.release())
    await asyncio.sleep(0.01)
    held.add({9: 1}, ())
    held.let_go(1)
    await asyncio.sleep(0.01)
    assert held.given == {9: (1, True)}
    held.let_go(3)
    await asyncio.sleep(0.01)
    assert [call for call in calls if call[1] == "release" and call[2] & ALL] == []
    go_on.set()
    async with asyncio.timeout(2):
        while held.mine:  # noqa: ASYNC110  # it is told by nobody
            await asyncio.sleep(0.01)
    gaining.cancel()
    releasing.cancel()
    assert each(calls, ("events", "release"), ("parts", "release"))


async def test_a_shard_that_comes_back_is_read_anew(held: Holding, calls: list[Any]) -> None:
    """Under another epoch it is another shard: what keepers had of it is dropped first."""
    await gained(held)
    calls.clear()
    held.lose({1})
    held.add({1: 9}, ())
    await gained(held)

    one = frozenset({1})
    assert calls == [
        ("events", "drop", one), ("parts", "drop", one), ("parts", "gain", one), ("events", "gain", one)
    ]  # fmt: skip
    assert held.epoch(1) == 9
