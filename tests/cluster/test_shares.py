"""Fair shares: whoever comes and goes, in whatever order the processes look."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.channel import SHARDS
from gateway.cluster.register import NUMBERS, next_number
from gateway.cluster.shares import change, spread

SCRIPT = st.lists(
    st.tuples(st.sampled_from(["join", "leave", "look", "end"]), st.integers(0, 30)), max_size=120
)


class Table:
    """The table `shard` as counts, and processes that look at it one after another."""

    def __init__(self) -> None:
        self.owned: dict[str, int] = {}
        self.leaving: dict[str, int] = {}
        self.free = SHARDS
        self.moves = 0
        self._names = 0

    def join(self) -> None:
        self._names += 1
        self.owned[f"p{self._names:04}"] = 0

    def leave(self, name: str) -> None:
        self.free += self.owned.pop(name)
        self.leaving.pop(name, None)

    def look(self, name: str) -> bool:
        """Whether it changed something. What it hands over stays its own until `end`."""
        wanted = change(name, self.owned, self.free, self.leaving.get(name, 0))
        if wanted > 0:
            assert wanted <= self.free
            self.free -= wanted
            self.owned[name] += wanted
        elif wanted < 0:
            self.leaving[name] = self.leaving.get(name, 0) - wanted
            assert self.leaving[name] <= self.owned[name]
        self.moves += abs(wanted)
        return wanted != 0

    def end(self, name: str) -> bool:
        """Its hand-overs are through."""
        gone = self.leaving.pop(name, 0)
        self.owned[name] -= gone
        self.free += gone
        return gone > 0

    def settle(self) -> None:
        for _ in range(60):
            moved = [self.look(name) for name in self.owned]
            moved += [self.end(name) for name in self.owned]
            if not any(moved):
                return
        raise AssertionError(f"it never ends: {self.owned}")


@given(SCRIPT)
def test_it_always_ends_with_fair_shares(script: list[tuple[str, int]]) -> None:
    """Nobody has more than one shard more than another, none is left, and then nothing moves any more."""
    table = Table()
    table.join()
    for what, which in script:
        names = sorted(table.owned)
        name = names[which % len(names)]
        if what == "join":
            table.join()
        elif what == "leave" and len(names) > 1:
            table.leave(name)
        elif what == "look":
            table.look(name)
        else:
            table.end(name)
        assert sum(table.owned.values()) + table.free == SHARDS
    table.settle()

    assert table.free == 0
    assert max(table.owned.values()) - min(table.owned.values()) <= 1


@given(st.integers(1, 70))
def test_one_that_joins_moves_no_more_than_its_share(count: int) -> None:
    """From balance to balance, only what the newcomer gets changes its owner."""
    table = Table()
    for _ in range(count):
        table.join()
    table.settle()
    table.moves = 0
    table.join()
    table.settle()

    assert table.moves <= 2 * (SHARDS // (count + 1))  # each is let go once and taken once


@given(st.lists(st.integers(0, SHARDS - 1), unique=True), st.integers(0, SHARDS), st.integers(0, 1023))
def test_what_is_taken_is_free_and_in_order(free: list[int], count: int, number: int) -> None:
    """As many as asked for, as far as they go, each once."""
    picks = spread(free, count, number)

    assert picks == sorted(set(picks))
    assert set(picks) <= set(free)
    assert len(picks) == min(count, len(free))


@settings(max_examples=10)  # each is a thousand starts
@given(st.integers(-1, 1023), st.sets(st.sampled_from(NUMBERS), max_size=40))
def test_a_number_comes_back_only_after_all_others(last: int, taken: set[int]) -> None:
    """Who was taken for dead may still write under its number: the next thousand get others."""
    number, given = (None if last < 0 else last), []
    for _ in range(len(NUMBERS) - len(taken)):
        number = next_number(number, taken)
        given.append(number)

    assert len(set(given)) == len(given)
    assert not set(given) & taken
    assert 0 not in given
