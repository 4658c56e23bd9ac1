"""What all parts of the shop stand on."""

from __future__ import annotations

import string

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.testing import World
from plugins.commerce.common import money, taps, texts
from tests.plugins.commerce.goods import Shelf

CURRENCIES = ("KES", "JPY", "KWD", "UGX")


@pytest.mark.database("sqlite", "postgres")
async def test_the_tables_are_there(world: World, shelf: Shelf) -> None:
    """On both databases, by one text."""
    count = await world.db().value("select count(*) from commerce_variant where tenant = :tenant")
    assert count == len(shelf.variants) == 8


@given(st.integers(0, money.LARGEST), st.sampled_from(CURRENCIES))
def test_money_that_is_written_is_read_again(amount: int, currency: str) -> None:
    """For currencies without decimals, with two and with three."""
    assert money.minor(money.major(amount, currency), currency) == amount


@pytest.mark.parametrize(
    "written", ["", "-1", "1e3", "NaN", "1,500", "1.005", "٣", "1 0", "1.", "9" * 16, "inf"]
)
def test_what_is_no_amount_is_refused(written: str) -> None:
    """With a sentence that says how it is written."""
    with pytest.raises(ValueError, match=r"amount|decimals"):
        money.minor(written, "KES")


@given(
    st.sampled_from(["card", "add"]),
    st.lists(st.text(string.ascii_letters + string.digits, min_size=1), max_size=4),
)
def test_a_tap_is_read_as_it_was_made(verb: str, words: list[str]) -> None:
    """Whatever ids and numbers it holds."""
    made = taps.tap(verb, *words)
    assert taps.read(made) == taps.Tap(verb, tuple(words))


@given(st.text(max_size=60))
def test_whatever_is_tapped_is_read_or_not_ours(reply_id: str) -> None:
    """An id that somebody else made, or that was changed."""
    found = taps.read(reply_id)
    assert found is None or reply_id.startswith("c:")


@given(st.text(max_size=60), st.integers(2, 30))
def test_what_is_clipped_fits(text: str, most: int) -> None:
    """Signs beyond the basic plane count twice, as at WhatsApp."""
    assert len(texts.clip(text, most).encode("utf-16-le", "surrogatepass")) // 2 <= most


async def test_an_address_with_a_line_end_is_the_plugins(world: World, shelf: Shelf) -> None:
    """What stands for an id may hold any sign; nobody else answers for the plugin."""
    answer = await world.request("GET", "/p/commerce/codes/a%0Ab", key=True)
    assert answer.status == 404
    assert answer.headers["content-type"].startswith("application/problem+json")
