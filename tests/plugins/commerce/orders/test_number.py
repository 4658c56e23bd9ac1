"""Numbers of orders: what slips when they are typed is noticed, how they are written does not matter."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from plugins.commerce.orders.number import DIGITS, LENGTH, check_of, new_number, read_number

signs = st.sampled_from(DIGITS)
numbers = st.text(signs, min_size=LENGTH - 1, max_size=LENGTH - 1).map(lambda drawn: drawn + check_of(drawn))


def test_a_new_number_is_read_as_it_is() -> None:
    """Seven characters, none of which looks like another."""
    made = {new_number() for _ in range(200)}
    assert len(made) > 190
    assert all(read_number(number) == number and len(number) == LENGTH for number in made)


@given(numbers, st.integers(0, LENGTH - 1), signs)
def test_one_wrong_character_is_noticed(number: str, place: int, sign: str) -> None:
    """Whichever it is, the check itself too."""
    slipped = number[:place] + sign + number[place + 1 :]
    assert read_number(slipped) == (number if slipped == number else "")


@given(numbers, st.integers(0, LENGTH - 2), st.data())
def test_two_that_were_swapped_are_noticed(number: str, place: int, data: st.DataObject) -> None:
    """Neighbours, and any other two."""
    other = data.draw(st.integers(place + 1, LENGTH - 1))
    swapped = list(number)
    swapped[place], swapped[other] = swapped[other], swapped[place]
    slipped = "".join(swapped)
    assert read_number(slipped) == (number if slipped == number else "")


@given(numbers)
def test_it_may_be_written_in_many_ways(number: str) -> None:
    """Small letters, dashes, a sign before it, and letters that look like digits."""
    alike = number.translate(str.maketrans("01", "OL"))
    for written in (
        number.lower(),
        f"#{number}",
        f" {number[:3]}-{number[3:]} ",
        alike,
        alike.replace("L", "i"),
    ):
        assert read_number(written) == number


@pytest.mark.parametrize("written", ["", "#", "K7Q3M9", "K7Q3M9TT", "🍎" * 7, "K7Q3M9U", "x" * 10_000, "ⅷⅷ"])
def test_what_is_no_number_is_none(written: str) -> None:
    """Too short, too long, or with characters that no number has."""
    assert read_number(written) == ""
