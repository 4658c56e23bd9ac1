"""What the tests of the pipeline share: the provider's servers, a clock, and stages that look often."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gateway.clock import ManualClock, SystemClock
from gateway.pipeline import doubt, pause, schedule
from tests.pipeline.world import Servers, serving


@pytest.fixture
async def servers() -> AsyncIterator[Servers]:
    """The provider's servers."""
    async with serving() as made:
        yield made


@pytest.fixture
def clock() -> ManualClock:
    """Time that the test moves; ids are made by the machine's, so it begins there."""
    return ManualClock(SystemClock().now())


@pytest.fixture(autouse=True)
def _often(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at doubts, pauses and the schedule more often than in life."""
    monkeypatch.setattr(doubt, "TICK", 0.01)
    monkeypatch.setattr(pause, "LOOK", 0.02)
    monkeypatch.setattr(schedule, "TICK", 0.01)
