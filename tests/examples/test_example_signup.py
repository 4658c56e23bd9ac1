"""examples/signup.py: a form with undo."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World

pytestmark = [pytest.mark.plugins("../../examples/signup.py"), pytest.mark.provider("all")]


async def test_each_answer_is_checked_and_can_be_taken_back(ana: Contact) -> None:
    """What cannot be read is asked again; "back" goes to the question before, from each question."""
    await ana.says("join")
    await ana.sees("How shall we call you?")
    await ana.says("Ana 2")
    await ana.sees("Letters only, please.")
    await ana.says("ana")
    await ana.sees("e-mail")
    await ana.says("back")
    await ana.sees("How shall we call you?")
    await ana.says("anita")
    await ana.says("anita at home")
    await ana.sees("e-mail")
    await ana.says("anita@example.org")
    await ana.sees("birthday")
    await ana.says("back")
    await ana.sees("e-mail")
    await ana.says("anita@example.com")
    await ana.says("24 March 1990")
    await ana.sees("news")
    await ana.says("back")
    await ana.sees("birthday")
    await ana.says("25/3/1990")
    await ana.taps("No")

    shown = await ana.sees("Welcome, Anita!")
    assert shown.text == "Welcome, Anita! anita@example.com, born March 25, 1990, without news."


async def test_twenty_hours_of_silence_end_it(ana: Contact, world: World) -> None:
    """By itself, also when the gateway was restarted meanwhile."""
    await ana.says("join")
    await world.restart()
    await ana.waits("19h")
    await ana.sees_nothing()
    await world.restart(kill=True)
    await ana.waits("59m")
    await ana.waits("1m")

    await ana.sees("We stop here for today.")


async def test_cancel_ends_it(ana: Contact) -> None:
    """And the word that began it begins it again."""
    await ana.says("join")
    await ana.says("cancel")
    await ana.says("join")

    await ana.sees("How shall we call you?")
