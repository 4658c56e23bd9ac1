"""Lanes: order within a conversation, conversations side by side, tenants in turn, memory bounded."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.channels import Channel
from gateway.model.ids import new_id
from gateway.pipeline.gaps import WHOLE, Bounds
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


def _lanes(stage: Stage, *, per_tenant: int = 64, bounds: Bounds | None = None) -> Lanes:
    lanes = Lanes(stage.handle, per_tenant=per_tenant, bounds=bounds)
    lanes.open({stage.channel.shard: ""}, ())
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
    """Once an event was turned away, no newer one of its tenant is taken until the old ones have been read;
    other tenants are not concerned."""
    lanes = _lanes(stage, bounds=Bounds(tenant=3))
    stage.go.clear()
    events = [stage.event(str(n)) for n in range(5)]
    assert [lanes.offer(event) for event in events[:4]] == [True, True, True, False]
    assert lanes.offer(stage.event("other", "o", tenant="shop"))
    stage.go.set()
    await eventually(lambda: not lanes.known)

    assert not lanes.offer(events[4])
    assert list(lanes.gaps) == [("duka", WHOLE)]
    assert events[2].id < lanes.gaps["duka", WHOLE].after < events[3].id
    assert [lanes.take(event, ("duka", WHOLE)) for event in events[3:]] == [True, True]
    await eventually(lambda: not lanes.known)
    assert [name for name in stage.order if name != "other"] == ["0", "1", "2", "3", "4"]


async def test_a_hot_conversation_is_behind_alone(stage: Stage) -> None:
    """What it has too much of waits in the database; its tenant's other conversations go on."""
    lanes = _lanes(stage, bounds=Bounds(lane=2))
    stage.go.clear()
    assert [lanes.offer(stage.event(str(n))) for n in range(3)] == [True, True, False]
    assert lanes.offer(stage.event("other", "c2"))

    assert list(lanes.gaps) == [("duka", "c1")]
    stage.go.set()
    await eventually(lambda: not lanes.known)


async def test_when_all_have_much_a_tenant_with_little_is_still_let_in(stage: Stage) -> None:
    """Memory is bounded for all together, and nobody is kept out by the others."""
    lanes = _lanes(stage, bounds=Bounds(tenant=10, total=6, floor=2))
    stage.go.clear()
    taken = [lanes.offer(stage.event(str(n), f"c{n}")) for n in range(8)]
    assert taken == [True] * 6 + [False] * 2
    others = [lanes.offer(stage.event(str(n), f"o{n}", tenant="shop")) for n in range(3)]
    assert others == [True, True, False]
    stage.go.set()
    await eventually(lambda: not lanes.known)


async def test_room_is_told_when_half_of_it_is_free(stage: Stage) -> None:
    """Whoever reads back is called then, and not for each event."""
    lanes = _lanes(stage, bounds=Bounds(tenant=4))
    asked: list[tuple[str, str]] = []
    lanes.read = asked.append
    stage.go.clear()
    for n in range(5):
        lanes.offer(stage.event(str(n), f"c{n}"))
    assert asked == []
    stage.go.set()
    await eventually(lambda: not lanes.known)

    assert asked[0] == ("duka", WHOLE)


async def test_shards_that_are_not_ours_are_not_run(stage: Stage) -> None:
    """Neither before they are open, nor after they were dropped; what runs then is let run."""
    lanes = Lanes(stage.handle)
    event = stage.event("1")
    assert not lanes.offer(event)
    assert lanes.take(event, ("duka", WHOLE))
    assert not lanes.known
    lanes.open({event.shard: ""}, ())
    stage.go.clear()
    assert lanes.offer(event)
    assert lanes.offer(stage.event("2"))
    await asyncio.sleep(0)

    (task,) = lanes.drop({event.shard})
    assert not lanes.known
    stage.go.set()
    await task
    assert stage.order == ["1"]


async def test_what_comes_while_a_shard_is_taken_over_is_read_behind_what_is_older(stage: Stage) -> None:
    """It waits in the database like the rest."""
    lanes = Lanes(stage.handle)
    asked: list[tuple[str, str]] = []
    lanes.read = asked.append
    event = stage.event("1")
    lanes.expect({event.shard})
    assert not lanes.offer(event)
    lanes.open({event.shard: ""}, ["shop"])

    assert asked == [("duka", WHOLE), ("shop", WHOLE)]
    assert not lanes.offer(stage.event("2"))


async def test_a_hand_over_waits_for_what_runs(stage: Stage) -> None:
    """The rest is forgotten at once; after its time a turn is cut off."""
    lanes = _lanes(stage)
    stage.go.clear()
    for name in ("1", "2"):
        lanes.offer(stage.event(name))
    await asyncio.sleep(0)
    shut = asyncio.create_task(lanes.shut({stage.channel.shard}, 1.0))
    await asyncio.sleep(0)
    assert not shut.done()
    stage.go.set()
    await shut

    assert stage.order == ["1"]


async def test_an_event_that_is_known_is_not_taken_twice(stage: Stage) -> None:
    """Memory and the database may offer the same one."""
    lanes = _lanes(stage)
    event = stage.event("1")

    assert [lanes.offer(event), lanes.offer(event)] == [True, False]
    assert lanes.take(event, ("duka", WHOLE))
    await eventually(lambda: not lanes.known)
    assert not lanes.offer(event)
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
