"""How many, as people write it."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway import Answer, Invalid, fields, inbound
from plugins.commerce.cart.quantity import LONGEST, Quantity, Reading, read_quantity, readings


def number(text: str) -> int | None:
    """As a contact in Kenya writes numbers."""
    try:
        return fields.integer.read(Answer(content=inbound.Text(text), text=text, country="KE"))
    except Invalid:
        return None


@pytest.mark.parametrize(
    ("written", "qty"),
    [
        ("2", 2), ("two", 2), ("dos", 2), ("mbili", 2), ("TWO", 2), ("٣", 3), ("３", 3), ("3️⃣", 3),
        ("2kg", 2), ("2 kg", 2), ("2 Kilos", 2), ("5pcs", 5), ("x2", 2), ("2x", 2), ("× 2", 2), ("2 ×", 2),
        ("dozen", 12), ("a dozen", 12), ("2 dozen", 24), ("2dozen", 24), ("una docena", 12),
        ("dazeni", 12), ("dazeni mbili", 24), ("½ dozen", 6), ("half a dozen", 6), ("1/2 dozen", 6),
        ("media docena", 6), ("nusu dazeni", 6), ("1½ dozen", 18), ("¼ dozen", 3), ("1,000", 1000),
        ("two hundred", 200), ("1000000000", 10**9),
    ],
)  # fmt: skip
def test_quantities(written: str, qty: int) -> None:
    """In digits of every script, in words of three languages, by the dozen, with a unit."""
    assert read_quantity(written, number) == Quantity(qty, written)


@pytest.mark.parametrize(
    "written",
    [
        "0",
        "zero",
        "-1",
        "−1",
        "1e9",
        "1E9",
        "2.5",
        "0.5",
        "½",
        "1½",
        "half",
        "1/2",
        "500g",
        "250 ml",
        "1.5kg",
    ],
)
def test_quantities_that_nobody_sells(written: str) -> None:
    """They are meant as quantities, and the customer is told."""
    assert read_quantity(written, number) == Quantity(0, written)


@pytest.mark.parametrize("written", ["", "lots", "kg", "x", "mango", "MNG-EA", "two mangos", "🥭", "a lot"])
def test_what_is_no_quantity(written: str) -> None:
    """It may be what is meant."""
    assert read_quantity(written, number) is None


@pytest.mark.parametrize(
    ("written", "what", "qty"),
    [
        ("mango-big 2", "mango-big", 2),
        ("2 mango", "mango", 2),
        ("x2 MNG-EA", "MNG-EA", 2),
        ("MNG-EA x2", "MNG-EA", 2),
        ("2kg sukuma", "sukuma", 2),
        ("2 kg of sukuma wiki", "sukuma wiki", 2),
        ("dos kilos de mango", "mango", 2),
        ("embe mbili", "embe", 2),
        ("half a dozen eggs", "eggs", 6),
        ("a dozen bananas", "bananas", 12),
        ("SUK 1KG", "SUK", 1),
        ("MNG-EA 2.5", "MNG-EA", 0),
        ("MNG-EA -1", "MNG-EA", 0),
    ],
)
def test_a_quantity_before_or_behind(written: str, what: str, qty: int) -> None:
    """All of it comes first: "SUK 1KG" may be a SKU."""
    ways = list(readings(written, number))
    assert ways[0] == Reading(written)
    assert [(way.what, way.quantity.qty) for way in ways[1:] if way.quantity] == [(what, qty)]


def test_nothing_is_left_out_when_nothing_is_a_quantity() -> None:
    """The only reading is all of it; a number alone is what is meant."""
    assert list(readings("mango juice", number)) == [Reading("mango juice")]
    assert list(readings("2", number)) == [Reading("2")]


@given(st.text(max_size=400))
def test_whatever_is_written_is_read_or_not(text: str) -> None:
    """It never raises, never makes less than a thing, and what is meant is a part of what was written."""
    for way in readings(text, number):
        assert len(way.what) <= LONGEST
        assert way.quantity is None or way.quantity.qty >= 0
    found = read_quantity(text, number)
    assert found is None or found.qty >= 0


@given(
    st.integers(1, 10**9), st.sampled_from(["{} mango", "mango {}", "x{} mango", "mango {}x", "{}kg mango"])
)
def test_every_whole_number_is_read(qty: int, shape: str) -> None:
    """Wherever it stands."""
    ways = list(readings(shape.format(qty), number))
    assert [way.quantity.qty for way in ways if way.quantity] == [qty]
    assert ways[-1].what == "mango"
