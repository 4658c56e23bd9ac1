"""What is said of an import: on the terminal while it goes on and at its end, and in a file of problems."""

from __future__ import annotations

import csv
import sys
import time
from collections import Counter
from pathlib import Path
from typing import TextIO

from plugins.commerce.imports.cells import Problem
from plugins.commerce.imports.guard import guarded

#: Problems that are shown on the terminal.
SHOWN = 20
#: Seconds between two lines of progress: on a terminal, and in a log.
TERMINAL, LOG = 0.5, 10.0


class Report:
    """Counts what became of rows. *errors* is where problems are written, row by row; with *more* they are
    added to those of the run before."""

    def __init__(self, size: int, errors: Path | None, *, more: bool = False) -> None:
        self.counts: Counter[str] = Counter()
        self._size, self._begun = size, time.monotonic()
        self._told, self._problems = self._begun, 0
        self._live = sys.stderr.isatty()
        self._file: TextIO | None = None
        if errors is not None:
            fresh = not (more and errors.exists())
            self._file = errors.open("w" if fresh else "a", newline="", encoding="utf-8")
            self._rows = csv.writer(self._file)
            if fresh:
                self._rows.writerow(("row", "sku", "column", "problem", "what to write"))

    @property
    def refused(self) -> int:
        """Rows that were not taken."""
        return self.counts["refused"]

    def problem(self, problem: Problem) -> None:
        """Tell what is wrong with a row."""
        self._problems += 1
        if self._problems <= SHOWN:
            self.line(str(problem))
        if self._file is not None:
            cells = (problem.sku, problem.column, problem.why, problem.fix)
            self._rows.writerow((problem.row, *(guarded(cell) for cell in cells)))

    def line(self, text: str) -> None:
        """Say something, below the progress."""
        if self._live:
            print("\r\x1b[K", end="", file=sys.stderr)
        print("".join(sign if sign.isprintable() else "·" for sign in text))

    def progress(self, read: int) -> None:
        """*read* bytes of the file are behind: say how fast it goes, and what is left."""
        now = time.monotonic()
        if now - self._told < (TERMINAL if self._live else LOG):
            return
        self._told = now
        rows, gone = sum(self.counts.values()), now - self._begun
        left = gone * (self._size - read) / read if 0 < read < self._size else 0.0
        text = f"{rows:,} rows, {rows / gone:,.0f} a second, about {left:,.0f} s left"
        print(
            f"\r\x1b[K{text}" if self._live else text,
            end="" if self._live else "\n",
            file=sys.stderr,
            flush=True,
        )

    def summary(self, dry: bool) -> None:
        """What became of all rows."""
        if self._problems > SHOWN:
            where = (
                "they are all in the file of --errors" if self._file else "--errors FILE writes them all down"
            )
            self.line(f"… and {self._problems - SHOWN:,} more problems: {where}")
        counts = ", ".join(
            f"{self.counts[what]:,} {what}" for what in ("created", "updated", "unchanged", "refused")
        )
        seconds = time.monotonic() - self._begun
        self.line(f"{sum(self.counts.values()):,} rows in {seconds:,.1f} s: {counts}")
        if dry:
            self.line("nothing was written (--dry-run)")

    def close(self) -> None:
        """The file of problems is whole."""
        if self._file is not None:
            self._file.close()
