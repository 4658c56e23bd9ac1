"""HELP and MENU in the middle of a conversation: it waits, and goes on where it was."""

from __future__ import annotations

import pytest

from tests.plugins.basics.conftest import open_shop
from tests.support.house import House


@pytest.mark.parametrize("provider", ["meta_cloud", "dialog360", "twilio"])
async def test_help_parks_and_offers_to_go_on(house: House, provider: str) -> None:
    """HELP is answered, the conversation is offered, and offered again by a second HELP."""
    ana = await open_shop(house, provider)
    assert "What is your name?" in (await ana.says("order")).text
    assert "Your order" in (await ana.says("help", answers=2)).text
    assert (await ana.says("hello")).text == "plugin: hello"
    again = await ana.says("help", answers=2)
    assert again.text.startswith("One thing is waiting for you:")
    assert "BACK" in again.text
    assert "What is your name?" in (await ana.says("Your order")).text
    assert "Which size?" in (await ana.says("Ana")).text
    assert (await ana.says("2")).text == "Ana: m"


async def test_the_menu_has_what_waits_first(any_house: House) -> None:
    """MENU parks; a command that is tapped runs; the menu then goes on with the conversation."""
    ana = await open_shop(any_house)
    await ana.says("order")
    await ana.says("Menu", answers=2)
    old = ana.sim.inbox(ana.number)[-2].message_id
    assert (await ana.taps("command:shop.cart", of=old)).text.startswith("Your cart is empty")
    menu = await ana.says("menu")
    waiting, *commands = menu.options
    assert (waiting.title, commands[0].id) == ("Your order", "command:shop.cart")
    await any_house.stop()
    await any_house.start()
    assert "What is your name?" in (await ana.taps(waiting.id)).text
    assert "Which size?" in (await ana.says("cart")).text


async def test_the_parked_question_is_asked_in_the_new_language(house: House) -> None:
    """A contact who changes the language is asked again in it, and BACK is understood in it."""
    ana = await open_shop(house)
    await ana.says("order")
    await ana.says("Ana")
    await ana.says("menu", answers=2)
    await ana.says("language sw")
    assert (await ana.says("endelea")).text
    assert "What is your name?" in (await ana.says("RUDI")).text
