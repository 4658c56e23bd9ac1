"""Tables of error codes, and reading of what a provider tells."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.provider.codes import Codes, Rule, settled
from gateway.provider.told import rows, text

KNOWN, FAMILY, LIMIT = Rule("media", "known"), Rule("template", "family"), Rule("rate_limited", "slower")
DOUBT, WRONG, UNKNOWN = Rule("ambiguous", "wait"), Rule("invalid", "wrong"), Rule("unknown", "new")
TABLE = Codes({7: KNOWN, 21: KNOWN}, ((20, 29, FAMILY),), {429: LIMIT}, DOUBT, WRONG, UNKNOWN)


@pytest.mark.parametrize(
    ("code", "http", "rule"),
    [
        (7, 500, KNOWN),
        (21, 400, KNOWN),
        (20, 400, FAMILY),
        (29, 503, FAMILY),
        (30, 500, DOUBT),
        (0, 429, LIMIT),
        (0, 418, WRONG),
        (30, 418, UNKNOWN),
        (0, 200, UNKNOWN),
    ],
)
def test_the_code_decides_and_then_the_status(code: int, http: int, rule: Rule) -> None:
    """Its own rule first, then its family's, then what the status says."""
    assert TABLE.rule(code, http) is rule


def test_nothing_is_in_doubt_once_a_status_tells_of_the_failure() -> None:
    """The message did not arrive, so it may be tried again."""
    assert (settled("ambiguous"), settled("media")) == ("unavailable", "media")


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
)


@given(_JSON)
def test_anything_may_stand_anywhere(told: object) -> None:
    """What is no text, and what is no object, is as if it were not there."""
    assert len(text(told, "a", "b")) <= 500
    assert all(isinstance(row, dict) for row in rows(told))
    assert text({"a": {"b": told}}, "a", "b") == text(told)
