"""What flows do beside asking: once, whatever is replayed; and when nobody may be written to any more."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World
from tests.flows import odds_plugin

pytestmark = [pytest.mark.plugins(odds_plugin), pytest.mark.database("both")]


@pytest.fixture(autouse=True)
def _nothing_ran() -> None:
    odds_plugin.RAN.clear()


async def test_what_is_said_after_the_window_is_lost(world: World, ana: Contact) -> None:
    """The flow goes on: what it does behind the lost words is done once, and its question is asked when the
    contact writes again."""
    await ana.says("late")
    await ana.sees("Name?")
    await ana.waits("30h")
    assert odds_plugin.RAN == ["the 24-hour window is closed", "release stock", "noted"] or sorted(
        odds_plugin.RAN
    ) == sorted([*["the 24-hour window is closed"] * 2, "release stock", "noted"])
    assert not world.dead
    await ana.says("hello")
    await ana.sees("Shall we go on?")
    await ana.says("yes")
    await ana.sees("Going on: yes.")
    assert odds_plugin.RAN.count("release stock") == 1


async def test_a_closed_window_can_be_caught(world: World, ana: Contact) -> None:
    """As in any hook."""
    await ana.says("caught")
    await ana.waits("30h")
    assert odds_plugin.RAN == ["caught"]
    await ana.says("hello")
    await ana.sees("plugin: hello")


async def test_what_has_no_name_is_done_once(world: World, ana: Contact) -> None:
    """Messages, jobs, events, refusals and the time are in every replay what they were."""
    await ana.says("odd")
    await ana.sees("Refused.")
    await ana.sees("First of 1?")
    await ana.waits("10m")
    await world.restart(kill=True)
    await ana.says("4")
    await ana.sees("No options.")
    await ana.sees("Second?")
    await ana.says("x")
    await ana.sees("A number, please.")
    await ana.waits("5m")
    await ana.says("5")
    await ana.sees("9 True True 0:10")
    await ana.waits("3h")
    await ana.says("ok")
    await ana.sees("True True True")
    assert sorted(odds_plugin.RAN) == ["noted", "work once"]
    assert not world.dead


async def test_who_put_a_flow_aside_is_not_told_of_its_end(world: World, ana: Contact) -> None:
    """It ends when its time is over, without a word; one that waits says so."""
    await ana.says("slow")
    await ana.says("menu")
    await ana.sees("You were in the middle of this: the slow one.")
    await ana.waits("2h")
    await ana.sees_nothing()
    await ana.says("resume")
    await ana.sees("plugin: resume")
    await ana.says("slow")
    await ana.waits("2h")
    await ana.sees("We have not heard from you for a while")


async def test_a_turn_that_runs_again_says_once(world: World, ana: Contact) -> None:
    """Nothing of a turn that asked for another try is kept: the log, the words, the step."""
    await ana.says("again")
    await ana.says("Ana")
    await ana.sees(exactly="said")
    await ana.sees("after 3")
    assert [shown.text for shown in world.sent].count("said") == 1
    assert not world.dead


async def test_a_flow_begins_where_an_event_is_heard(world: World, ana: Contact) -> None:
    """In the conversation of the event."""
    await ana.says("heard")
    await ana.sees("What?")
    await ana.says("music")
    await ana.sees("Heard music")


async def test_cancel_ends_what_waits_for_ever(world: World, ana: Contact) -> None:
    """Nothing waits longer than a year."""
    await ana.says("odd")
    rows = await world.db().all("select wake_at - updated_at as waits from flow where tenant = :tenant")
    assert [row["waits"] // 86_400_000_000 for row in rows] == [365]
    await ana.says("cancel")
    await ana.sees("Cancelled.")
    assert not await world.db().all("select id from flow where tenant = :tenant")
