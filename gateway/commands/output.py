"""How commands print: tables, marks and times, plain ASCII where the terminal is not known to read more."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any, TextIO

from gateway.moments import ago as ago
from gateway.moments import moment as moment

if TYPE_CHECKING:
    from gateway.model.finding import Finding


def marks(stream: TextIO | None = None) -> tuple[str, str]:
    """The signs for good and bad: "✓" and "✗" on a terminal that reads UTF-8, else "ok" and "FAIL"."""
    out = sys.stdout if stream is None else stream
    encoding = (getattr(out, "encoding", "") or "").lower().replace("-", "")
    return ("✓", "✗") if out.isatty() and encoding == "utf8" else ("ok  ", "FAIL")


def as_json(answer: Mapping[str, Any]) -> int:
    """Print *answer* for programs; the exit code 0."""
    print(json.dumps(answer, indent=2, ensure_ascii=False))
    return 0


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """*rows* in columns as wide as their widest cell, two spaces apart, under *head*."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (head, *rows)
    ]
    return "\n".join(line.rstrip() for line in lines)


def finding_lines(found: Sequence[Finding]) -> list[str]:
    """A line for each finding, its remedy below it."""
    good, bad = marks()
    indent = " " * (len(good) + 1)
    lines = []
    for finding in found:
        lines.append(f"{good if finding.ok else bad} {finding.what}: {finding.detail}")
        if finding.remedy:
            lines += [indent + line for line in finding.remedy.split("\n")]
    return lines


def findings(found: Sequence[Finding]) -> str:
    """The lines of all findings, and how many are wrong."""
    lines = finding_lines(found)
    wrong = sum(not finding.ok for finding in found)
    lines.append(f"\n{wrong} of {len(found)} are wrong." if wrong else "\nAll is well.")
    return "\n".join(lines)
