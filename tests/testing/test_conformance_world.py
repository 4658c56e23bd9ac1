"""The world that the conformance cases are written with."""

from __future__ import annotations

from pathlib import Path

import pytest

from examples.carrier_pigeon import provider
from gateway.testing.conformance.clerk import answer_to
from gateway.testing.conformance.waiting import until
from gateway.testing.conformance.world import World


async def test_a_conversation(tmp_path: Path) -> None:
    """Contacts say and see, the API lists, the plugin writes down, metrics count."""
    async with World(provider, tmp_path).running() as world:
        ana = world.contact()
        await world.sim.says(ana, "hello")
        [seen] = await world.shown(ana, 1)
        assert seen.text == answer_to("hello")
        [item] = await world.settled(ana, 1, "read")
        assert item["provider_message_id"] == seen.message_id
        [heard] = world.clerk.from_contact(ana)
        assert (heard.tenant, heard.channel, heard.message.text) == ("first", "front", "hello")
        assert await world.metric("gateway_events_total", kind="message", result="new") == 1


async def test_a_temper_passes(tmp_path: Path) -> None:
    """What `temper` changes is as it was afterwards, also when something went wrong."""
    world = World(provider, tmp_path)
    before = world.sim.statuses
    with world.temper(statuses=("sent",)) as changed:
        assert changed.statuses == ("sent",)
    assert world.sim.statuses == before
    with pytest.raises(TypeError), world.temper(statuses=("read",)):
        world.sim.contact()  # type: ignore[call-arg]
    assert world.sim.statuses == before


async def test_too_many_messages_are_noticed(tmp_path: Path) -> None:
    """`shown` fails when a phone has more messages than it should have."""
    async with World(provider, tmp_path).running() as world:
        ana = world.contact()
        await world.sim.says(ana, "one")
        await world.sim.says(ana, "two")
        await world.sim.wait_for(ana, 2, 8.0)
        with pytest.raises(AssertionError, match="2 messages instead of 1"):
            await world.shown(ana, 1)


async def test_until_says_what_did_not_come() -> None:
    """With the time that it waited."""
    with pytest.raises(AssertionError, match=r"not within 0.05 s: rain"):
        await until(lambda: False, "rain", 0.05)
