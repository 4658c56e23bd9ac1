"""The scripted conversation is judged, and what is missing is named."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from gateway.demo import script
from gateway.demo.program import Step
from gateway.demo.screen import Transcript
from gateway.demo.script import Play
from tests.demo.doubles import Option, Puppet, Seen

MENU = Seen("Welcome", (Option("buy", "Buy fruit"),))
STEPS = (Step(says="hi", expects="Welcome"), Step(picks="Buy", expects="Mango"))


def shop(act: str, what: str) -> Sequence[Seen]:
    """Answers words with the menu and a tap with a fruit."""
    return [MENU] if act == "says" else [Seen("Mango, KES 50")]


async def played(puppet: Puppet, screen, steps=STEPS, within: float = 5.0) -> list[str]:
    """Play *steps* and return what was missing."""
    play = Play(puppet, "+254700000001", Transcript(screen))
    await play.run(steps, within)
    return play.missing


async def test_a_conversation_as_it_should_be(screen, written) -> None:
    """Nothing is missing, both sides are printed, taps by their words, answers with their ticks."""
    assert await played(Puppet(shop), screen) == []
    text = written()
    assert "  hi" in text
    assert "▸ Buy fruit" in text
    assert "[ Buy fruit ]" in text
    assert text.count("✓✓ read") == 2
    assert "\x1b" not in text


async def test_another_answer_is_missing(screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """An answer without the expected words is named with what came, and the play stops there."""
    monkeypatch.setattr(script, "PATIENCE", 0.05)
    [missing] = await played(Puppet(lambda act, what: [Seen("Closed")]), screen)
    assert missing == "after 'hi': expected 'Welcome', the answer was 'Closed'"


async def test_an_answer_may_have_several_messages(screen, written) -> None:
    """The words may be in a later one; all are shown."""
    assert await played(Puppet(lambda act, what: [Seen("A picture"), MENU]), screen, STEPS[:1]) == []
    assert "A picture" in written()


async def test_a_menu_in_words_is_answered_in_words(screen, written) -> None:
    """Where nothing can be tapped, the contact writes the option's words."""
    puppet = Puppet(lambda act, what: [Seen("1. Buy fruit")] if what == "hi" else [Seen("Mango, KES 50")])
    steps = [Step(says="hi", expects="1."), Step(picks="Buy fruit", expects="Mango")]
    assert await played(puppet, screen, steps) == []
    assert puppet.acts == [("says", "hi"), ("says", "Buy fruit")]


async def test_an_option_is_known_by_how_it_begins(screen) -> None:
    """Whatever stands before its first letter, and however it is written."""
    menu = Seen("Welcome", (Option("a", "Search"), Option("b", "🥬 Fresh food")))
    puppet = Puppet(lambda act, what: [menu] if act == "says" else [Seen(f"{what} it is")])
    steps = [Step(says="hi", expects="Welcome"), Step(picks="fresh", expects="b it is")]
    assert await played(puppet, screen, steps) == []


async def test_what_was_found_is_used(screen, written) -> None:
    """In words, in what is expected, and in what the business asks of its API, which may bring a message."""
    puppet = Puppet(lambda act, what: [Seen("Order K7 is placed")] if act == "says" else [])
    asked = []

    async def asks(what, body) -> str:
        asked.append((what, body))
        await puppet.says("", "")
        return ""

    play = Play(puppet, "+254700000001", Transcript(screen), asks=asks)
    steps = [
        Step(says="buy", expects="placed", finds=r"Order (?P<number>\w+)"),
        Step(asks="POST /orders/{number}/ship", body={"carrier": "Boda"}, expects="Order {number}"),
    ]
    await play.run(steps, 5.0)
    assert play.missing == []
    assert asked == [("POST /orders/K7/ship", {"carrier": "Boda"})]
    assert "(the shop: POST /orders/K7/ship)" in written()


async def test_what_is_not_found_is_missing(screen) -> None:
    """The pattern is named, and so is what the API says when it refuses."""
    steps = [Step(says="hi", expects="Welcome", finds="order (?P<number>[0-9]+)")]
    [missing] = await played(Puppet(shop), screen, steps)
    assert missing == "after 'hi': 'order (?P<number>[0-9]+)' is not in the answer 'Welcome'"

    async def asks(what, body) -> str:
        return "409 it is shipped"

    play = Play(Puppet(shop), "+254700000001", Transcript(screen), asks=asks)
    await play.run([Step(asks="POST /ship", expects="x")], 5.0)
    assert play.missing == ["after '(the shop: POST /ship)': the API answered 409 it is shipped"]


async def test_what_became_of_a_message_is_printed(screen, written) -> None:
    """What a provider could not carry stands under the message."""

    async def lost_of(message_id: str) -> Sequence[str]:
        return ("lost: footer dropped",)

    play = Play(Puppet(shop), "+254700000001", Transcript(screen), lost_of)
    await play.run(STEPS[:1], 5.0)
    assert "(lost: footer dropped)" in written()


async def test_silence_is_missing(screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """No answer is named, with what the simulator knows of the reason."""
    monkeypatch.setattr(script, "PATIENCE", 0.02)
    puppet = Puppet(lambda act, what: [])
    puppet.troubles = ["webhook answered 401 (3×)"]
    missing = await played(puppet, screen)
    assert missing == ["after 'hi': no answer within 0.02 s; expected 'Welcome'", "webhook answered 401 (3×)"]


async def test_statuses_are_part_of_it(screen) -> None:
    """An answer whose read status the gateway never took is missing something."""
    puppet = Puppet(shop)
    puppet.furthest = "sent"
    [missing] = await played(puppet, screen)
    assert "told 'sent'" in missing


async def test_what_is_not_offered_is_missing(screen) -> None:
    """A menu that is gone is named."""
    puppet = Puppet(shop)
    puppet.forgets = True
    [missing] = await played(puppet, screen)
    assert missing == "after '▸ Buy fruit': buy is not offered"


async def test_the_whole_is_bounded(screen, monkeypatch: pytest.MonkeyPatch) -> None:
    """However patient each step is, the conversation ends in time."""
    monkeypatch.setattr(script, "PATIENCE", 60.0)
    missing = await played(Puppet(lambda act, what: []), screen, within=0.02)
    assert missing == ["the conversation was not over within 0.02 s"]
