"""The same world under hypothesis: it chooses what happens, and makes a failure as small as it can."""

from __future__ import annotations

import hypothesis.strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from tests.simulation.judge import at_any_time, settle
from tests.simulation.script import CRASHES
from tests.simulation.world import World

_few = st.integers(0, 2)
_member = st.integers(0, 7)
_rate = st.sampled_from((0.0, 0.05, 0.2))


class Machine(RuleBasedStateMachine):
    """One process; `Cluster` has more."""

    members = 1
    world: World

    @initialize(seed=st.integers(0, 2**32 - 1))
    def begin(self, seed: int) -> None:
        """The world with its dice."""
        self.world = World(seed, self.members)

    def teardown(self) -> None:
        """At the end everybody is well again, and everything is done."""
        try:
            settle(self.world)
        finally:
            self.world.close()

    @invariant()
    def nothing_is_wrong_so_far(self) -> None:
        assert not (found := at_any_time(self.world)), found

    @rule(contact=_few, number=_few, copies=st.integers(1, 3))
    def say(self, contact: int, number: int, copies: int) -> None:
        self.world.say(contact, number, copies)

    @rule(said=st.lists(st.tuples(_few, _few, st.sampled_from((0.0, 0.003, 0.03))), min_size=2, max_size=6))
    def talk(self, said: list[tuple[int, int, float]]) -> None:
        for contact, number, seconds in said:
            self.world.say(contact, number)
            self.world.advance(seconds)

    @rule(contact=_few, number=_few)
    def order(self, contact: int, number: int) -> None:
        self.world.order(contact, number)

    @rule(seconds=st.sampled_from((0.001, 0.01, 0.05, 0.2, 1.0, 4.0)))
    def advance(self, seconds: float) -> None:
        self.world.advance(seconds)

    @precondition(lambda self: self.world.crashes < CRASHES)
    @rule(member=_member)
    def crash(self, member: int) -> None:
        self.world.crash(member)

    @rule(member=_member, seconds=st.sampled_from((0.2, 2.0, 6.0, 9.0)))
    def pause(self, member: int, seconds: float) -> None:
        self.world.pause(member, seconds)

    @rule(member=_member, seconds=st.sampled_from((18.0, 24.0)))
    def sleep(self, member: int, seconds: float) -> None:
        self.world.pause(member, seconds)
        self.world.advance(seconds)

    @rule(member=_member)
    def leave(self, member: int) -> None:
        self.world.leave(member)

    @rule()
    def join(self) -> None:
        self.world.join()

    @rule(seconds=st.sampled_from((0.1, 1.0, 6.0)))
    def away(self, seconds: float) -> None:
        self.world.away(seconds)

    @rule(refuses=_rate, loses=_rate, crosses=_rate, slow=_rate)
    def shaky(self, refuses: float, loses: float, crosses: float, slow: float) -> None:
        self.world.shaky(refuses, loses, crosses, slow)

    @rule(share=st.sampled_from((0.0, 1.0, 2.0)))
    def trouble(self, share: float) -> None:
        self.world.trouble(share)

    @rule(seconds=st.sampled_from((0.0, 0.05, 0.2)))
    def deaf(self, seconds: float) -> None:
        self.world.deaf(seconds)

    @rule()
    def settle(self) -> None:
        settle(self.world)


class Cluster(Machine):
    """Three processes on one database."""

    members = 3
