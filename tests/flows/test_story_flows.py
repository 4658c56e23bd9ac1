"""Conversations as functions, told by contacts."""

from __future__ import annotations

import pytest

from tests.flows.talk import Talk
from tests.support.house import House

SHOP = """
@flow(title="your order", retries=2)
async def order(chat: Chat) -> None:
    what = await chat.choose("what", "What?", {"tea": "Tea", "cake": "Cake"})
    count = await chat.ask("count", "How many?", parse=whole)
    try:
        await chat.say(f"{count} {what}")
        sure = await chat.confirm("sure", "Sure?")
    except Exception as error:
        await chat.say(f"caught {type(error).__name__}")
        return
    await chat.say("Ordered." if sure else "Not ordered.")

@flow(title="a complaint")
async def complain(chat: Chat) -> None:
    await chat.say("Sorry! " + await chat.ask("about", "What about?"))

STARTS = {"order": order, "complain": complain}
"""


async def test_cancel_back_and_tries(any_house: House) -> None:
    """CANCEL ends politely or is caught, "back" goes one question back, too many tries end it."""
    talk = await Talk(any_house, SHOP).start()
    assert await talk.says("order") == ["What?"]
    assert await talk.says("Cancel") == ["Cancelled."]
    assert await talk.says("order") == ["What?"]
    assert await talk.taps("Cake") == ["How many?"]
    assert await talk.says("x") == ["That is no number.\nHow many?"]
    assert await talk.says("y") == ["That is no number.\nHow many?"]
    assert await talk.says("back") == ["What?"]
    assert await talk.says("tea") == ["How many?"]
    assert await talk.says("2", 2) == ["2 tea", "Sure?"]
    assert await talk.says("back") == ["How many?"]
    assert await talk.says("back") == ["What?"]
    assert await talk.says("1") == ["How many?"]
    assert await talk.says("5", 2) == ["5 tea", "Sure?"]
    assert await talk.says("cancel") == ["caught FlowCancelled"]
    assert await talk.says("order") == ["What?"]
    assert await talk.taps("Tea") == ["How many?"]
    for _ in range(2):
        assert await talk.says("x") == ["That is no number.\nHow many?"]
    assert await talk.says("x") == [
        "Sorry, we could not understand you, so we stopped here. Please try again later."
    ]
    assert await talk.flows() == []
    assert await talk.dead() == []


async def test_a_tap_on_an_old_question_asks_the_present_one_again(house: House) -> None:
    """Also on one of a flow that is over; a tap on an old copy of the pending question answers it."""
    talk = await Talk(house, SHOP).start()
    await talk.says("order")
    await talk.taps("Tea")
    assert await talk.taps("Cake") == ["How many?"]
    assert await talk.says("back") == ["What?"]
    assert await talk.taps("Cake", back=1) == ["How many?"]
    await talk.says("3", 2)
    await talk.says("yes")
    await talk.says("order")
    await talk.taps("Tea")
    assert await talk.taps("Yes") == ["How many?"]


async def test_menu_parks_and_a_tap_resumes(any_house: House) -> None:
    """MENU goes to the plugins, behind them the flow offers to go on; a tap or RESUME does, also after a
    restart."""
    talk = await Talk(any_house, SHOP).start()
    await talk.says("order")
    await talk.taps("Tea")
    assert await talk.says("MENU", 2) == ["plugin: MENU", "You were in the middle of this: your order."]
    assert await talk.flows() == [("order", "parked", "ask:count")]
    assert await talk.says("7") == ["plugin: 7"]
    await talk.restart()
    assert await talk.taps("Continue") == ["How many?"]
    assert await talk.says("help", 2) == ["plugin: help", "You were in the middle of this: your order."]
    assert await talk.says("resume") == ["How many?"]
    assert await talk.says("7", 2) == ["7 tea", "Sure?"]
    assert await talk.says("menu", 2)
    assert await talk.taps("Yes") == ["Ordered."]


async def test_stop_escapes_and_foreign_taps_park(house: House) -> None:
    """Consent words are the house's, and put the flow aside without an offer; so does a tap on another
    plugin's menu, with one."""
    source = (
        SHOP
        + """
@hook.on_any_message
async def sells(message: Message, chat: Chat) -> None:
    if message.text == "shelf":
        await chat.send(Buttons("Shelf", [Button("shelf-1", "Jam")]))
"""
    )
    talk = await Talk(house, source).start()
    assert await talk.says("shelf", 2) == ["Shelf", "plugin: shelf"]
    await talk.says("order")
    assert (await talk.says("STOP"))[0].startswith("You will get no more messages from us")
    assert await talk.flows() == [("order", "parked", "ask:what")]
    await talk.says("continue")
    assert await talk.flows() == [("order", "waiting", "ask:what")]
    assert await talk.taps("Jam", 2) == ["plugin: shelf-1", "You were in the middle of this: your order."]
    assert await talk.flows() == [("order", "parked", "ask:what")]


async def test_another_flow_parks_the_first(any_house: House) -> None:
    """Its questions come first; when it is over the contact is offered to go on; five are kept."""
    talk = await Talk(any_house, SHOP).start()
    await talk.says("order")
    await talk.says("menu", 2)
    assert await talk.says("complain") == ["What about?"]
    assert await talk.says("the tea", 2) == ["Sorry! the tea", "You were in the middle of this: your order."]
    await talk.says("complain")
    assert (await talk.says("continue", 2))[0] == "Sorry! continue"
    for _ in range(7):
        await talk.says("complain")
        await talk.says("menu", 2)
    names = [name for name, _, _ in await talk.flows()]
    assert names == ["complain"] * 5


async def test_other_options_and_kinds(house: House) -> None:
    """Many options, sections, media as a question, own buttons, and numbers that belong to no older menu."""
    source = """
@flow
async def many(chat: Chat) -> None:
    fruit = await chat.choose("fruit", "Which?", {f"f{n}": f"Fruit {n}" for n in range(14)})
    sizes = List("Size", button="Sizes", sections=[Section("", [Row("s", "Small")])])
    age = await chat.ask("age", "Tell me your age.", parse=whole)
    size = await chat.choose("size", sizes, {"s": "Small"})
    mood = await chat.ask("mood", Buttons("Mood", [Button("good", "Good"), Button("bad", "Bad")]))
    await chat.say(f"{fruit} {age} {size} {mood}")

STARTS = {"many": many}
"""
    talk = await Talk(house, source).start()
    await talk.says("many")
    assert await talk.says("12") == ["Tell me your age."]
    await talk.says("3")
    await talk.taps("Small")
    assert await talk.says("bad") == ["f11 3 s bad"]


@pytest.mark.parametrize("provider", ["meta_cloud", "twilio", "dialog360"])
async def test_numbers_and_words_choose_on_every_provider(house: House, provider: str) -> None:
    """A tap, a number, the option's words."""
    talk = Talk(house, SHOP)
    house.lines.clear()
    talk.sim = house.line("duka", "talks", provider=provider)
    await talk.start()
    for answer in ("2", "cake", "Cake!"):
        await talk.says("order")
        await talk.says(answer)
        assert (await talk.says("1", 2))[0] == "1 cake"
        await talk.says("no")
