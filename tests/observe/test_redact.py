"""The net that phone numbers are caught in."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.observe.redact import clean, mask, without_query


@pytest.mark.parametrize(
    "written",
    [
        "+34600111222",
        "34600111222",
        "1234567",
        "+1 (415) 555-2671",
        "0034.600.111.222",
        "٣٤٦٠٠١١١٢٢٢",
        "600 11 12 22",
    ],
)
def test_numbers_are_masked_as_people_write_them(written: str) -> None:
    """Spaces, dots, brackets, dashes and other scripts' digits do not hide a number."""
    assert mask(f"call {written} now") == "call *** now"


@pytest.mark.parametrize(
    "written", ["error 131047", "took 12.5 s", "2026-11-21 02:45:56", "v1.2.3", "127.0.0.1"]
)
def test_short_numbers_and_times_stay(written: str) -> None:
    """Codes, durations, versions and times are still readable."""
    assert mask(written) == written


@given(st.text(max_size=40), st.from_regex(r"[0-9]{7,15}", fullmatch=True), st.text(max_size=2000))
def test_no_digit_run_survives(before: str, number: str, after: str) -> None:
    """Whatever stands around it, seven digits in a row never come out, unless they are an id or a day."""
    shown = mask(f"{before} {number} {after}")
    assert not re.search(r"(?<![-0-9a-f])[0-9]{7,}(?![-0-9a-f])", shown)


scalars = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=9) | st.binary(max_size=9)
)


@given(st.recursive(scalars, lambda inner: st.lists(inner) | st.dictionaries(scalars, inner), max_leaves=20))
def test_cleaning_never_fails(value: object) -> None:
    """Any value can be logged."""
    clean(value)


def test_query_strings_are_cut() -> None:
    """What stands behind a URL's question mark is not kept."""
    assert without_query("GET https://h/p?phone=1&t=x done") == "GET https://h/p done"
