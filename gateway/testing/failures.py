"""What went wrong in a world: plugins that failed, and dead letters. A test ends at the first one."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from types import TracebackType
from typing import Any

from msgspec import Struct

from gateway.hooks import isolate
from gateway.hooks.failure import HookFailed


class PluginFailed(AssertionError):
    """A plugin's work was undone, and a dead letter left."""


class Failure(Struct, frozen=True):
    """One failure. *reason* is the dead letter's ("error", "timeout", …), *problem* a sentence, *error* what
    the plugin's code raised, if it did."""

    plugin: str
    hook: str
    reason: str
    problem: str
    error: BaseException | None = None

    def __str__(self) -> str:
        return self.problem


class Expected(list[Failure]):
    """The failures within `world.expects_failure()`."""


class Failures:
    """Collects what fails; `check` raises it, unless it is expected."""

    def __init__(self) -> None:
        #: All of them, in order.
        self.seen: list[Failure] = []
        #: What jobs raised when they ran last, by their id.
        self.jobs: dict[str, BaseException] = {}
        self._open: list[Failure] = []
        #: By plugin: hooks that failed and whose dead letter was not seen yet.
        self._told: Counter[str] = Counter()
        self._expected: Expected | None = None

    def add(self, failure: Failure) -> None:
        """This happened."""
        self.seen.append(failure)
        if self._expected is not None:
            self._expected.append(failure)
        else:
            self._open.append(failure)

    def hook(self, failure: HookFailed) -> None:
        """A hook failed: its dead letter will say the same."""
        error = failure.cause
        self.add(Failure(failure.plugin, failure.hook, failure.kind, failure.detail, error))
        self._told[failure.plugin] += 1

    def letters(self, rows: list[dict[str, Any]]) -> None:
        """Dead letters that are new. Those of hooks were told with their traceback."""
        for row in rows:
            if row["stage"] == "plugin" and row["reason"] in TOLD and self._told[row["plugin"]]:
                self._told[row["plugin"]] -= 1
                continue
            who = f"plugin '{row['plugin']}': " if row["plugin"] else ""
            detail = row["detail"] or row["reason"]
            problem = detail if str(detail).startswith("plugin ") else f"{who}{row['stage']}: {detail}"
            self.add(Failure(row["plugin"], row["stage"], row["reason"], problem, self.jobs.get(row["ref"])))

    def check(self, doing: str) -> None:
        """Raise the first failure that nobody expected; *doing* says during what."""
        __tracebackhide__ = True
        if not self._open:
            return
        first, self._open = self._open[0], []
        if isinstance(first.error, Exception):
            first.error.add_note(f"{first.problem}\n{doing}; world.expects_failure() lets a test go on")
            raise first.error.with_traceback(_own(first.error.__traceback__))
        raise PluginFailed(f"{first.problem}\n{doing}; world.expects_failure() lets a test go on")

    @contextmanager
    def expected(self) -> Iterator[Expected]:
        """Failures in here are collected. None at all is a failure of the test."""
        before, self._expected = self._expected, Expected()
        try:
            yield self._expected
            assert self._expected, "world.expects_failure(): nothing failed"
        finally:
            self._expected = before


def _own(trace: TracebackType | None) -> TracebackType | None:
    """*trace* from the plugin's first frame on: how its code was called is no news."""
    while trace is not None and trace.tb_frame.f_code.co_filename == isolate.__file__:
        trace = trace.tb_next
    return trace


#: Reasons of dead letters that a failed hook leaves.
TOLD = frozenset({"error", "timeout"})
