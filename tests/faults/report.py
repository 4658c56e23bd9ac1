"""A run's report as text for a terminal."""

from __future__ import annotations

from tests.faults.judge import Report

_EXAMPLES = 5


def table(name: str, report: Report) -> str:
    """Figures, then promises with the number of breaks, then examples of the breaks."""
    width = max(map(len, (*report.figures, *report.violations)), default=0)
    lines = [f"== {name}: {'all promises kept' if report.ok else 'BROKEN PROMISES'}"]
    lines += [f"   {what:<{width}}  {count:>8,}" for what, count in report.figures.items()]
    for what, found in report.violations.items():
        lines.append(f" {'!' if found else ' '} {what:<{width}}  {len(found):>8,}")
        lines += [f"       {example}" for example in found[:_EXAMPLES]]
    return "\n".join(lines)
