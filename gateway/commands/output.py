"""How commands print: tables, marks and times, plain ASCII where the terminal is not known to read more."""

from __future__ import annotations

import datetime
import sys
from collections.abc import Sequence
from typing import TextIO

from gateway.clock import SECOND


def marks(stream: TextIO | None = None) -> tuple[str, str]:
    """The signs for good and bad: "✓" and "✗" on a terminal that reads UTF-8, else "ok" and "FAIL"."""
    out = sys.stdout if stream is None else stream
    encoding = (getattr(out, "encoding", "") or "").lower().replace("-", "")
    return ("✓", "✗") if out.isatty() and encoding == "utf8" else ("ok  ", "FAIL")


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """*rows* in columns as wide as their widest cell, two spaces apart, under *head*."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]
    lines = [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in (head, *rows)
    ]
    return "\n".join(line.rstrip() for line in lines)


def moment(at: int) -> str:
    """Microseconds UTC as "2026-01-31 09:30 UTC"; "never" for 0."""
    if not at:
        return "never"
    return datetime.datetime.fromtimestamp(at / SECOND, datetime.UTC).strftime("%Y-%m-%d %H:%M UTC")
