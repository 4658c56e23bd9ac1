"""What is neither a command nor a search."""

from __future__ import annotations

from typing import Any

import pytest

from gateway.testing import Contact, World
from tests.plugins.commerce.goods import Shelf

pytestmark = pytest.mark.usefixtures("shelf")


@pytest.mark.parametrize(
    ("kind", "words"),
    [
        ("image", "I cannot see pictures"),
        ("voice", "I cannot listen to voice notes."),
        ("sticker", "I cannot see pictures"),
        ("document", "I cannot see pictures"),
        ("location", "We ask where to deliver when you order."),
    ],
)
async def test_what_has_no_words_is_answered_kindly(ana: Contact, kind: str, words: str) -> None:
    """With a way on."""
    what: dict[str, Any] = {kind: True}
    await ana.sends(**what)
    assert (await ana.sees(words)).buttons == ["Shop", "Menu", "Help"]


async def test_a_contact_card_is_answered_kindly(ana: Contact) -> None:
    await ana.sends("contacts")
    assert await ana.sees("I cannot do anything with a contact here.")


async def test_a_reaction_is_not_answered(ana: Contact) -> None:
    await ana.says("menu")
    seen = await ana.sees("Welcome")
    await ana.sends("reaction", message_id=seen.id, emoji="👍")
    await ana.sees_nothing()


@pytest.mark.parametrize("text", ["👍", "!!!", "Thanks!", "ok"])
async def test_a_smile_and_a_thank_you_are_no_search(world: World, ana: Contact, text: str) -> None:
    await ana.says(text)
    assert await ana.sees("You are welcome!")
    assert not await world.db().value("select count(*) from commerce_missed where tenant = :tenant")


@pytest.mark.parametrize(
    "text",
    [
        "mango",
        "ok",
        "thanks",
        "cart",
        "orders",
        "menu",
        "note that we meet at 5",
        "add me",
        "owner MWENYE-7788",
    ],
)
async def test_what_is_said_in_a_group_is_not_answered(world: World, ana: Contact, text: str) -> None:
    """People talk to each other there; their carts and orders are nobody else's business."""
    await world.sim.says(ana.phone, text, group="120363000000000001")
    await world.settle()
    assert not world.sent
    assert not await world.db().value(
        "select count(*) from message where tenant = :tenant and direction = 'out'"
    )


async def test_who_opens_the_chat_is_welcomed(ana: Contact) -> None:
    """Before a word was written."""
    await ana.sends("request_welcome")
    assert await ana.sees("Welcome to Duka Moja!")


async def test_an_old_tap_shows_the_menu_of_today(ana: Contact) -> None:
    """Of a verb that there is no more."""
    await ana.sends("button_reply", id="c:bygone:17:4", title="Old")
    assert await ana.sees("That is from an old menu.")


async def test_a_button_of_a_conversation_that_is_over(ana: Contact) -> None:
    """Is no search for its words."""
    await ana.sends("button_reply", id="f.1.2.yes", title="Confirm")
    assert await ana.sees("That is from an old menu.")


async def test_a_number_behind_a_card_is_how_many(world: World, ana: Contact, shelf: Shelf) -> None:
    """It is asked back, for it may have meant something else; what the menu numbers is the menu's."""
    await ana.says("mango")
    await ana.says("7")
    assert await ana.sees("Shall we put 7 × Mango into your cart?")
    await ana.taps("Yes, add 7")
    assert await _mangos(world, shelf) == 7
    await ana.says("mango")
    await ana.says("2")
    assert await ana.sees("Your cart:")
    await ana.waits("11m")
    await ana.says("7")
    assert await ana.sees("I found nothing for “7”")


async def test_how_many_is_tapped_or_written(world: World, ana: Contact, shelf: Shelf) -> None:
    """And what is no whole number is asked again, with an example."""
    await ana.says("mango")
    await ana.taps("More")
    await ana.taps("Add several")
    await ana.taps("5")
    assert await _mangos(world, shelf) == 5
    await ana.says("mango")
    await ana.taps("More")
    await ana.taps("Add several")
    await ana.taps("Another number")
    assert await ana.sees("as a whole number such as 4")
    for wrong in ("2.5", "0", "1e9", "half a kilo"):
        await ana.says(wrong)
        assert await ana.sees("We sell whole ones only, from one on.")
        assert await ana.sees("such as 4")
    await ana.says("12")
    assert await _mangos(world, shelf) == 17
    await ana.says("mango")
    await ana.taps("More")
    await ana.taps("Add several")
    await ana.says("a dozen")
    assert await _mangos(world, shelf) == 29
    await ana.says("mango")
    await ana.taps("More")
    await ana.taps("Add several")
    await ana.says("bananas")
    assert await ana.sees("KES 120.00")


@pytest.mark.parametrize("number", ["99999999", "999999999"])
async def test_more_than_there_is_is_told(world: World, ana: Contact, shelf: Shelf, number: str) -> None:
    """As many as can be had are in the cart."""
    await ana.says("mango")
    await ana.taps("More")
    await ana.taps("Add several")
    await ana.says(number)
    assert await ana.sees("40")
    assert await _mangos(world, shelf) == 40


async def test_help_tells_all_words_of_all_parts(ana: Contact) -> None:
    """And what needs no word."""
    await ana.says("help")
    told = await ana.sees("You can write:")
    for word in ("*MENU*", "*SHOP*", "*SEARCH [WORDS]*", "*CART*", "“T-shirt under 2000”"):
        assert word in told.text
    assert "HELLO" not in told.text
    assert (await ana.sees("Or tap:")).buttons == ["Menu", "Shop"]


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("MENU", "What would you like to do?"), ("menú", "What would you like to do?"),
        ("  HOME! ", "What would you like to do?"), ("?", "You can write:"), ("catalogue", "looking for?"),
    ],
)  # fmt: skip
async def test_words_are_heard_however_they_are_written(ana: Contact, text: str, words: str) -> None:
    await ana.says(text)
    assert await ana.sees(words)


@pytest.mark.parametrize(
    ("language", "texts"),
    [
        (
            "es",
            ["menú principal", "inicio", "hola", "tienda", "CATÁLOGO", "buscar mango", "ayuda", "gracias"],
        ),
        ("sw", ["menyu", "jambo", "duka", "tafuta embe", "msaada", "asante sana", "menu", "search mango"]),
    ],
)
async def test_words_of_other_languages(world: World, ana: Contact, language: str, texts: list[str]) -> None:
    """Spanish and Swahili, and English always."""
    await ana.says("menu")
    contact = await world.db().value("select id from contact where tenant = :tenant")
    answer = await world.request(
        "PATCH", f"/api/v1/contacts/{contact}", key=True, json={"language": language}
    )
    assert answer.status == 200
    for text in texts:
        await ana.says(text)
        assert ana.new
    assert not await world.db().value("select count(*) from commerce_missed where tenant = :tenant")


async def _mangos(world: World, shelf: Shelf) -> int:
    return int(
        await world.db().value(
            "select qty from commerce_cart_line where tenant = :tenant and variant = :variant",
            variant=shelf["MNG-EA"],
        )
    )
