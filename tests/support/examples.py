"""How many cases a property test tries.

Few by default, so that all of them take seconds. `HYPOTHESIS_EXAMPLES=20000` asks each for that many at
least, and pytest's `--hypothesis-show-statistics` says how many were run.
"""

from __future__ import annotations

import os

from hypothesis import HealthCheck, settings


def examples(few: int) -> settings:
    """Settings for a property test that tries *few* cases, or as many as the environment asks for."""
    return settings(
        max_examples=max(few, int(os.environ.get("HYPOTHESIS_EXAMPLES", "0"))),
        deadline=None,
        suppress_health_check=[HealthCheck.too_slow, HealthCheck.data_too_large],
    )
