"""Parts of a whole that add up to it."""

from __future__ import annotations

from collections.abc import Sequence


def share(whole: int, weights: Sequence[int]) -> list[int]:
    """*whole* in parts as large as their *weights*, none of them negative, by largest remainder: each gets
    what it has a right to, rounded down, and what is left over goes to those who lost most, of equal ones to
    the first. Without weights (all 0) there is nothing to go by, and *whole* has to be 0."""
    total = sum(weights)
    if total == 0:
        if whole:
            raise ValueError(f"{whole} cannot be shared among nothing")
        return [0] * len(weights)
    parts = [whole * weight // total for weight in weights]
    lost = [whole * weight % total for weight in weights]
    by_loss = sorted(range(len(weights)), key=lambda place: -lost[place])
    for place in by_loss[: whole - sum(parts)]:
        parts[place] += 1
    return parts


def half_up(amount: int, times: int, by: int) -> int:
    """``amount × times ÷ by``, none of them negative, rounded half up."""
    return (2 * amount * times + by) // (2 * by)
