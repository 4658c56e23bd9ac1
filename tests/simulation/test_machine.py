"""Hypothesis plays the world of the simulation, and finds what it can."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.simulation import judge
from tests.simulation.machine import Cluster, Machine
from tests.simulation.mutants import MUTANTS

EXAMPLES = int(os.environ.get("HYPOTHESIS_EXAMPLES", "0"))

_often = settings(
    stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), print_blob=True
)
#: To the first failure, the same in every run, without making it small.
_quick = settings(
    _often, max_examples=200, database=None, phases=(Phase.generate,), report_multiple_bugs=False,
    derandomize=True,
)  # fmt: skip


@pytest.mark.parametrize(("machine", "examples"), [(Machine, 25), (Cluster, 10)])
def test_hypothesis_breaks_no_promise(machine: type[Machine], examples: int) -> None:
    """Whatever hypothesis does to one process, or to three that share a database, no promise breaks."""
    run_state_machine_as_test(machine, settings=settings(_often, max_examples=EXAMPLES or examples))


@pytest.mark.parametrize(
    ("machine", "mistake", "told"),
    [
        (Machine, "any_rank", "went from"),
        (Cluster, "no_lanes", "overtook"),
        (Cluster, "greedy", "another.s by now"),
    ],
)
def test_hypothesis_finds_a_mistake(
    machine: type[Machine], mistake: str, told: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """What goes backward is found, what overtakes, and who sends for another: so the machines do see."""
    monkeypatch.setattr(judge, "PATIENCE", 40.0)  # nobody waits longer for what never ends
    MUTANTS[mistake][0](monkeypatch)
    with pytest.raises(AssertionError, match=told):
        run_state_machine_as_test(machine, settings=_quick)
