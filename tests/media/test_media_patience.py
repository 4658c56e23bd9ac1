"""How long a file is asked for again."""

from __future__ import annotations

from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clock import DAY, SECOND
from gateway.media.patience import Failure, Reason, pause, reason_of
from gateway.provider.errors import ErrorClass


@pytest.mark.parametrize("reason", ["gone", "blocked", "too_large", "no_source"])
def test_what_will_not_change_is_given_up_at_once(reason: Reason) -> None:
    """Asking again would only annoy."""
    assert pause(Failure(reason, ""), 1, 0, 0.5) is None


@given(
    st.sampled_from(["unavailable", "unauthorized", "no_channel"]),
    st.integers(1, 10_000), st.integers(0, 10 * DAY), st.floats(0, 1, exclude_max=True),
    st.floats(0, 1e9),
)  # fmt: skip
def test_pauses_are_bounded(reason: Reason, attempt: int, age: int, chance: float, asked: float) -> None:
    """Never nothing, never longer than six hours, never beyond the patience."""
    found = pause(Failure(reason, "", asked), attempt, age, chance)

    if found is None:
        assert age > 0.7 * DAY
    else:
        assert 1.0 <= found <= 6 * 3600
        assert age + found * SECOND < 6 * DAY


def test_pauses_grow_and_obey() -> None:
    """Twice as long each time, up to an hour; never earlier than asked for."""
    pauses = [pause(Failure("unavailable", ""), attempt, 0, 0.99999) for attempt in range(1, 15)]

    assert pauses[0] == pytest.approx(2, 0.01)
    assert pauses[3] == pytest.approx(16, 0.01)
    assert pauses[-1] == pytest.approx(3600, 0.01)
    assert pause(Failure("unavailable", "", 90.0), 1, 0, 0.0) == 90.0


@pytest.mark.parametrize("kind", get_args(ErrorClass))
def test_every_refusal_means_something(kind: ErrorClass) -> None:
    """For a file."""
    assert reason_of(kind) in get_args(Reason)
    assert (reason_of(kind) == "gone") == (kind == "media")
