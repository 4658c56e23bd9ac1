"""Commands that are heard while a flow waits for an answer."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from gateway import Chat, Command, Handled, Message, fields, flow, hook
from gateway.testing import Contact, World

OFFER = "You were in the middle of this: your order."


async def cart(message: Message, chat: Chat, rest: str) -> Handled:
    await chat.say("Your cart is empty.")
    return Handled


async def survey(message: Message, chat: Chat, rest: str) -> Handled:
    return await chat.start(stars)


@flow(title="your order")
async def order(chat: Chat) -> None:
    name = await chat.ask("name", "Which name?")
    what = await chat.choose("what", "What?", {"tea": "Tea", "basket": "Basket"})
    day = await chat.ask("day", "Which day?", parse=fields.date)
    await chat.say(f"{what} for {name}, {day}.")


@flow(title="our survey")
async def stars(chat: Chat) -> None:
    await chat.ask("stars", "How many stars?", parse=fields.integer)
    await chat.say("Thank you.")


class Shop:
    """CART and SURVEY are always heard, ORDER is not."""

    @hook.register_commands
    def commands(self) -> Sequence[Command]:
        words = {"en": ["cart", "my cart", "basket"], "es": ["carrito"]}
        return [
            Command("cart", words, "Your cart", cart, takes="[NAME]", always=True),
            Command("survey", ["survey"], "Tell us", survey, always=True),
            Command("other", ["other cart"], "", cart),
        ]

    @hook.on_message
    async def hear(self, message: Message, chat: Chat) -> Handled | None:
        if message.text == "order":
            return await chat.start(order)
        await chat.say(f"plugin: {message.text}")
        return Handled


@pytest.mark.provider("all")
@pytest.mark.database("sqlite", "postgres")
@pytest.mark.plugins.with_args(Shop)
async def test_its_words_alone_put_the_flow_aside(world: World, ana: Contact) -> None:
    """The command answers first, then the contact is offered to go on, also after a kill."""
    await ana.says("order")
    await ana.says("¡My  Cart!")
    assert ana.new[0].text == "Your cart is empty."
    assert OFFER in ana.new[1].text
    await world.restart(kill=True)
    await ana.says("cart")
    assert [each.text for each in ana.new] == ["Your cart is empty."]
    await ana.says("resume")
    await ana.sees(exactly="Which name?")
    await ana.says("Ana")
    await ana.sees("What?")


@pytest.mark.plugins.with_args(Shop)
async def test_more_than_its_words_is_an_answer(ana: Contact) -> None:
    """What follows the words makes an answer of them; a command that is not always heard is one too, and so
    are words of a language that nobody speaks here."""
    for answer in ("cart of Ana", "other cart", "carrito"):
        await ana.says("order")
        await ana.says(answer)
        await ana.sees("What?")
        await ana.says("cancel")
        await ana.sees("Cancelled.")


@pytest.mark.provider("all")
@pytest.mark.plugins.with_args(Shop)
async def test_an_option_with_the_same_words_wins(ana: Contact) -> None:
    """Written or tapped, BASKET is an answer where it is an option, and a command at the next question."""
    await ana.says("order")
    await ana.says("Ana")
    await ana.says("basket")
    await ana.sees("Which day?")
    await ana.says("basket")
    await ana.sees(exactly="Your cart is empty.")
    await ana.sees(OFFER)


@pytest.mark.plugins.with_args(Shop)
async def test_a_command_that_begins_a_flow_makes_no_second_offer(ana: Contact) -> None:
    """The first flow is offered when the second is over."""
    await ana.says("order")
    await ana.says("survey")
    assert [each.text for each in ana.new] == ["How many stars?"]
    await ana.says("5")
    assert ana.new[0].text == "Thank you."
    assert OFFER in ana.new[1].text


class Loud:
    """A plugin that has no flow, and a command that is always heard."""

    @hook.register_commands
    def commands(self) -> Sequence[Command]:
        async def shout(message: Message, chat: Chat, rest: str) -> Handled:
            await chat.say("HELLO")
            return Handled

        return [Command("shout", ["shout"], "", shout, always=True)]


@pytest.mark.plugins(Shop(), Loud())
async def test_the_command_of_another_plugin_is_heard_too(ana: Contact) -> None:
    """Behind its answer the flow is put aside."""
    await ana.says("order")
    await ana.says("shout")
    assert ana.new[0].text == "HELLO"
    assert OFFER in ana.new[1].text
