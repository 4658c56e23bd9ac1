"""How far the database's clock is ahead of ours, by its answers."""

from __future__ import annotations

import pytest

from gateway.clock import SECOND, SystemClock
from gateway.cluster.drift import KEPT, Drift
from gateway.cluster.register import Register
from gateway.store.port import Store


class Ahead(SystemClock):
    """The clock of a machine that is *seconds* ahead."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds

    def now(self) -> int:
        return super().now() + int(self._seconds * SECOND)


def test_the_middle_of_the_quickest_answer_counts() -> None:
    """One that took long, before it or after it, says less."""
    drift = Drift()
    assert drift.offset == 0
    drift.heard(1_000, 51_500, 3_000)
    assert drift.offset == 49_500
    drift.heard(5_000, 55_200, 5_400)
    assert drift.offset == 50_000
    drift.heard(7_000, 57_900, 9_000)
    assert drift.offset == 50_000


def test_a_clock_that_was_set_is_followed_at_once() -> None:
    """What was heard before contradicts, and is forgotten; an answer during which ours was set back says
    nothing."""
    drift = Drift()
    drift.heard(1_000, 1_100, 1_200)
    drift.heard(9_000_000, 5_000, 8_000_000)
    assert drift.offset == 0
    drift.heard(2_000, 702_500, 3_000)
    assert drift.offset == 700_000


def test_what_was_heard_long_ago_counts_no_more() -> None:
    """Clocks drift: the quickest of the last answers is the one that counts."""
    drift = Drift()
    drift.heard(0, 0, 0)
    for _ in range(KEPT):
        drift.heard(1_000, 1_700, 2_000)
    assert drift.offset == 200


@pytest.mark.parametrize("seconds", [-1.5, 0.0, 1.5])
async def test_joining_and_renewing_show_it(postgres: Store, seconds: float) -> None:
    """To a few milliseconds, on a machine whose clock is off."""
    register = Register(postgres, Ahead(seconds), takes=False)
    await register.join("a", 60 * SECOND)
    assert abs(register.drift.offset + seconds * SECOND) < 0.5 * SECOND
    for _ in range(5):
        await register.renew("a", 60 * SECOND)
    assert abs(register.drift.offset + seconds * SECOND) < 0.2 * SECOND
