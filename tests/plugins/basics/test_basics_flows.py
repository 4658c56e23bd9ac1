"""HELP and MENU in the middle of a conversation: it waits, and goes on where it was."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World


@pytest.mark.provider("all")
async def test_help_parks_and_offers_to_go_on(ana: Contact) -> None:
    """HELP is answered, the conversation is offered, and offered again by a second HELP."""
    await ana.says("order")
    await ana.sees("What is your name?")
    await ana.says("help")
    await ana.sees("You can write:")
    await ana.sees("Your order")
    await ana.says("hello")
    await ana.sees(exactly="plugin: hello")
    await ana.says("help")
    again = await ana.sees("One thing is waiting for you:")
    assert "BACK" in again.text
    await ana.taps("Your order", on=again)
    await ana.sees("What is your name?")
    await ana.says("Ana")
    await ana.says("2")
    await ana.sees(exactly="Ana: m")


@pytest.mark.database("both")
async def test_the_menu_has_what_waits_first(world: World, ana: Contact) -> None:
    """MENU parks; a command that is tapped runs; the menu then goes on with the conversation, in which the
    command's word is an answer."""
    await ana.says("order")
    await ana.says("Menu")
    await ana.taps("command:shop.cart")
    await ana.sees("Your cart is empty.")
    await ana.says("menu")
    menu = await ana.sees("What would you like to do?")
    assert [choice.title for choice in menu.choices][:2] == ["Your order", "Cart"]
    await world.restart(kill=True)
    await ana.taps("Your order", on=menu)
    await ana.sees("What is your name?")
    await ana.says("cart")
    await ana.sees("Which size?")


async def test_a_conversation_goes_on_in_the_new_language(ana: Contact) -> None:
    """A contact who changes the language in between is asked in it, and its words are understood."""
    await ana.says("order")
    await ana.says("Ana")
    await ana.says("menu")
    await ana.says("language sw")
    await ana.says("endelea")
    await ana.sees("Saizi gani?")
    await ana.says("RUDI")
    await ana.sees("Jina lako nani?")
    await ana.says("GHAIRI")
    await ana.sees(exactly="Imeghairiwa.")
