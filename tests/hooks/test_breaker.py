"""A plugin that keeps failing is put aside per tenant, and tried again."""

from __future__ import annotations

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule

from gateway.clock import ManualClock
from gateway.hooks.breaker import LONGEST, PROBE, Breaker


def fail(breaker: Breaker, *contacts: str, tenant: str = "duka") -> None:
    for contact in contacts:
        breaker.record("crm", tenant, contact, ok=False)


def opened() -> tuple[Breaker, ManualClock]:
    clock = ManualClock()
    breaker = Breaker(clock)
    fail(breaker, *"aabbc")
    return breaker, clock


def test_failures_of_several_contacts_open() -> None:
    """Five failures for three contacts put the plugin aside, for this tenant only."""
    breaker, _ = opened()

    assert breaker.state("crm", "duka") == "open"
    assert not breaker.allow("crm", "duka")
    assert breaker.allow("crm", "other")
    assert breaker.allow("shop", "duka")


def test_one_strange_conversation_opens_nothing() -> None:
    """However often two contacts fail, the plugin stays for the others."""
    breaker = Breaker(ManualClock())

    fail(breaker, *"ababababababab")

    assert breaker.state("crm", "duka") == "closed"


def test_old_failures_are_forgotten() -> None:
    """Ten good runs later nothing is remembered, not even in memory."""
    breaker = Breaker(ManualClock())
    fail(breaker, *"abcd")

    for _ in range(10):
        breaker.record("crm", "duka", "z", ok=True)

    assert len(breaker) == 0


def test_one_probe_at_a_time() -> None:
    """After 30 s one run is let through, and no second one until it has ended or is given up."""
    breaker, clock = opened()

    clock.advance(30)

    assert breaker.state("crm", "duka") == "half_open"
    assert breaker.allow("crm", "duka")
    assert not breaker.allow("crm", "duka")
    clock.advance(PROBE)
    assert breaker.allow("crm", "duka")


def test_a_good_probe_closes() -> None:
    """When the probe is well, the plugin is back and its past is forgotten."""
    breaker, clock = opened()
    clock.advance(30)
    breaker.allow("crm", "duka")

    breaker.record("crm", "duka", "z", ok=True)

    assert breaker.state("crm", "duka") == "closed"
    assert len(breaker) == 0


def test_a_bad_probe_doubles_the_time() -> None:
    """Each bad probe doubles the time aside, up to ten minutes."""
    breaker, clock = opened()
    aside = 30.0
    for _ in range(8):
        clock.advance(aside - 1)
        assert not breaker.allow("crm", "duka")
        clock.advance(1)
        assert breaker.allow("crm", "duka")
        fail(breaker, "a")
        aside = min(aside * 2, LONGEST)

    assert aside == LONGEST


def test_late_results_of_old_runs_change_nothing() -> None:
    """A run that began before the opening does not close the circuit."""
    breaker, _ = opened()

    breaker.record("crm", "duka", "z", ok=True)

    assert breaker.state("crm", "duka") == "open"


def test_memory_is_bounded() -> None:
    """However many tenants fail, only so many are remembered; the longest unused goes first."""
    breaker = Breaker(ManualClock(), kept=3)

    for tenant in "abcde":
        fail(breaker, "x", tenant=tenant)

    assert len(breaker) == 3


class Circuit(RuleBasedStateMachine):
    """Against a plain model: an open circuit lets nobody pass before its time, then one at a time."""

    def __init__(self) -> None:
        super().__init__()
        self.clock = ManualClock()
        self.breaker = Breaker(self.clock)
        self.last: list[tuple[str, bool]] = []
        self.until: float | None = None
        self.aside = 30.0
        self.probed: float | None = None

    @rule(seconds=st.sampled_from([1.0, 10.0, 30.0, 600.0]))
    def wait(self, seconds: float) -> None:
        self.clock.advance(seconds)

    @rule(contact=st.sampled_from("abcd"), ok=st.sampled_from([True, False, False]))
    def run(self, contact: str, ok: bool) -> None:
        now = self.clock.monotonic()
        if self.breaker.allow("p", "t"):
            assert self.until is None or now >= self.until
            assert self.probed is None or now >= self.probed + PROBE
            self.probed = now if self.until is not None else None
            self.breaker.record("p", "t", contact, ok)
            self.follow(contact, ok, now)
        else:
            assert self.until is not None
            assert now < self.until or (self.probed is not None and now < self.probed + PROBE)

    @rule()
    def lost_probe(self) -> None:
        if self.until is not None and self.breaker.allow("p", "t"):
            self.probed = self.clock.monotonic()

    def follow(self, contact: str, ok: bool, now: float) -> None:
        if self.until is not None:
            self.probed = None
            if ok:
                self.until, self.aside, self.last = None, 30.0, []
            else:
                self.aside = min(self.aside * 2, LONGEST)
                self.until = now + self.aside
            return
        self.last = [*self.last, (contact, ok)][-10:]
        bad = [who for who, well in self.last if not well]
        if len(bad) >= 5 and len(set(bad)) >= 3:
            self.until, self.last = now + self.aside, []

    @invariant()
    def same_state(self) -> None:
        expected = "closed"
        if self.until is not None:
            expected = "open" if self.clock.monotonic() < self.until else "half_open"
        assert self.breaker.state("p", "t") == expected


TestCircuit = Circuit.TestCase
TestCircuit.settings = settings(max_examples=60, stateful_step_count=40, deadline=None)
