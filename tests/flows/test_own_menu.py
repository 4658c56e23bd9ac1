"""Menus of a plugin's own as questions."""

from __future__ import annotations

import pytest

from gateway import Chat, Handled, List, Message, Row, Section, fields, flow, hook
from gateway.testing import Contact

BREADS = {"rye": "Rye", "sour": "Sourdough", "roll": "Roll"}
SHELF = List("Which bread?", "Show", [Section("", [Row(id, title, "fresh") for id, title in BREADS.items()])])


class Bakery:
    """Asks with a list whose rows have descriptions."""

    @hook.on_message
    async def ask(self, message: Message, chat: Chat) -> Handled | None:
        return await chat.start(asked if message.text == "ask" else chosen)


@flow
async def asked(chat: Chat) -> None:
    await chat.say(f"You have {await chat.ask('bread', SHELF, parse=fields.choice(BREADS))}.")


@flow
async def chosen(chat: Chat) -> None:
    await chat.say(f"You have {await chat.choose('bread', SHELF, BREADS)}.")


@pytest.mark.provider("all")
@pytest.mark.plugins.with_args(Bakery)
async def test_its_ids_come_back(ana: Contact) -> None:
    """By a tap, a number or the row's words, whether it is asked with a field or chosen from."""
    for begin in ("ask", "choose"):
        for answer, id in (("2", "sour"), ("roll", "roll")):
            await ana.says(begin)
            await ana.says(answer)
            await ana.sees(exactly=f"You have {id}.")
        await ana.says(begin)
        await ana.says("baguette")
        await ana.sees("Please choose one of the options.")
        await ana.taps("Rye")
        await ana.sees(exactly="You have rye.")
