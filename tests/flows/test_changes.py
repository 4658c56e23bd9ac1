"""Flows whose function changes under a conversation, which fail, or which never end."""

from __future__ import annotations

import pytest

from gateway.pipeline import dispatch
from tests.flows.talk import Talk
from tests.support.house import House

FIRST = """
@flow
async def visit(chat: Chat) -> None:
    name = await chat.ask("name", "Name?")
    await chat.say(f"Hello {name}.")
    age = await chat.ask("age", "Age?")
    await chat.say(f"{name} is {age}.")

STARTS = {"visit": visit}
"""


async def _changed(talk: Talk, source: str) -> None:
    """The plugin is *source* from now on."""
    await talk.house.stop()
    talk.write(source)
    await talk.house.start()


async def test_words_and_says_may_change(any_house: House) -> None:
    """A question's words, an added `say`, a step before the next question: nobody notices."""
    talk = await Talk(any_house, FIRST).start()
    await talk.says("visit")
    await talk.says("Ana", 2)
    more = FIRST.replace("Name?", "Your name?").replace("    age =", '    await chat.say("Well.")\n    age =')
    await _changed(talk, more)
    assert await talk.says("7") == ["Ana is 7."]


async def test_a_renamed_question_begins_again(any_house: House) -> None:
    """With a polite sentence, and with what it was started with."""
    talk = await Talk(any_house, FIRST).start()
    await talk.says("visit")
    await talk.says("Ana", 2)
    await _changed(talk, FIRST.replace('"name", "Name?"', '"who", "Who?"'))
    assert await talk.says("7", 2) == ["We have changed something here, so let us begin again.", "Who?"]
    assert await talk.says("Ben", 2) == ["Hello Ben.", "Age?"]


async def test_an_answer_that_is_refused_now_begins_again(house: House) -> None:
    """The field reads what was answered anew."""
    talk = await Talk(house, FIRST).start()
    await talk.says("visit")
    await talk.says("Ana", 2)
    await _changed(talk, FIRST.replace('"Name?")', '"Name?", parse=whole)'))
    assert (await talk.says("7", 2))[1] == "Name?"


async def test_the_old_function_is_kept(house: House) -> None:
    """As long as it is there, conversations go on with the version with which they began."""
    talk = await Talk(house, FIRST).start()
    await talk.says("visit")
    await talk.says("Ana", 2)
    both = (
        FIRST
        + """
@flow(name="visit", version="2", on_change="keep")
async def visit2(chat: Chat) -> None:
    await chat.say("Hello " + await chat.ask("who", "Who?"))

STARTS = {"visit": visit2}
"""
    )
    await _changed(talk, both)
    assert await talk.says("7") == ["Ana is 7."]
    assert await talk.says("visit") == ["Who?"]


async def test_a_flow_that_is_gone_ends(house: House) -> None:
    """Quietly: the message is the plugins'."""
    talk = await Talk(house, FIRST).start()
    await talk.says("visit")
    await _changed(talk, "STARTS = {}\n")
    assert await talk.says("Ana") == ["plugin: Ana"]
    assert await talk.flows() == []


async def test_a_function_that_is_never_the_same_ends(house: House) -> None:
    """One that names its questions by chance begins again three times, then ends."""
    source = """
import random
@flow
async def odd(chat: Chat) -> None:
    await chat.ask(f"q{random.random()}", "Q?")

STARTS = {"odd": odd}
"""
    talk = await Talk(house, source).start()
    await talk.says("odd")
    for _ in range(3):
        assert (await talk.says("x", 2))[1] == "Q?"
    assert (await talk.says("x"))[0].startswith("Sorry, something went wrong")
    assert await talk.flows() == []


async def test_a_function_that_fails_leaves_a_dead_letter(any_house: House) -> None:
    """The flow stays at its question; after three failures it ends politely; a step's failure cannot be
    caught, and nothing of the turn is kept."""
    source = """
async def breaks() -> None:
    raise KeyError("x")

@flow
async def odd(chat: Chat) -> None:
    await chat.ask("a", "A?")
    await chat.say("never seen")
    try:
        await chat.step("b", breaks)
    except Exception:
        pass

STARTS = {"odd": odd}
"""
    talk = await Talk(any_house, source).start()
    await talk.says("odd")
    for _ in range(3):
        assert await talk.says("x", 0) == []
    dead = await talk.dead()
    assert len(dead) == 3
    assert "KeyError" in dead[0]
    assert "talks.py:" in dead[0]
    assert await talk.flows() == [("odd", "waiting", "ask:a")]
    assert (await talk.says("x"))[0].startswith("Sorry, something went wrong")
    assert await talk.flows() == []


async def test_a_flow_without_end_ends(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """After a thousand operations it is told to end and to begin another."""
    monkeypatch.setattr(dispatch, "DEADLINE", 15.0)  # its end is what counts here, not how long that takes
    source = """
async def nothing() -> None: ...

@flow
async def odd(chat: Chat) -> None:
    for _ in range(300):
        await chat.step("s", nothing)
    await chat.ask("a", "A?")
    for _ in range(800):
        await chat.step("s", nothing)

STARTS = {"odd": odd}
"""
    talk = await Talk(house, source).start()
    assert await talk.says("odd") == ["A?"]
    assert (await talk.says("x"))[0].startswith("Sorry, something went wrong")
    assert await talk.flows() == []
    assert await talk.dead() == []


async def test_parts_have_names_of_their_own(any_house: House) -> None:
    """A flow in a flow, awaited or started, twice; loops count."""
    source = """
@flow
async def address(chat: Chat, kind: str) -> str:
    street = await chat.ask("street", f"{kind} street?")
    return f"{street} {await chat.ask('number', 'Number?', parse=whole)}"

@flow
async def order(chat: Chat) -> Handled:
    places = [await address(chat, "First"), await address(chat, "Second")]
    for place in places:
        await chat.ask("ok", f"{place} ok?")
    return await chat.start(thank, len(places))

@flow
async def thank(chat: Chat, count: int) -> None:
    await chat.say("Thanks " + await chat.ask("street", "Who?") + f" for {count}")

STARTS = {"order": order}
"""
    talk = await Talk(any_house, source).start()
    assert await talk.says("order") == ["First street?"]
    assert await talk.says("Elm") == ["Number?"]
    assert await talk.says("4") == ["Second street?"]
    assert await talk.says("Oak") == ["Number?"]
    assert await talk.flows() == [("order", "waiting", "ask:address#2/number")]
    await talk.restart()
    assert await talk.says("back") == ["Second street?"]
    assert await talk.says("Ash") == ["Number?"]
    assert await talk.says("5") == ["Elm 4 ok?"]
    assert await talk.says("y") == ["Ash 5 ok?"]
    assert await talk.says("y") == ["Who?"]
    assert await talk.says("Ana") == ["Thanks Ana for 2"]
