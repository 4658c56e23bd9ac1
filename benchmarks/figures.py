"""What a row finds: a figure, what it is compared with, the target and the verdict."""

from __future__ import annotations

import math
import statistics
from collections.abc import Sequence

from msgspec import Struct


class Figure(Struct, frozen=True, kw_only=True):
    """One line of the table. *values* are what the target judges, one per round."""

    name: str
    values: tuple[float, ...]
    unit: str = "x"
    target: float | None = None
    #: Whether the target is an upper bound.
    at_most: bool = False
    #: Ours and the other's absolute figure, in words: they belong to this machine.
    ours: str = ""
    against: str = ""
    note: str = ""

    @property
    def value(self) -> float:
        """The median over the rounds."""
        return statistics.median(self.values)

    @property
    def verdict(self) -> str:
        """met, missed, or – where no target is set."""
        if self.target is None:
            return "–"
        met = self.value <= self.target if self.at_most else self.value >= self.target
        return "met" if met else "missed"


def ratios(ours: Sequence[float], theirs: Sequence[float]) -> tuple[float, ...]:
    """Ours over theirs, round by round."""
    return tuple(a / b for a, b in zip(ours, theirs, strict=True))


def percentile(values: Sequence[float], share: float) -> float:
    """The smallest value that *share* of all values do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, math.ceil(share * len(ordered)) - 1)]


def rate(values: Sequence[float], unit: str = "/cpu-s") -> str:
    """The median of some rates, for a cell of the table."""
    return f"{statistics.median(values):,.0f}{unit}"
