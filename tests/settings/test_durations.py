"""Lengths of time as people write them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.settings.durations import seconds


@pytest.mark.parametrize(
    ("written", "expected"),
    [
        ("100ms", 0.1),
        ("120s", 120),
        ("5m", 300),
        ("1h", 3600),
        ("2d", 172800),
        ("1.5s", 1.5),
        (" 3 s ", 3),
        (7, 7),
        (0, 0),
    ],
)
def test_units(written: object, expected: float) -> None:
    """Each unit, and plain numbers, which are seconds."""
    assert seconds(written) == pytest.approx(expected)


@pytest.mark.parametrize(
    "written", ["", "5", "m", "-5s", "5 years", "1h30m", "5S", "٣s", "1e3s", True, -1, None, [], 1e999]
)
def test_what_is_no_length_of_time(written: object) -> None:
    """Anything else is refused, not guessed."""
    with pytest.raises(ValueError):
        seconds(written)


@given(
    st.one_of(
        st.text(), st.integers(), st.floats(), st.booleans(), st.none(), st.from_regex(r"\d+(ms|s|m|h|d)")
    )
)
def test_never_negative_never_another_error(written: object) -> None:
    """Whatever is written gives a finite length of at least 0, or ValueError."""
    try:
        assert 0 <= seconds(written) < float("inf")
    except ValueError:
        pass
