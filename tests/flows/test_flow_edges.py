"""Flows at the edges: events that come twice, plugins that are gone, messages that are replayed."""

from __future__ import annotations

from typing import Any

from tests.flows.talk import Talk
from tests.support.house import House, until

SUM = """
class Paid(Struct, frozen=True, tag="paid"):
    amount: int

@hook.register_events
def events():
    return [Paid]

@flow
async def whole(chat: Chat) -> None:
    total = 0
    while total < 700:
        paid = await chat.wait_for("paid", "A1", shape=Paid)
        total += paid.amount
        await chat.say(f"{total} so far.")

@hook.on_any_message
async def pays(message: Message, chat: Chat) -> None:
    for amount in message.text.split()[1:]:
        chat.emit(Paid(int(amount)), key="A1")

STARTS = {"whole": whole}
"""


async def test_an_event_is_taken_once(any_house: House) -> None:
    """A flow that waits again for the same key gets the next event, never one that it has had."""
    talk = await Talk(any_house, SUM).start()
    assert await talk.says("whole", 0) == []
    assert await talk.says("pay 300", 2) == ["plugin: pay 300", "300 so far."]
    await talk.restart()
    before = len(talk.seen)
    assert await talk.says("hello") == ["plugin: hello"]
    assert await talk.says("pay 100 300", 3) == ["plugin: pay 100 300", "400 so far.", "700 so far."]
    assert len(talk.seen) == before + 4
    assert await talk.flows() == []
    assert await talk.says("whole", 3) == ["300 so far.", "400 so far.", "700 so far."]


HEADER = """
class Paid(Struct, frozen=True, tag="paid"):
    amount: int

@hook.register_events
def events():
    return [Paid]

@flow
async def pay(chat: Chat) -> None:
    paid = await chat.wait_for("paid", "A1", shape=Paid)
    await chat.say(f"Thanks for {paid.amount}.")

@flow(title="the name")
async def name(chat: Chat) -> None:
    await chat.say("Hello " + await chat.ask("name", "Name?"))

STARTS = {"pay": pay, "name": name}
"""
OTHER = """
from gateway import Chat, Command, Handled, flow, hook
from msgspec import Struct

class Paid(Struct, frozen=True, tag="paid"):
    amount: int

@hook.register_events
def events():
    return [Paid]

@flow
async def short(chat: Chat) -> None:
    await chat.ask("short", "Short?")

async def till(message, chat, rest):
    chat.emit(Paid(300), key="A1")
    await chat.say("paid")
    return Handled

async def begin(message, chat, rest):
    return await chat.start(short)

@hook.register_commands
def commands():
    return [Command("till", ["till"], "Pay", till), Command("short", ["short"], "Short", begin)]
"""


async def _two(house: House) -> Talk:
    talk = Talk(house, HEADER)
    house.plugin("other", OTHER)
    house.lines["duka"].plugins = ("other",)
    await talk.start()
    await _switch(talk, enabled=True)
    return talk


async def _switch(talk: Talk, *, enabled: bool) -> None:
    code, answer = await talk.house.api("PATCH", "/api/v1/plugins/talks", json={"enabled": enabled})
    assert code == 200, answer


async def test_what_comes_for_a_plugin_that_is_switched_off_is_kept(any_house: House) -> None:
    """The event that its flow waits for is a dead letter, which says so, and is replayed when it is back."""
    talk = await _two(any_house)
    await talk.says("pay", 0)
    await _switch(talk, enabled=False)
    assert await talk.says("till") == ["paid"]

    async def letters() -> list[dict[str, Any]]:
        _, answer = await any_house.api("GET", "/api/v1/dead-letters")
        found: list[dict[str, Any]] = answer["items"]
        return found

    found: list[dict[str, Any]] = await until(letters, "a dead letter")
    (letter,) = found
    assert (letter["plugin"], letter["reason"]) == ("talks", "not_used")
    await _switch(talk, enabled=True)
    before = len(talk.seen)
    code, answer = await any_house.api(
        "POST", f"/api/v1/dead-letters/{letter['id']}/replay", json={"apply": True}
    )
    assert code == 200, answer
    assert await talk.next(before) == ["Thanks for 300."]


async def test_a_flow_of_a_plugin_that_is_switched_off_holds_nobody(house: House) -> None:
    """Commands of other plugins are heard as ever, and nobody is offered to go on with it."""
    talk = await _two(house)
    assert await talk.says("name") == ["Name?"]
    await _switch(talk, enabled=False)
    assert await talk.says("till") == ["paid"]
    assert await talk.says("short") == ["Short?"]
    assert await talk.says("something", 0) == []
    await _switch(talk, enabled=True)
    assert await talk.says("resume") == ["Name?"]
    assert await talk.says("Ana") == ["Hello Ana"]


async def test_what_waits_for_an_event_is_not_ended_by_what_is_put_aside(house: House) -> None:
    """Five flows that ask are put aside, and the payment still comes."""
    talk = await _two(house)
    await talk.says("pay", 0)
    for _ in range(7):
        assert await talk.says("name") == ["Name?"]
        await talk.says("menu", 2)
    assert len(await talk.flows()) == 6
    assert "Thanks for 300." in await talk.says("till", 2)


FAILS = """
import pathlib
MENDED = pathlib.Path(__file__).with_name("mended")

def check(name):
    if name == "Ana" and not MENDED.exists():
        raise RuntimeError("not yet")

@flow
async def form(chat: Chat) -> None:
    name = await chat.ask("name", "Name?")
    await chat.step("check", check, name)
    age = await chat.ask("age", "Age?")
    await chat.say(f"{name}, {age}.")

STARTS = {"form": form}
"""


async def _replay(talk: Talk, count: int) -> list[str]:
    _, answer = await talk.house.api("GET", "/api/v1/dead-letters?resolved=false")
    (letter,) = answer["items"]
    before = len(talk.seen)
    path = f"/api/v1/dead-letters/{letter['id']}/replay"
    code, answer = await talk.house.api("POST", path, json={"apply": True})
    assert code == 200, answer
    return await talk.next(before, count)


async def test_what_is_replayed_answers_no_later_question(house: House) -> None:
    """The answer that failed goes on where the flow still waits for it; where it has gone on, it is none."""
    talk = await Talk(house, FAILS).start()
    assert await talk.says("form") == ["Name?"]
    assert await talk.says("Ana", 0) == []
    (house.folder / "mended").touch()
    assert await _replay(talk, 1) == ["Age?"]
    assert await talk.says("30") == ["Ana, 30."]

    (house.folder / "mended").unlink()
    assert await talk.says("form") == ["Name?"]
    assert await talk.says("Ana", 0) == []
    assert await talk.says("Ben") == ["Age?"]
    (house.folder / "mended").touch()
    assert await _replay(talk, 1) == ["plugin: Ana"]
    assert await talk.says("40") == ["Ben, 40."]
