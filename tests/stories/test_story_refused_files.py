"""A file that cannot be delivered: its words and a link to it come instead."""

from __future__ import annotations

import pytest

from tests.support.house import ANA, House

SHOP = """\
from gateway import Chat, Document, Image, Message, hook

@hook.on_message
async def shop(message: Message, chat: Chat) -> None:
    if message.text == "picture":
        await chat.send(Image(link="https://example.com/mango.png", caption="Ripe mangoes"))
    elif message.text == "price list":
        await chat.send(Document(data=b"%PDF-1.4 prices", filename="prices.pdf", caption="Our prices"))
    await chat.say("anything else?")
"""


@pytest.mark.parametrize("word", ["picture", "price list"])
async def test_a_file_that_fails_later_is_followed_by_a_link(any_house: House, word: str) -> None:
    """The provider took the message and could not use the file: a text with a link follows, once, however
    often the status comes."""
    any_house.plugin("shop", SHOP)
    any_house.server["public_url"] = "https://gw.example.com"
    sim = any_house.line("duka", "shop")
    sim.duplicate_webhooks = 2
    await any_house.start()
    sim.fail_next(131053)
    await sim.says(ANA, word)
    after, told = await sim.wait_for(ANA, 2)
    words, link = told.text.split("\n")
    caption = {"picture": "Ripe mangoes", "price list": "Our prices"}[word]
    assert (after.text, words) == ("anything else?", caption)
    there = "https://example.com/mango.png" if word == "picture" else "https://gw.example.com/media/"
    assert link.startswith(there)
    await sim.settle()
    assert len(sim.inbox(ANA)) == 2
    file, _, text = await any_house.sent()
    assert (file["status"], text["type"], text["status"]) == ("failed", "text", "read")


async def test_a_file_whose_words_came_already_is_followed_by_the_link_alone(any_house: House) -> None:
    """Twilio takes a document and its words as two messages; if it cannot use the file, the link follows."""
    any_house.plugin("shop", SHOP)
    sim = any_house.line("duka", "shop", provider="twilio")
    await any_house.start()
    sim.fail_next(63019)
    await sim.says(ANA, "price list")
    texts = [message.text for message in await sim.wait_for(ANA, 3)]
    assert sorted(texts[:2]) == ["Our prices", "anything else?"]
    assert texts[2].startswith(f"{any_house.url}/media/")
    async with any_house.session.get(texts[2]) as answer:
        assert (answer.status, await answer.read()) == (200, b"%PDF-1.4 prices")
