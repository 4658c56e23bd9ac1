"""Tests of plugins that a strict type checker accepts."""

from __future__ import annotations

from typing import assert_type

from gateway.testing import Contact, Shown, World


async def test_order(world: World, ana: Contact) -> None:
    await ana.says("shop")
    assert_type(await ana.sees("What would you like?"), Shown)
    await ana.taps("mango")
    await ana.sends(location=(-1.29, 36.82))
    await ana.waits("12h")
    await ana.reads()
    assert_type(ana.inbox[-1].buttons, list[str])
    await world.restart()
    with world.faults(lose_answers=1.0):
        await world.contact("+254711000009", "Eva").says("hello")
    with world.expects_failure() as failures:
        await ana.says("boom")
    assert failures[0].plugin == "shop"
