"""Hypothesis plays the world of the simulation, and finds what it can."""

from __future__ import annotations

import os

import pytest
from hypothesis import HealthCheck, Phase, settings
from hypothesis.stateful import run_state_machine_as_test

from tests.simulation.machine import Machine
from tests.simulation.mutants import MUTANTS

_often = settings(
    max_examples=int(os.environ.get("HYPOTHESIS_EXAMPLES", "25")), stateful_step_count=25, deadline=None,
    suppress_health_check=list(HealthCheck), print_blob=True,
)  # fmt: skip
#: To the first failure, without making it small.
_quick = settings(
    _often, max_examples=200, database=None, phases=(Phase.generate,), report_multiple_bugs=False
)  # fmt: skip


def test_hypothesis_breaks_no_promise() -> None:
    """Whatever hypothesis does to one process, no promise breaks."""
    run_state_machine_as_test(Machine, settings=_often)


def test_hypothesis_finds_a_mistake(monkeypatch: pytest.MonkeyPatch) -> None:
    """A status that goes backward is found, so the machine does see."""
    MUTANTS["any_rank"][0](monkeypatch)
    with pytest.raises(AssertionError, match="went from"):
        run_state_machine_as_test(Machine, settings=_quick)
