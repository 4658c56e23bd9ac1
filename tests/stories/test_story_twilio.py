"""Twilio does not come back: what it tells us while we are down is not lost."""

from __future__ import annotations

import contextlib

from tests.support.house import ANA, BEN, House


async def test_what_came_while_we_were_down_is_found(any_house: House) -> None:
    """Nobody answered Twilio's calls; after the start its list of messages is read, and each contact is
    answered once, also when the gateway starts again."""
    sim = any_house.line("duka", provider="twilio")
    await any_house.start()
    await sim.says(ANA, "before")
    await sim.wait_for(ANA, 1)
    await any_house.stop()
    for contact, words in ((ANA, "one"), (ANA, "two"), (BEN, "three")):
        with contextlib.suppress(TimeoutError):
            await sim.says(contact, words)
    await any_house.start()
    assert [each.text for each in await sim.wait_for(ANA, 3, timeout=30)] == ["before", "one", "two"]
    assert [each.text for each in await sim.wait_for(BEN, 1, timeout=30)] == ["three"]
    await any_house.stop()
    await any_house.start()
    await sim.says(BEN, "after")
    assert [each.text for each in await sim.wait_for(BEN, 2)] == ["three", "after"]
    assert len(sim.inbox(ANA)) == 3
