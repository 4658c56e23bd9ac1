"""How long a job that failed waits."""

from __future__ import annotations

#: Seconds after the first failure, and at most.
FIRST, LONGEST = 2.0, 3600.0


def wait(failures: int, chance: float) -> float:
    """Seconds until the next run after so many *failures*: twice as long each time, moved by up to a half
    either way by *chance* (0 to 1), so that what failed together does not come back together."""
    return min(FIRST * 2.0 ** min(max(failures - 1, 0), 16), LONGEST) * (0.5 + chance)
