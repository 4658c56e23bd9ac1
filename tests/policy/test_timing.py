"""When a message may go by its window alone."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.clock import HOUR
from gateway.policy.timing import timing


@pytest.mark.parametrize(("until", "send"), [(1001, True), (1000, False), (0, False)])
def test_the_window_decides(until: int, send: bool) -> None:
    """Its end is the deadline; on the microsecond it is over."""
    told = timing(until, True, 1000)

    assert told.send is send
    assert told.deadline == (until if send else 0)


def test_a_template_may_always_go() -> None:
    """For three days."""
    told = timing(0, False, 1000)

    assert (told.send, told.deadline) == (True, 1000 + 72 * HOUR)


@given(st.integers(0, 10**6), st.integers(0, 10**6), st.integers(0, 10**6), st.booleans())
def test_a_message_for_later_is_never_dropped_and_never_early(
    until: int, now: int, at: int, free_form: bool
) -> None:
    """Free-form or template: it waits until it was asked for."""
    told = timing(until, free_form, now, at)
    due = max(now, at)

    assert told.hold == (at if at > now else 0)
    if at > now or not free_form:
        assert told.send
    else:
        assert told == timing(until, True, now)
    if not free_form:
        assert (told.reason, told.deadline) == ("", due + 72 * HOUR)
    elif told.send:
        assert (told.reason == "") == (until > due)
