"""E-mail addresses that were nearly right."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.commerce.checkout import slips


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("amina@gmial.com", "amina@gmail.com"),
        ("amina@gmal.com", "amina@gmail.com"),
        ("amina@gmaill.com", "amina@gmail.com"),
        ("amina@gmail.con", "amina@gmail.com"),
        ("amina@gmail.co", "amina@gmail.com"),
        ("amina@hotnail.com", "amina@hotmail.com"),
        ("amina@yaho.com", "amina@yahoo.com"),
        ("amina@outlok.com", "amina@outlook.com"),
    ],
)
def test_a_slip_is_offered_back(written: str, meant: str) -> None:
    """One letter too many, missing, wrong, or two swapped."""
    assert slips.meant(written) == meant


@pytest.mark.parametrize(
    "written",
    ["a@gmail.com", "a@mail.com", "a@ymail.com", "a@example.com", "a@duka.co.ke", "a@g.co", "", "gmial.com"],
)
def test_what_is_no_slip_is_left_alone(written: str) -> None:
    """Also what is near, and somebody's."""
    assert slips.meant(written) == ""


@given(st.sampled_from(slips.USUAL), st.data())
def test_every_single_slip_is_noticed(domain: str, data: st.DataObject) -> None:
    """A letter that was left out: it is offered back, or it is somebody's own."""
    place = data.draw(st.integers(0, len(domain) - 1))
    written = f"a@{domain[:place]}{domain[place + 1 :]}"
    known = written[2:] in slips.USUAL or written[2:] in slips.OTHERS
    assert bool(slips.meant(written)) != known
