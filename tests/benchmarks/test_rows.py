"""The benchmarks run: each row, with numbers too small to mean anything."""

from __future__ import annotations

import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support.outside import outside

ROOT = Path(__file__).parent.parent.parent
FIGURES = (
    "acks sqlite",
    "acks sqlite / pywa",
    "parse",
    "echo sqlite",
    "echo sqlite p99",
    "hang sqlite",
    "raises sqlite",
    "never sqlite",
    "blocks sqlite",
    "fair queued sqlite",
    "fair hot sqlite",
    "fair mute sqlite",
    "fair hang sqlite",
    "flow sqlite",
    "flow sqlite check",
    "beside sqlite",
    "beside sqlite to the end",
    "status sqlite",
    "status sqlite, 3 a webhook",
    "retention sqlite",
    "start",
    "start resident",
)


def benchmarks(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the benchmarks' command line. The peers want to know who signs certificates."""
    command = [sys.executable, "-m", "benchmarks", *words]
    return subprocess.run(
        command, cwd=ROOT, capture_output=True, text=True, timeout=240, check=False, env=outside()
    )


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> str:
    """What all rows print, measured with tiny numbers."""
    out = tmp_path_factory.mktemp("benchmarks") / "results.json"
    done = benchmarks("--scale", "tiny", "--out", str(out))
    assert done.returncode == 0, done.stdout + done.stderr
    assert out.exists()
    return done.stdout


@pytest.mark.parametrize("name", FIGURES)
def test_every_figure_has_a_value_and_a_verdict(output: str, name: str) -> None:
    """A figure's line shows its value over the rounds and whether the target is met."""
    line = rf"^{re.escape(name)}  .*\d(x| ms| s| MB) \(.*(met|missed|–) *$"
    assert re.search(line, output, re.MULTILINE), output


def test_a_row_that_does_not_exist_is_refused() -> None:
    """A misspelt row is named, and nothing is measured."""
    done = benchmarks("akcs")
    assert done.returncode == 2
    assert "no such row: akcs" in done.stderr
