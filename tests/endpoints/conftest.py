"""A receiver and the stage, on each database."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from gateway.clock import ManualClock, SystemClock
from gateway.store.port import Store
from tests.endpoints.world import Post, Receiver, receiving
from tests.net.conftest import canary, names

__all__ = ["canary", "names"]


@pytest.fixture
def clock() -> ManualClock:
    """Time that the test moves, from now on."""
    return ManualClock(SystemClock().now())


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    """A customer's server."""
    async with receiving() as made:
        yield made


@pytest.fixture
async def post(store: Store, receiver: Receiver, clock: ManualClock) -> AsyncIterator[Post]:
    """The stage, not started."""
    made = Post(store, receiver, clock)
    yield made
    await made.kill()
