"""Whose job is next."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from gateway.jobs.record import OpenJob
from gateway.jobs.retry import FIRST, LONGEST, wait
from gateway.jobs.turns import Lane, Turns
from tests.support.examples import examples


def job(tenant: str, plugin: str, n: int, starts: int = 0) -> OpenJob:
    """A job that waits."""
    return OpenJob(tenant, f"{n:04}", plugin, "j", "", "[[],{}]", "", "", "", n, 0, 0, starts, "", "", 0)


def many(tenant: str, count: int, starts: int = 0, plugin: str = "p") -> dict[Lane, list[OpenJob]]:
    """Jobs that wait, the oldest first."""
    return {(tenant, plugin): [job(tenant, plugin, n, starts) for n in range(count)]}


def test_tenants_take_turns() -> None:
    """One with a hundred jobs and one with two: the two are begun in the first four."""
    chosen = Turns(in_flight=6, per_tenant=8).choose(many("a", 100) | many("b", 2), {}, suspect=False)
    assert [each.tenant for each in chosen] == ["a", "b", "a", "b", "a", "a"]


def test_a_plugin_has_half_of_its_tenant() -> None:
    """One whose jobs hang leaves room for the tenant's other plugins."""
    due = many("a", 100, plugin="slow") | many("a", 2, plugin="other")
    hanging = {("a", "slow"): 4}
    chosen = Turns(per_tenant=8).choose(due, hanging, suspect=False)
    assert [each.plugin for each in chosen] == ["other", "other"]


def test_who_was_served_last_is_last() -> None:
    """With room for one, each tenant has it in its turn."""
    turns, due = Turns(in_flight=1), many("a", 3) | many("b", 3) | many("c", 3)
    order = [turns.choose(due, {}, suspect=False)[0].tenant for _ in range(6)]
    assert order == [*"abcabc"]


def test_what_a_process_died_of_runs_alone() -> None:
    """Of jobs that were begun and never ended one runs at a time, beside those that are innocent."""
    turns, due = Turns(), many("a", 3, 1) | many("b", 3)
    assert len(turns.choose(due, {}, suspect=False)) == 4
    assert {each.tenant for each in turns.choose(due, {}, suspect=True)} == {"b"}


LANES = st.tuples(st.sampled_from("abcd"), st.sampled_from("pq"))


@given(
    waiting=st.dictionaries(LANES, st.integers(0, 20)), running=st.dictionaries(LANES, st.integers(0, 3)),
    room=st.integers(1, 12), each=st.integers(1, 6),
)  # fmt: skip
@examples(100)
def test_bounds_hold(waiting: dict[Lane, int], running: dict[Lane, int], room: int, each: int) -> None:
    """Never more than there is room for, nobody beyond their share, the oldest of each first, and none is
    left that could have been begun."""
    due = {lane: many(lane[0], count, plugin=lane[1])[lane] for lane, count in waiting.items()}
    turns = Turns(room, each)
    chosen = turns.choose(due, running, suspect=False)
    lanes = Counter((one.tenant, one.plugin) for one in chosen)
    after = Counter(running)
    after.update(lanes)
    tenants = Counter[str]()
    for (tenant, _), count in after.items():
        tenants[tenant] += count
    assert len(chosen) <= max(0, room - sum(running.values()))
    for (tenant, plugin), count in lanes.items():
        assert after[tenant, plugin] <= turns.per_plugin
        assert tenants[tenant] <= each
        assert [one for one in chosen if (one.tenant, one.plugin) == (tenant, plugin)] == due[tenant, plugin][
            :count
        ]
    if sum(after.values()) < room:
        for (tenant, plugin), count in waiting.items():
            assert (
                lanes[tenant, plugin] == count
                or after[tenant, plugin] >= turns.per_plugin
                or tenants[tenant] >= each
            )


@given(failures=st.integers(1, 100), chance=st.floats(0, 1))
@examples(50)
def test_the_wait_grows(failures: int, chance: float) -> None:
    """Twice as long each time, to an hour and a half at most; spread by a half either way."""
    seconds = wait(failures, chance)
    assert FIRST / 2 <= seconds <= LONGEST * 1.5
    assert wait(failures + 1, chance) >= seconds
