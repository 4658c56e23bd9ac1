"""Lanes: order within a conversation, conversations side by side, tenants in turn, memory bounded."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.channels import Channel
from gateway.model.ids import new_id
from gateway.pipeline.lanes import Lanes
from gateway.pipeline.records import OpenEvent
from tests.pipeline.world import channels_of, eventually, said, settings_of


class Stage:
    """Handles events as long as a test lets it."""

    def __init__(self, channel: Channel) -> None:
        self.channel = channel
        self.order: list[str] = []
        self.now: list[str] = []
        self.most = 0
        self.go = asyncio.Event()

    async def handle(self, event: OpenEvent) -> None:
        """Count who is here at once."""
        self.now.append(event.conversation)
        assert self.now.count(event.conversation) == 1, "two of one conversation at once"
        self.most = max(self.most, len(self.now))
        try:
            await self.go.wait()
            await asyncio.sleep(0)
            self.order.append(event.message)
            if event.message.endswith("!"):
                raise RuntimeError("a bug of ours")
        finally:
            self.now.remove(event.conversation)

    def event(self, name: str, conversation: str = "c1", tenant: str = "duka") -> OpenEvent:
        """An event called *name*."""
        return OpenEvent(tenant, new_id(), self.channel, said(name), 1, conversation, message=name)


@pytest.fixture
async def stage(tmp_path: Path) -> Stage:
    """A stage whose handlers may go."""
    (channel,) = channels_of(settings_of(tmp_path))
    made = Stage(channel)
    made.go.set()
    return made


def _lanes(stage: Stage, *, per_tenant: int = 64, bound: int = 10_000) -> Lanes:
    lanes = Lanes(stage.handle, per_tenant=per_tenant, bound=bound)
    lanes.behind = False
    return lanes


async def test_a_conversation_is_handled_in_order_and_others_beside_it(stage: Stage) -> None:
    """Five conversations with ten messages each, offered in turn."""
    lanes = _lanes(stage)
    for n in range(10):
        for lane in range(5):
            assert lanes.offer(stage.event(f"{lane}:{n}", f"c{lane}"))
    await eventually(lambda: not len(lanes))

    for lane in range(5):
        assert [name for name in stage.order if name.startswith(f"{lane}:")] == [
            f"{lane}:{n}" for n in range(10)
        ]
    assert stage.most == 5


async def test_a_tenant_has_its_share_and_no_more(stage: Stage) -> None:
    """One whose plugin hangs fills its own places; the other's conversation runs."""
    lanes = _lanes(stage, per_tenant=3)
    stage.go.clear()
    for n in range(10):
        lanes.offer(stage.event(f"slow {n}", f"s{n}"))
    lanes.offer(stage.event("other", "o", tenant="shop"))
    await asyncio.sleep(0.01)

    assert sorted(stage.now) == ["o", "s0", "s1", "s2"]
    stage.go.set()
    await eventually(lambda: not len(lanes))
    assert len(stage.order) == 11


async def test_a_bug_in_one_event_does_not_stop_its_lane(stage: Stage) -> None:
    """The event stays open in the database; those behind it go on."""
    lanes = _lanes(stage)
    for name in ("1", "2!", "3"):
        lanes.offer(stage.event(name))
    await eventually(lambda: not len(lanes))

    assert stage.order == ["1", "2!", "3"]


async def test_what_does_not_fit_is_left_for_the_database_and_nothing_passes_it(stage: Stage) -> None:
    """Once an event was turned away, no newer one is taken until the old ones have been read."""
    lanes = _lanes(stage, bound=3)
    stage.go.clear()
    events = [stage.event(str(n)) for n in range(5)]
    assert [lanes.offer(event) for event in events[:4]] == [True, True, True, False]
    stage.go.set()
    await eventually(lambda: not len(lanes))

    assert not lanes.offer(events[4])
    assert lanes.behind
    assert lanes.skipped
    assert [lanes.take(event) for event in events[3:]] == [True, True]
    await eventually(lambda: not len(lanes))
    assert stage.order == ["0", "1", "2", "3", "4"]


async def test_an_event_that_is_known_is_not_taken_twice(stage: Stage) -> None:
    """Memory and the database may offer the same one."""
    lanes = _lanes(stage)
    event = stage.event("1")

    assert [lanes.offer(event), lanes.offer(event), lanes.take(event)] == [True, False, False]
    await lanes.wait_for(event.id)
    assert stage.order == ["1"]


async def test_draining_starts_nothing_new(stage: Stage) -> None:
    """What runs is given its time; what waits stays open."""
    lanes = _lanes(stage)
    stage.go.clear()
    for n in range(3):
        lanes.offer(stage.event(str(n)))
    await asyncio.sleep(0)
    drain = asyncio.create_task(lanes.drain(1.0))
    await asyncio.sleep(0)
    stage.go.set()
    await drain

    assert stage.order == ["0"]


async def test_draining_does_not_wait_for_ever(stage: Stage) -> None:
    """A turn that hangs is cancelled."""
    lanes = _lanes(stage)
    stage.go.clear()
    lanes.offer(stage.event("1"))
    await asyncio.sleep(0)
    async with asyncio.timeout(2):
        await lanes.drain(0.01)

    assert stage.now == []
