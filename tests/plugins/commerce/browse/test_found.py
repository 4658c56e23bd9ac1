"""What is answered when somebody writes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.testing import Contact, World
from plugins.commerce.browse.examples import rounded
from plugins.commerce.browse.found import nearest, read_again, searched, written
from plugins.commerce.catalogue.item import Category
from plugins.commerce.common import taps
from plugins.commerce.common.money import units
from tests.plugins.commerce.conftest import SETTINGS
from tests.plugins.commerce.goods import Good, Shelf, stock_up

HELPED = {"commerce": {**SETTINGS, "help": "Call 0712 000 111, 8:00 to 18:00."}}
QUIET = {"commerce": {**SETTINGS, "answer_all": False}}


@pytest.mark.provider("all")
async def test_one_thing_that_is_found_is_its_card(ana: Contact, shelf: Shelf) -> None:
    """Nobody has to choose from a list of one."""
    await ana.says("sukuma")
    assert "Add to cart" in (await ana.sees("Only 3 left")).buttons


async def test_a_slip_of_the_finger_is_told(ana: Contact, shelf: Shelf) -> None:
    await ana.says("mnago")
    assert await ana.sees("I took “mnago” for “mango”.")


async def test_a_number_opens_that_very_variant(ana: Contact, shelf: Shelf) -> None:
    """Not the product with all its kinds."""
    await ana.says("TS-RED-L")
    assert (await ana.sees("T-shirt (Red, L)")).buttons[0] == "Tell me when back"
    await ana.says("ts blu m")
    card = await ana.sees("T-shirt (Blue, M)")
    assert card.buttons == ["Add to cart", "View cart", "More"]


async def test_the_word_search_and_what_follows_it(ana: Contact, shelf: Shelf) -> None:
    await ana.says("SEARCH bananas")
    assert await ana.sees("KES 120.00")
    await ana.says("search")
    assert await ana.sees("Write what you are looking for.")
    await ana.says("buscar")
    assert await ana.sees("I found nothing for “buscar”")


async def test_many_are_turned_over_page_by_page(world: World, ana: Contact) -> None:
    """Back and forth, by taps that hold the words."""
    await stock_up(world, _teas(20))
    await ana.says("tea: herbal & green, hot")
    first = await ana.sees("This is what we have for “tea: herbal & green, hot”:")
    assert len(first.buttons) == 10
    assert first.buttons[-2:] == ["Next page", "Menu"]
    await ana.taps("Next page")
    second = await ana.sees("9 to 16")
    assert second.buttons[-2:] == ["Previous page", "Next page"]
    await ana.taps("Next page")
    last = await ana.sees("17 to 20")
    assert len(last.buttons) == 6
    shown = {title for each in (first, second, last) for title in each.buttons if title.startswith("Herbal")}
    assert len(shown) == 20


async def test_nothing_found_is_never_said_twice_alike(world: World, ana: Contact, shelf: Shelf) -> None:
    """First suggestions, then how to write, then somebody to ask; and it is noted for the owner."""
    await ana.says("shop")
    await ana.says("zeppelin")
    first = await ana.sees("I found nothing for “zeppelin”.")
    assert "Fresh" in first.buttons
    await ana.says("zeppelins")
    assert await ana.sees("“zeppelins” finds nothing either.")
    assert await ana.sees("such as “T-shirt under 2000”")
    await ana.says("airship")
    assert await ana.sees("HELP shows all that you can write here.")
    await ana.says("mango")
    await ana.says("zeppelin")
    assert await ana.sees("I found nothing for “zeppelin”.")
    noted = await world.db().all("select words, times from commerce_missed where tenant = :tenant")
    assert {row["words"]: row["times"] for row in noted}["zeppelin"] == 2


@pytest.mark.plugins("commerce", settings=HELPED)
async def test_in_the_end_there_is_somebody_to_ask(ana: Contact, shelf: Shelf) -> None:
    """Whom the shop names; HELP says it too."""
    await ana.says("shop")
    for word in ("zeppelin", "airship", "balloon"):
        await ana.says(word)
    assert await ana.sees("Call 0712 000 111")
    await ana.says("help")
    assert await ana.sees("Call 0712 000 111")


async def test_a_mistyped_number_is_offered_back(ana: Contact, shelf: Shelf) -> None:
    await ana.says("shop")
    await ana.says("BNA-1")
    near = await ana.sees("Did you mean one of these?")
    assert "BAN-1" in near.buttons
    await ana.taps("BAN-1")
    assert await ana.sees("KES 120.00")


async def test_who_is_new_and_not_understood_is_welcomed(ana: Contact, shelf: Shelf) -> None:
    await ana.says("do you deliver to the moon")
    assert await ana.sees("Welcome to Duka Moja!")


@pytest.mark.plugins("commerce", settings=QUIET)
async def test_a_shop_that_does_not_answer_all(ana: Contact, shelf: Shelf) -> None:
    """Leaves what people write to others, and hears its own words all the same."""
    for text in ("mango", "zeppelin", "hello", "thanks"):
        await ana.says(text)
        await ana.sees_nothing()
    await ana.says("search mango")
    assert await ana.sees("KES 50.00")
    await ana.says("menu")
    assert await ana.sees("What would you like to do?")


@given(st.text(max_size=300))
def test_words_go_through_a_tap_and_come_back(text: str) -> None:
    """Whatever was written: the tap fits, and the next page searches for the same."""
    words = searched(text)
    tapped = taps.read(taps.tap("find", written(words), 50))
    assert tapped is not None
    assert read_again(tapped.word(0)) == words
    assert searched(words) == words


@given(st.text(max_size=80))
def test_words_that_nobody_wrote_are_none(part: str) -> None:
    """A tap that was made elsewhere."""
    assert isinstance(read_again(part), str)


@given(st.integers(0, 10**14), st.sampled_from(["KES", "JPY", "KWD"]))
def test_an_example_of_a_price_is_round_and_enough(price: int, currency: str) -> None:
    """1, 2 or 5 and noughts."""
    found = rounded(price, currency)
    assert found * units(currency) >= price
    assert str(found).rstrip("0") in ("", "1", "2", "5")


def test_the_nearest_category_comes_first() -> None:
    known = [Category(name, "", name, name) for name in ("Clothes", "Fresh", "Drinks")]
    assert next(each.name for each in nearest("drink", known)) == "Drinks"


def _teas(count: int) -> list[Good]:
    return [
        Good(f"tea{n}", "fruit", f"Herbal green tea {n}", {}, "", "Hot.", [("", f"TEA-{n}", 1000 + n, 9)])
        for n in range(count)
    ]
