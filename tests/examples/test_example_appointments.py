"""examples/appointments: a booking, two who want one hour, a reminder."""

from __future__ import annotations

import pytest

from gateway.testing import Contact, World

pytestmark = [
    pytest.mark.plugins("../../examples/appointments"),
    pytest.mark.provider("all"),
    pytest.mark.tenant(time_zone="Africa/Nairobi", country="KE"),
    pytest.mark.now("2026-03-02T09:00+03:00"),
]


async def book(contact: Contact, day: str, hour: str) -> None:
    """Ask for a visit."""
    await contact.says("book")
    await contact.says(day)
    await contact.taps(hour)


async def test_a_visit_is_booked_and_reminded_of(ana: Contact) -> None:
    """An hour before, in the tenant's time zone."""
    await book(ana, "today", "14:00")
    await ana.sees("See you on Monday, 2 March 2026 at 14:00.")
    await ana.waits("239m")
    await ana.sees_nothing()
    await ana.waits("1m")

    await ana.sees("We see you at 14:00 today.")


@pytest.mark.provider("meta_cloud")
async def test_after_a_day_of_silence_the_reminder_is_a_template(ana: Contact) -> None:
    """Nothing else may be sent then."""
    await book(ana, "friday", "10:00")
    await ana.waits("5d")

    shown = await ana.sees(kind="template")
    assert "visit_reminder" in repr(shown)


@pytest.mark.database("both")
async def test_an_hour_is_given_once(ana: Contact, ben: Contact) -> None:
    """Who chooses later does not find it."""
    await book(ana, "tomorrow", "10:00")
    await ben.says("book")
    await ben.says("tomorrow")

    offered = await ben.sees("At what time?")
    assert "10:00" not in [choice.title for choice in offered.choices]


async def test_the_last_moment_belongs_to_the_table(ana: Contact, ben: Contact) -> None:
    """Two look at the same hour; the second to tap it is told."""
    for contact in (ana, ben):
        await contact.says("book")
        await contact.says("tomorrow")
    await ana.taps("11:00")
    await ben.taps("11:00")

    await ben.sees("Somebody was faster.")


async def test_a_killed_gateway_reminds_too(ana: Contact, world: World) -> None:
    """A job is a row."""
    await book(ana, "today", "12:00")
    await world.restart(kill=True)
    await ana.waits("2h")

    await ana.sees("We see you at 12:00 today.")
