"""A provider with a fault fails the cases that are about it."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.carrier_pigeon.provider import CarrierPigeon
from gateway.settings import StoreSettings
from gateway.testing.conformance import CASES
from gateway.testing.conformance.running import Runner
from tests.testing import broken

SIGNATURES = "without_proof flipped_body flipped_proof written_anew two_proofs secret_of_another"
FAULTS: dict[type[CarrierPigeon], str] = {
    broken.Credulous: SIGNATURES,
    broken.FirstHeader: "two_proofs",
    broken.OneSecret: "rotation",
    broken.Forgetful: "again_and_again all_at_once everything_twice",
    broken.Guessing: "unknown_kind",
    broken.Careless: "garbage",
    broken.Deaf: "any_order doubled only_some before_our_own_record failed",
    broken.Anonymous: "lost_answer",
    broken.Hasty: "throttled dead_token",
    broken.Terse: "long_text every_message",
}


@pytest.mark.parametrize("fault", FAULTS, ids=lambda fault: fault.__name__)
def test_a_fault_is_found(fault: type[CarrierPigeon], tmp_path: Path) -> None:
    """By each case that is about it, in a word that says what went wrong; another case still passes."""
    cases = {case.name: case for case in CASES}
    with Runner(fault(), tmp_path, StoreSettings(url=""), patience=0.1) as runner:
        for name in FAULTS[fault].split():
            outcome = runner.outcome(cases[name])
            assert (name, outcome.result) == (name, "failed")
            assert outcome.why
        assert runner.outcome(cases["answered_as_it_wants"]).result == "passed"
