"""Read receipts and typing indicators."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

import pytest

from gateway.clock import ManualClock
from gateway.pipeline.signals import MOST, SHOWN, Signals
from gateway.provider import ProviderError, Steps
from tests.pipeline.world import metrics_of


class World:
    """A channel whose provider has receipts, and what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, bool]] = []
        self.answer: Callable[[], Any] = lambda: None
        self.clock, self.metrics = ManualClock(), metrics_of()
        self.signals = Signals(self.ask, self.metrics, self.clock)
        provider = SimpleNamespace(name="meta_cloud", receipts=self)
        self.channel: Any = SimpleNamespace(
            tenant="duka", id="main", provider=provider, settings=lambda: None
        )

    def mark_read(self, message_id: str, typing: bool, settings: Any) -> Steps[None]:
        """What a provider implements."""
        self.asked.append((message_id, typing))
        return None  # type: ignore[return-value]  # nobody runs it here

    async def ask(self, steps: Steps[None], /, channel: object) -> None:
        """What the sender does."""
        await asyncio.sleep(0)
        self.answer()

    def count(self, result: str) -> float:
        """The metric."""
        labels = {"provider": "meta_cloud", "result": result}
        return self.metrics.value("gateway_signals_total", **labels)


@pytest.fixture
def world() -> World:
    """One of them."""
    return World()


async def test_a_message_is_marked_once_and_typed_under_again_when_the_last_is_over(world: World) -> None:
    """A receipt is not repeated; an indicator is, once it is no longer shown."""
    for typing in (False, False, True, True):
        assert world.signals.mark_read(world.channel, "wamid.1", typing=typing)
        await world.signals.drain(1)
    assert world.asked == [("wamid.1", False), ("wamid.1", True)]

    world.clock.advance(SHOWN)
    world.signals.mark_read(world.channel, "wamid.1", typing=True)
    world.signals.mark_read(world.channel, "wamid.2", typing=False)
    await world.signals.drain(1)
    assert world.asked[2:] == [("wamid.1", True), ("wamid.2", False)]
    assert world.count("ok") == 4


async def test_a_provider_without_receipts_says_so(world: World) -> None:
    """By False, and nothing is asked."""
    del world.channel.provider.receipts
    assert not world.signals.mark_read(world.channel, "wamid.1", typing=True)
    assert world.asked == []


@pytest.mark.parametrize("error", [ProviderError("auth", code=190), RuntimeError("a bug")])
async def test_a_signal_that_fails_hurts_nobody(world: World, error: Exception) -> None:
    """It is counted and forgotten."""

    def fail() -> None:
        raise error

    world.answer = fail
    world.signals.mark_read(world.channel, "wamid.1", typing=True)
    await world.signals.drain(1)
    assert world.count("failed") == 1


async def test_more_signals_than_can_be_made_are_dropped(world: World) -> None:
    """They would come too late."""
    for index in range(MOST + 5):
        world.signals.mark_read(world.channel, f"wamid.{index}", typing=False)
    await world.signals.drain(5)
    assert (world.count("ok"), world.count("dropped")) == (MOST, 5)
