"""Figures judge by the median, and tables show what was judged."""

from __future__ import annotations

from pathlib import Path

import msgspec
import pytest

from benchmarks.figures import Figure, percentile, ratios
from benchmarks.profiles import sampled_table
from benchmarks.report import table, write


@pytest.mark.parametrize(
    ("values", "at_most", "verdict"),
    [
        ((0.5, 0.7, 0.9), False, "met"),
        ((0.9, 0.5, 0.6), False, "missed"),
        ((0.9, 0.5, 0.6), True, "met"),
        ((0.5, 0.7, 0.9), True, "missed"),
    ],
)
def test_the_median_is_judged(values: tuple[float, ...], at_most: bool, verdict: str) -> None:
    """The median round decides, on the side that the target asks for."""
    assert Figure(name="f", values=values, target=0.65, at_most=at_most).verdict == verdict


def test_without_a_target_there_is_no_verdict() -> None:
    """A figure without a target is shown, not judged."""
    assert Figure(name="f", values=(1.0,)).verdict == "–"


def test_ratios_are_taken_round_by_round() -> None:
    """Each round is compared with its own neighbour, so that drift of the machine cancels."""
    assert ratios([10, 30], [20, 20]) == (0.5, 1.5)


@pytest.mark.parametrize(("share", "value"), [(0.5, 50), (0.99, 99), (1.0, 100), (0.001, 1)])
def test_percentiles_are_values_that_occurred(share: float, value: int) -> None:
    """The percentile of 1 … 100 is the number itself."""
    assert percentile(range(100, 0, -1), share) == value


def test_a_table_shows_median_range_target_and_verdict(tmp_path: Path) -> None:
    """A line has all that is needed to disagree with the verdict; the JSON has every round."""
    figure = Figure(name="acks", values=(0.61, 0.7, 0.66), target=0.65, ours="9/s", against="bare 14/s")
    line = table([figure]).splitlines()[2]
    assert "0.66x (0.61–0.7)" in line
    assert "≥ 0.65x" in line
    assert line.rstrip().endswith("met")
    write([figure], {"echo": "no answer"}, "quick", tmp_path / "r.json")
    document = msgspec.json.decode((tmp_path / "r.json").read_bytes())
    assert document["figures"][0]["values"] == [0.61, 0.7, 0.66]
    assert document["failures"] == {"echo": "no answer"}


def test_a_profile_counts_a_recursive_function_once_a_stack() -> None:
    """A function's share is of the working stacks that it is in, however often it is in one."""
    waiting = "_bootstrap;_worker (concurrent/futures/thread.py:69) 50\n"
    lines = sampled_table("main;walk;walk 3\nmain;read 1\n" + waiting).splitlines()
    assert lines[1].split() == ["75.0", "75.0", "walk"]
    assert lines[2].split() == ["25.0", "25.0", "read"]
