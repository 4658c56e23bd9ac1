"""Aliases of phone numbers: both ways, and for nobody else."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.phone import aliases

PAIRS = [
    ("+5531987654321", "+553187654321"),  # Brazil: the ninth digit
    ("+5215512345678", "+525512345678"),  # Mexico: the 1 that was abolished
    ("+5491123456789", "+541123456789"),  # Argentina: the 9 of mobiles
]


@pytest.mark.parametrize(("one", "other"), PAIRS)
def test_each_form_finds_the_other(one: str, other: str) -> None:
    """Whichever form is known, the other one leads to it."""
    assert aliases(one) == (other,)
    assert aliases(other) == (one,)


@pytest.mark.parametrize("phone", ["+553133334444", "+34600111222", "+254700000001", "+55", "+", ""])
def test_other_numbers_have_none(phone: str) -> None:
    """A Brazilian landline gets no ninth digit, and no other country is known to change anything."""
    assert aliases(phone) == ()


@given(st.text("0123456789", min_size=0, max_size=15))
def test_an_alias_leads_back(digits: str) -> None:
    """For any digits: the alias of an alias is the number itself, and both are of the same country."""
    for other in aliases(f"+{digits}"):
        assert aliases(other) == (f"+{digits}",)
        assert other[:3] == f"+{digits}"[:3]
