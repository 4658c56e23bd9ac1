"""The table for a person and the JSON for a machine."""

from __future__ import annotations

import platform
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from benchmarks.figures import Figure

_HEAD = ("figure", "ours", "against", "value (min–max)", "target", "verdict")


def table(figures: Sequence[Figure]) -> str:
    """One line a figure, the notes below."""
    rows = [_HEAD, *(_cells(figure) for figure in figures)]
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEAD))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines.insert(1, "  ".join("-" * width for width in widths))
    notes = [f"  {figure.name}: {figure.note}" for figure in figures if figure.note]
    return "\n".join([*lines, "", *notes])


def _cells(figure: Figure) -> tuple[str, ...]:
    low, high = min(figure.values), max(figure.values)
    value = f"{_number(figure.value)}{figure.unit} ({_number(low)}–{_number(high)})"
    sign = "≤" if figure.at_most else "≥"
    target = f"{sign} {_number(figure.target)}{figure.unit}" if figure.target is not None else "–"
    return figure.name, figure.ours or "–", figure.against or "–", value, target, figure.verdict


def _number(value: float) -> str:
    return f"{value:,.0f}" if abs(value) >= 100 else f"{value:.3g}" if abs(value) < 1 else f"{value:.2f}"


def write(figures: Sequence[Figure], failures: dict[str, str], scale: str, path: Path) -> None:
    """Write all values of all rounds to *path*."""
    document = {
        "at": time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime()),
        "python": platform.python_version(),
        "machine": platform.machine(),
        "scale": scale,
        "figures": [
            {**msgspec.to_builtins(figure), "value": figure.value, "verdict": figure.verdict}
            for figure in figures
        ],
        "failures": failures,
    }
    path.write_bytes(msgspec.json.format(msgspec.json.encode(document)))
