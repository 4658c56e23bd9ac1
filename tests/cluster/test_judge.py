"""The judge of `python -m tests.cluster` sees what must not be."""

from __future__ import annotations

from gateway.channel import SHARDS
from tests.cluster.judge import judge

ALL = " ".join(f"{shard}:1" for shard in range(SHARDS))


def test_a_clean_hand_over_is_content() -> None:
    """One stops, then another begins under the next epoch; the time between is a gap."""
    verdict = judge([f"1.0 10 {ALL}", "1.2 10", "2.0 11 5:2", "2.1 11 ="])

    assert (verdict.late, verdict.twice) == (0, 0)
    assert verdict.longest(0, 3) == 1.0


def test_one_that_goes_on_after_its_epoch_is_seen() -> None:
    """Also when its line was written down later than the other's."""
    verdict = judge([f"1.0 10 {ALL}", "2.0 11 5:2", "2.1 10 ="])

    assert verdict.late == 1


def test_two_under_one_epoch_are_seen() -> None:
    """Whoever had it first."""
    assert judge([f"1.0 10 {ALL}", "1.1 11 7:1"]).twice == 1


def test_a_shard_without_any_owner_is_seen() -> None:
    """It counts as a fault, not as silence."""
    assert judge([f"1.0 10 {ALL.replace(' 63:1', '')}"]).late == 1
