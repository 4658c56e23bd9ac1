"""Flows at the edges: events that come twice, plugins that are gone, messages that are replayed."""

from __future__ import annotations

from tests.flows.talk import Talk
from tests.support.house import House

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
