"""A conversation as a function, told by contacts: asked, answered, validated, restarted."""

from __future__ import annotations

from tests.support.house import ANA, House

ORDERS = """\
from gateway import Chat, Handled, Message, flow, hook
from gateway.flows.fields import Invalid

def integer(text):
    try:
        return int(text)
    except ValueError:
        raise Invalid("That is no number.")

async def look_up(chat: Chat, number: int) -> str:
    found = await chat.db.value("select 1")
    return f"on its way ({found})"

@hook.on_message
async def menu(message: Message, chat: Chat) -> Handled | None:
    if message.text == "track":
        return await chat.start(track, "hello")
    await chat.say(f"plugin heard {message.text}")

@flow(timeout="12h")
async def track(chat: Chat, greeting: str) -> None:
    await chat.say(greeting)
    number = await chat.ask("order", "Which order?", parse=integer)
    await chat.say(f"Order {number}.")
    if await chat.choose("sure", f"Track {number}?", {"yes": "Yes", "no": "No"}) == "yes":
        status = await chat.step("look_up", look_up, chat, number)
        await chat.say(f"Order {number} is {status}.")
    else:
        await chat.say("Then not.")
"""


async def _say(sim: object, words: str, count: int = 1) -> list[str]:
    """What comes back to *words*."""
    before = len(sim.inbox(ANA))  # type: ignore[attr-defined]
    await sim.says(ANA, words)  # type: ignore[attr-defined]
    inbox = await sim.wait_for(ANA, before + count)  # type: ignore[attr-defined]
    return [one.text for one in inbox[before:]]


async def test_a_flow_asks_reads_and_ends(any_house: House) -> None:
    """Answers are validated, restarts in between change nothing, the step runs once, then plugins hear."""
    any_house.plugin("orders", ORDERS)
    sim = any_house.line("duka", "orders")
    await any_house.start()
    assert await _say(sim, "track", 2) == ["hello", "Which order?"]
    assert await _say(sim, "two") == ["That is no number.\nWhich order?"]
    await any_house.stop()
    await any_house.start()
    assert await _say(sim, "42", 2) == ["Order 42.", "Track 42?"]
    assert await _say(sim, "back") == ["Which order?"]
    assert await _say(sim, "back") == ["You cannot go back from here.\nWhich order?"]
    assert await _say(sim, "43", 2) == ["Order 43.", "Track 43?"]
    await any_house.stop()
    await any_house.start()
    assert await _say(sim, "1") == ["Order 43 is on its way (1)."]
    assert await _say(sim, "1") == ["plugin heard Yes"]
    assert await any_house.rows("select id from flow") == []
