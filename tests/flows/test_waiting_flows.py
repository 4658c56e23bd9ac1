"""Flows that wait for time, for events of plugins and for jobs."""

from __future__ import annotations

from tests.flows.talk import Talk
from tests.support.house import House

PAY = """
class Paid(Struct, frozen=True, tag="paid"):
    order: str
    amount: int

@hook.register_events
def events():
    return [Paid]

@flow(title="your payment")
async def pay(chat: Chat) -> None:
    order = await chat.ask("order", "Which order?")
    await chat.say("Pay now.")
    paid = await chat.wait_for("paid", order, shape=Paid, timeout=timedelta(hours=1))
    await chat.say(f"Thanks for {paid.amount}.")
    if await chat.confirm("rate", "Happy?"):
        await chat.say("Good.")

@flow
async def hurry(chat: Chat) -> None:
    try:
        name = await chat.ask("name", "Name?", timeout=timedelta(seconds=1))
    except FlowTimeout:
        name = "nobody"
    await chat.say(f"Hello {name}.")
    await chat.ask("more", "More?", timeout=timedelta(seconds=1))

@hook.on_any_message
async def pays(message: Message, chat: Chat) -> None:
    if message.text.startswith("paid "):
        chat.emit(Paid(message.text[5:], 300), key=message.text[5:])

STARTS = {"pay": pay, "hurry": hurry}
"""


async def test_a_flow_waits_for_an_event(any_house: House) -> None:
    """Meanwhile the plugins hear the contact; one that came before counts; "back" does not undo it."""
    talk = await Talk(any_house, PAY).start()
    await talk.says("pay")
    assert await talk.says("A1") == ["Pay now."]
    assert await talk.flows() == [("pay", "waiting", "wait:paid")]
    assert await talk.says("hello") == ["plugin: hello"]
    await talk.restart()
    assert await talk.says("paid A1", 3) == ["plugin: paid A1", "Thanks for 300.", "Happy?"]
    assert await talk.says("back") == ["You cannot go back from here.\nHappy?"]
    assert await talk.says("yes") == ["Good."]
    assert await talk.says("paid B2") == ["plugin: paid B2"]
    await talk.says("pay")
    assert await talk.says("B2", 3) == ["Pay now.", "Thanks for 300.", "Happy?"]
    assert await talk.says("cancel") == ["Cancelled."]
    await talk.says("pay")
    await talk.says("C3")
    assert await talk.says("cancel") == ["Cancelled."]
    assert await talk.flows() == []
    assert await talk.dead() == []


async def test_a_waiting_flow_is_parked_by_another(house: House) -> None:
    """What it waits for reaches it all the same; then its question is the one that is answered."""
    talk = await Talk(house, PAY).start()
    await talk.says("pay")
    await talk.says("A1")
    assert await talk.says("pay") == ["Which order?"]
    before = len(talk.seen)
    assert await talk.says("D4") == ["Pay now."]
    assert await talk.says("paid A1", 3) == ["plugin: paid A1", "Thanks for 300.", "Happy?"]
    assert await talk.says("yes") == ["Good."]
    assert len(talk.seen) == before + 5
    assert await talk.flows() == [("pay", "parked", "wait:paid")]
    assert await talk.says("paid D4", 3) == ["plugin: paid D4", "Thanks for 300.", "Happy?"]


async def test_time_is_over(any_house: House) -> None:
    """A caught timeout goes on and is replayed; one that is not caught ends the flow politely."""
    talk = await Talk(any_house, PAY).start()
    await talk.says("hurry")
    before = len(talk.seen)
    assert await talk.next(before, 2) == ["Hello nobody.", "More?"]
    await talk.restart()
    (words,) = await talk.next(before + 2)
    assert words.startswith("We have not heard from you for a while")
    assert await talk.flows() == []
    assert await talk.dead() == []
