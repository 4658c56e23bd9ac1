"""The rows of processes and shards: every change is conditional, on both databases."""

from __future__ import annotations

import asyncio

import pytest

from gateway.clock import SECOND, SystemClock
from gateway.cluster.register import NOT_CLEAN, Register, Seat
from gateway.store.port import Store

LONG = 60 * SECOND


@pytest.fixture
def register(store: Store) -> Register:
    """On each kind of database, though only PostgreSQL has several processes."""
    return Register(store, SystemClock(), takes=True)


async def seat(register: Register, process: str, length: int = LONG) -> Seat:
    made = await register.join(process, length)
    assert made is not None
    return made


async def test_joining_is_the_same_when_it_is_asked_again(register: Register) -> None:
    """An answer that was lost costs nothing; an end that was noted meanwhile is told."""
    first = await seat(register, "a", 1)
    assert await seat(register, "a") == first
    seen = (await register.look()).processes["a"].lease_until
    assert await register.note_ends({"a": seen}) == ["a"]
    assert await register.join("a", LONG) is None


async def test_processes_that_join_at_once_get_other_numbers(register: Register) -> None:
    """And other terms."""
    seats = await asyncio.gather(*(seat(register, f"p{n}") for n in range(5)))

    assert {each.number for each in seats} == {1, 2, 3, 4, 5}
    assert {each.term for each in seats} == {1, 2, 3, 4, 5}


async def test_a_renewal_saves_a_process_and_comes_too_late_after_its_end(register: Register) -> None:
    """Whoever wants to note an end has seen a lease; when it is another by now, nothing is noted."""
    await seat(register, "a", 1)
    seen = (await register.look()).processes["a"].lease_until
    assert await register.renew("a", LONG)
    assert await register.note_ends({"a": seen}) == []
    seen = (await register.look()).processes["a"].lease_until
    assert await register.note_ends({"a": seen}) == ["a"]
    assert not await register.renew("a", LONG)


async def test_a_shard_is_taken_once_and_only_from_nobody(register: Register) -> None:
    """Under the epoch that was seen, from one that has ended, by one that is there."""
    await seat(register, "a")
    await seat(register, "b")
    assert await register.take("a", {1: ("", 0), 2: ("", 0)}) == {1: 1, 2: 1}
    assert await register.take("b", {1: ("", 0)}) == {}
    assert await register.take("b", {1: ("a", 1)}) == {}
    seen = (await register.look()).processes["a"].lease_until
    await register.note_ends({"a": seen})
    assert await register.take("a", {3: ("", 0)}) == {}
    assert await register.take("b", {1: ("a", 1), 2: ("a", 1)}) == {1: 2, 2: 2}


async def test_giving_back_ends_only_what_is_still_ours(register: Register) -> None:
    """A hand-over that comes late changes nothing; one that was not clean leaves a mark."""
    await seat(register, "a")
    await register.take("a", {1: ("", 0), 2: ("", 0)})
    await register.give("a", {1: (1, True), 2: (1, False)})
    assert (await register.look()).shards[1] == ("", 1)
    assert (await register.look()).shards[2] == (NOT_CLEAN, 1)
    assert await register.take("a", {1: ("", 1), 2: (NOT_CLEAN, 1)}) == {1: 2, 2: 2}
    await register.give("a", {1: (1, True)})
    assert (await register.look()).shards[1] == ("a", 2)


async def test_the_end_gives_everything_back_in_one(register: Register) -> None:
    """What the keepers have let go is free at once; the rest is free too, and was left in the middle."""
    await seat(register, "a")
    await register.take("a", {1: ("", 0), 2: ("", 0)})
    await register.end("a", {1: (1, True)})
    picture = await register.look()

    assert picture.processes == {}
    assert picture.shards[1] == ("", 1)
    assert picture.shards[2] == ("a", 1)
    assert set(picture.free()) == set(range(64))
