"""Whose job is next."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gateway.jobs.record import OpenJob
from gateway.jobs.retry import FIRST, LONGEST, wait
from gateway.jobs.turns import Turns
from tests.support.examples import examples


def job(tenant: str, n: int, starts: int = 0) -> OpenJob:
    """A job that waits."""
    return OpenJob(tenant, f"{n:04}", "p", "j", "", "[[],{}]", "", "", "", n, 0, 0, starts, "", "", 0)


def many(tenant: str, count: int, starts: int = 0) -> list[OpenJob]:
    """Jobs that wait, the oldest first."""
    return [job(tenant, n, starts) for n in range(count)]


def test_tenants_take_turns() -> None:
    """One with a hundred jobs and one with two: the two are begun in the first four."""
    chosen = Turns(in_flight=6, per_tenant=4).choose(
        {"a": many("a", 100), "b": many("b", 2)}, {}, suspect=False
    )
    assert [each.tenant for each in chosen] == ["a", "b", "a", "b", "a", "a"]


def test_who_was_served_last_is_last() -> None:
    """With room for one, each tenant has it in its turn."""
    turns, due = Turns(in_flight=1), {name: many(name, 3) for name in "abc"}
    order = [turns.choose(due, {}, suspect=False)[0].tenant for _ in range(6)]
    assert order == [*"abcabc"]


def test_what_a_process_died_of_runs_alone() -> None:
    """Of jobs that were begun and never ended one runs at a time, beside those that are innocent."""
    turns = Turns()
    assert len(turns.choose({"a": many("a", 3, 1), "b": many("b", 3)}, {}, suspect=False)) == 4
    assert {
        each.tenant for each in turns.choose({"a": many("a", 3, 1), "b": many("b", 3)}, {}, suspect=True)
    } == {"b"}


@given(
    waiting=st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 20)),
    running=st.dictionaries(st.sampled_from("abcdef"), st.integers(0, 4)),
    room=st.integers(1, 12), each=st.integers(1, 5),
)  # fmt: skip
@examples(100)
def test_bounds_hold(waiting: dict[str, int], running: dict[str, int], room: int, each: int) -> None:
    """Never more than there is room for, nobody beyond their share, the oldest of each first, and as many as
    the bounds allow."""
    due = {tenant: many(tenant, count) for tenant, count in waiting.items()}
    chosen = Turns(room, each).choose(due, running, suspect=False)
    counted = Counter(one.tenant for one in chosen)
    free = max(0, room - sum(running.values()))
    could = {tenant: max(0, min(count, each - running.get(tenant, 0))) for tenant, count in waiting.items()}
    assert len(chosen) == min(free, sum(could.values()))
    for tenant, count in counted.items():
        assert count <= could[tenant]
        assert [one for one in chosen if one.tenant == tenant] == due[tenant][:count]


@given(failures=st.integers(1, 100), chance=st.floats(0, 1))
@examples(50)
def test_the_wait_grows(failures: int, chance: float) -> None:
    """Twice as long each time, to an hour and a half at most; spread by a half either way."""
    seconds = wait(failures, chance)
    assert FIRST / 2 <= seconds <= LONGEST * 1.5
    assert wait(failures + 1, chance) >= seconds
