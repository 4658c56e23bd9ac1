"""When a delivery is tried again, and how 10,000 that failed together come back (P10)."""

from __future__ import annotations

import random
from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.endpoints.schedule import PAUSES, breather, judge

CHANCE = st.floats(0, 1, exclude_max=True)


@given(status=st.integers(0, 999), tries=st.integers(1, 30), chance=CHANCE, after=st.floats(0, 1e7))
def test_a_retry_is_never_early_and_not_much_later(
    status: int, tries: int, chance: float, after: float
) -> None:
    """At least the pause, at most a fifth (or five seconds) more, unless the receiver asks for an hour."""
    verdict = judge(status, tries, chance, after)
    if 200 <= status < 300:
        assert verdict.fate == "done"
    elif status == 410:
        assert verdict.fate == "gone"
    elif tries > len(PAUSES):
        assert verdict.fate == "failed"
    else:
        asked = min(after, 3600.0) if status in (429, 503) else 0.0
        pause = PAUSES[tries - 1]
        assert verdict.fate == "waiting"
        assert verdict.hold == asked
        assert max(pause, asked) <= verdict.delay <= max(pause + max(pause / 5, 5), asked)


def test_the_schedule_is_longer_than_three_days() -> None:
    """Even when no pause is made longer by chance."""
    assert sum(PAUSES) >= 72 * 3600
    assert len(PAUSES) == 9


def test_one_that_goes_on_failing_is_left_alone_for_a_minute_at_most() -> None:
    """The first failures cost nothing."""
    assert [breather(n) for n in (0, 1, 4, 5, 6, 9, 12, 4000)] == [0, 0, 0, 1, 2, 16, 60, 60]


def test_p10_ten_thousand_that_fail_at_once_do_not_come_back_at_once() -> None:
    """Each wave of retries is spread over its time: no twentieth of it has three times the mean."""
    dice, count = random.Random(5), 10_000
    at = [0.0] * count
    worst = 0.0
    for tries, pause in enumerate(PAUSES, 1):
        at = [each + judge(500, tries, dice.random()).delay for each in at]
        begin, end = min(at), max(at)
        width = (end - begin) / 20
        rates = Counter(min(19, int((each - begin) / width)) for each in at)
        ratio = max(rates.values()) / (count / 20)
        worst = max(worst, ratio)
        print(f"P10: retry {tries} after {pause:>6g} s: over {end - begin:8.1f} s, peak {ratio:.2f} × mean")
    assert worst <= 3.0


@pytest.mark.parametrize("status", [0, 301, 400, 404, 408, 500, 502])
def test_everything_but_a_2xx_is_tried_again(status: int) -> None:
    """A receiver that says 400 today may have been mended tomorrow."""
    assert judge(status, 1, 0.5).fate == "waiting"
