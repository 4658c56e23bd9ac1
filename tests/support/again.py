"""`python -m tests.support.again -n 4 …`: pytest as asked for, and a second chance that hides nothing.

Tests about time share two busy cores with others. When a few fail, those run again alone, one after another
in one process. What fails there too fails the run; what passes is told by name at the end of the run.
Many failures, errors of the collection, a worker that ended, an interruption: the run fails as it is.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

import msgspec
import pytest

#: More failures than these are no accident.
MOST = 8
FAILED = 1  # pytest's exit code for "tests ran, and some failed"
#: Names the file that a run leaves its report in.
TOLD = "TESTS_FAILED_BESIDE_OTHERS"


class Report(msgspec.Struct):
    """The failures of a run, each once, and whether something else went wrong with it."""

    failed: list[str] = []
    broken: bool = False


class Recorder:
    """A plugin of pytest that writes the `Report` down; only in the process that others report to."""

    def __init__(self, path: Path) -> None:
        self._path, self._report = path, Report()

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """One phase of one test. A worker that ended is reported as a failure without a phase."""
        if report.failed:
            self._report.broken |= report.when not in ("setup", "call", "teardown")
            if report.nodeid not in self._report.failed:
                self._report.failed.append(report.nodeid)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """A file that cannot be read."""
        self._report.broken |= report.failed

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        """The run is over, or was broken off (-x): then nobody knows of the rest."""
        self._report.broken |= bool(session.shouldstop or session.shouldfail)
        self._path.write_bytes(msgspec.json.encode(self._report))


def pytest_configure(config: pytest.Config) -> None:
    """Record what the run's own process hears of."""
    if TOLD in os.environ and not hasattr(config, "workerinput"):
        config.pluginmanager.register(Recorder(Path(os.environ[TOLD])), "again")


def main(arguments: Sequence[str]) -> int:
    """Run pytest, and what failed once more; the exit code."""
    code, report = _run(arguments)
    failed = report.failed
    if code != FAILED or report.broken or not failed:
        return code
    if len(failed) > MOST:
        print(f"\n{len(failed)} tests failed: none of them runs again alone.")
        return code
    print(f"\n{len(failed)} failed beside others, and run again alone:", *failed, sep="\n  ", flush=True)
    code, alone = _run([*_options(arguments), "-n", "0", *failed])
    print()
    for name in failed:
        print(
            f"failed beside others, {'failed' if code and name in alone.failed else 'passed'} alone: {name}"
        )
    return code


def _options(arguments: Sequence[str]) -> list[str]:
    """*arguments* without the files and tests among them; what -k and -m look for is none."""
    before = ["", *arguments]
    return [
        each
        for last, each in zip(before, arguments, strict=False)
        if last in ("-k", "-m") or each.startswith("-") or not Path(each.partition("::")[0]).exists()
    ]


def _run(arguments: Sequence[str]) -> tuple[int, Report]:
    """Run pytest: its exit code and its report."""
    with tempfile.TemporaryDirectory() as folder:
        told = Path(folder, "report.json")
        command = [sys.executable, "-m", "pytest", "-p", "tests.support.again", *arguments]
        code = subprocess.run(command, env={**os.environ, TOLD: str(told)}, check=False).returncode
        found = msgspec.json.decode(told.read_bytes(), type=Report) if told.exists() else Report(broken=True)
    return code, found


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
