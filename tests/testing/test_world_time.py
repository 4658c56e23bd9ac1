"""Time in a world: it stands still until the test moves it, and then all that is due happens in order."""

from __future__ import annotations

import time
from datetime import UTC, datetime, timedelta

import pytest

from gateway.testing import Contact, World

from .shop import Paid

pytestmark = [pytest.mark.plugins("shop.py"), pytest.mark.database("both")]


async def test_what_is_due_comes_in_its_order(world: World, ana: Contact) -> None:
    """Messages for later and delayed jobs, each at its own time, however long the step."""
    await ana.says("later")
    await ana.sees_nothing()
    await ana.waits("59m")
    await ana.sees_nothing()
    await ana.waits("1m")
    assert [message.text for message in ana.new] == ["in one hour"]

    await ana.waits("12h")

    assert [message.text for message in ana.new] == ["bread is ready", "in three hours"]


async def test_the_clock_stands_still(world: World, ana: Contact) -> None:
    """It begins at a moment of its own and moves by what is waited."""
    assert world.now == datetime(2026, 3, 2, 9, tzinfo=UTC)
    await ana.says("twice")
    assert world.now == datetime(2026, 3, 2, 9, tzinfo=UTC)
    await ana.waits("90m")
    assert world.now == datetime(2026, 3, 2, 10, 30, tzinfo=UTC)


async def test_waiting_takes_no_time(world: World, ana: Contact) -> None:
    """A week with its recurring job is over in a moment."""
    began = time.thread_time()
    await world.waits("1d")
    assert time.thread_time() - began < 10


async def test_recurring_jobs_come_each_time(world: World, ana: Contact) -> None:
    """In order, at their own times."""
    await world.waits("4h")
    said = [event.data["what"] for event in world.emitted]
    assert len(said) in (3, 4)
    assert said == sorted(said)
    assert all(what.startswith("sweep at ") for what in said)


async def test_a_flow_times_out_while_the_contact_is_silent(world: World, ana: Contact) -> None:
    """Also behind a restart."""
    await ana.says("pay")
    await ana.waits("11h")
    await ana.sees_nothing()
    await world.restart(kill=True)
    await ana.waits("1h")
    assert await ana.sees("too late")


async def test_a_flow_goes_on_when_another_plugin_says_so(world: World, ana: Contact) -> None:
    """`emit` is what that plugin would have said."""
    await ana.says("pay")
    await world.emit(Paid(500), key="18")
    await ana.sees_nothing()
    await world.emit(Paid(500), key="17")
    assert await ana.sees("paid 500")


@pytest.mark.tenant(time_zone="Africa/Nairobi", language="sw")
@pytest.mark.now("2026-12-24T23:30+03:00")
async def test_a_test_may_begin_at_any_moment(world: World) -> None:
    """And for a tenant who lives somewhere else."""
    assert world.now == datetime(2026, 12, 24, 20, 30, tzinfo=UTC)
    await world.waits(timedelta(minutes=45).total_seconds())
    assert world.now.hour == 21
    assert world.gateway.directory["test"].time_zone == "Africa/Nairobi"
