"""Menus of any length, answered by a tap, a number or the option's own words."""

from __future__ import annotations

import asyncio

import pytest

from tests.support.house import ANA, House

PROVIDERS = ("meta_cloud", "dialog360", "twilio")

PLUGIN = """\
from datetime import timedelta
from gateway import Button, Buttons, Chat, Handled, List, Message, Row, Section, hook

FRUIT = ("Mango Kiwi Banana Papaya Guava Lychee Orange Lemon Lime Melon Grape Plum Fig Pear").split()

@hook.on_message
async def menus(message: Message, chat: Chat) -> Handled | None:
    if message.reply_id:
        typed = message.content.typed
        await chat.say(f"picked {message.reply_id} ({message.type}, {message.text}, {typed or 'tapped'})")
    elif message.text.startswith("buttons "):
        count = int(message.text.split()[1])
        options = [Button(f"b{n}", FRUIT[n - 1]) for n in range(1, count + 1)]
        sent = await chat.send(Buttons("Which one?", options))
        assert not [loss for loss in sent.losses if loss.how in ("cut", "dropped")], sent.losses
    elif message.text.startswith("list "):
        count = int(message.text.split()[1])
        rows = [Row(f"r{n}", FRUIT[n - 1], f"KES {n}0") for n in range(1, count + 1)]
        await chat.send(List("Have a look", button="Open", sections=[Section("Fruit", rows)]))
    elif message.text.startswith("later "):
        at = chat.now + timedelta(seconds=int(message.text.split()[1]))
        sent = await chat.send(Buttons("Later", [Button("l1", "Up"), Button("l2", "Down")]), at=at)
        await chat.say(sent.id)
    elif message.text.startswith("cancel "):
        await chat.say(str(await chat.cancel(message.text.split()[1])))
    elif message.text == "ask":
        await chat.say("How many do you want?")
    else:
        await chat.say(f"heard {message.text}")
    return Handled
"""


async def _menu(house: House, provider: str) -> object:
    house.plugin("menus", PLUGIN)
    sim = house.line("duka", "menus", provider=provider)
    await house.start()
    return sim


async def _answer(sim: object, words: str) -> str:
    """What the plugin answers to *words*."""
    before = len(sim.inbox(ANA))  # type: ignore[attr-defined]
    await sim.says(ANA, words)  # type: ignore[attr-defined]
    return (await sim.wait_for(ANA, before + 1))[before].text  # type: ignore[attr-defined, no-any-return]


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_numbers_words_and_taps_mean_the_same(house: House, provider: str) -> None:
    """Two, five and fourteen options come back by their ids, however the contact chooses."""
    sim = await _menu(house, provider)
    for count in (2, 5, 14):
        await _answer(sim, f"buttons {count}")
        assert await _answer(sim, "2") == "picked b2 (button_reply, Kiwi, 2)"
        assert await _answer(sim, "kiwi!") == "picked b2 (button_reply, Kiwi, kiwi!)"
        assert await _answer(sim, str(count)) == f"picked b{count} (button_reply, {_fruit(count)}, {count})"
        assert await _answer(sim, str(count + 1)) == f"heard {count + 1}"
    for count in (2, 5):
        await _answer(sim, f"buttons {count}")
        menu = sim.inbox(ANA)[-1]  # type: ignore[attr-defined]
        assert [option.id for option in menu.options] == [f"b{n}" for n in range(1, count + 1)]
        await sim.taps(ANA, f"b{count}")  # type: ignore[attr-defined]
        inbox = await sim.wait_for(ANA, len(sim.inbox(ANA)) + 1)  # type: ignore[attr-defined]
        assert inbox[-1].text == f"picked b{count} (button_reply, {_fruit(count)}, tapped)"


def _fruit(number: int) -> str:
    names = "Mango Kiwi Banana Papaya Guava Lychee Orange Lemon Lime Melon Grape Plum Fig Pear"
    return names.split()[number - 1]


@pytest.mark.parametrize("provider", PROVIDERS)
async def test_two_menus_and_a_question(house: House, provider: str) -> None:
    """Numbers belong to the newest menu and lapse with a question; words may match an older one; all of it
    also after a restart."""
    sim = await _menu(house, provider)
    await _answer(sim, "buttons 3")
    await _answer(sim, "list 12")
    assert await _answer(sim, "3") == "picked r3 (list_reply, Banana, 3)"
    assert await _answer(sim, "banana") == "picked r3 (list_reply, Banana, banana)"
    await house.stop()
    await house.start()
    assert await _answer(sim, "two") == "picked r2 (list_reply, Kiwi, two)"
    await _answer(sim, "ask")
    assert await _answer(sim, "3") == "heard 3"
    assert await _answer(sim, "Plum") == "picked r12 (list_reply, Plum, Plum)"


async def test_the_api_tells_what_was_meant(any_house: House) -> None:
    """A number that was typed is listed as the reply that it stands for."""
    sim = await _menu(any_house, "meta_cloud")
    await _answer(sim, "buttons 5")
    await _answer(sim, "5")
    code, page = await any_house.api("GET", params={"direction": "in"})
    assert code == 200
    assert page["items"][0]["type"] == "button_reply"
    assert page["items"][0]["content"] == {"id": "b5", "title": "Guava", "typed": "5", "type": "button_reply"}


async def test_a_menu_for_later_leaves_the_open_one_alone(any_house: House) -> None:
    """What is on the contact's screen is answered, also while a menu waits for a day far ahead, and after
    one that was due was taken back."""
    sim = await _menu(any_house, "meta_cloud")
    await _answer(sim, "buttons 3")
    await _answer(sim, f"later {9 * 86_400}")
    assert await _answer(sim, "2") == "picked b2 (button_reply, Kiwi, 2)"
    soon = await _answer(sim, "later 1")
    assert await _answer(sim, f"cancel {soon}") == "True"
    await asyncio.sleep(1.1)
    assert await _answer(sim, "2") == "picked b2 (button_reply, Kiwi, 2)"
    assert await _answer(sim, "down") == "heard down"


async def test_a_menu_that_did_not_arrive_is_not_answered(any_house: House) -> None:
    """A number belongs to the newest menu that reached the contact."""
    sim = await _menu(any_house, "meta_cloud")
    await _answer(sim, "buttons 3")
    sim.fail_next(131026)  # type: ignore[attr-defined]
    await sim.says(ANA, "list 5")  # type: ignore[attr-defined]

    statuses: list[str] = []
    while statuses[-1:] != ["failed"]:
        await asyncio.sleep(0.02)
        statuses = [message["status"] for message in await any_house.sent()]
    assert await _answer(sim, "2") == "picked b2 (button_reply, Kiwi, 2)"
