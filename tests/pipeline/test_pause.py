"""Paused channels: what the database says of them, and when they go on."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from msgspec.structs import replace

from gateway.clock import ManualClock
from gateway.errors import StoreUnavailable
from gateway.pipeline.follow import unload
from gateway.pipeline.number import Number
from gateway.pipeline.pause import PROBE
from gateway.registry import mirror, states
from gateway.settings import ChannelSettings, Settings
from gateway.settings.model import Server
from gateway.store.port import Store
from tests.pipeline.world import SEAL, channels_of, line_of, part_for, settings_of


class World:
    """A line that is not started, with one channel whose token stands in a file, and its own clock."""

    def __init__(self, store: Store, folder: Path) -> None:
        self.store, self.clock = store, ManualClock()
        self.token = folder / "token"
        self.token.write_text("old")
        self.settings = _settings(settings_of(folder), self.token)
        self.line = line_of(store, self.settings, clock=self.clock)
        number = self.line.sender.number("duka", "main")
        assert number is not None
        self.number: Number = number

    def pause(self) -> None:
        """The provider has refused the token just now."""
        self.number.pause("token")
        self.line.pauses.note(self.number, "token")

    async def state(self) -> tuple[int, str]:
        """A look, and what the database says then."""
        await self.line.pauses.look()
        (state,) = await states(self.store, "duka")
        return state.paused_at, state.paused_reason


def _settings(settings: Settings, token: Path) -> Settings:
    (tenant,) = settings.tenants
    channel = ChannelSettings("main", "fake", {"token": {"file": str(token)}})
    return replace(
        settings, server=Server(secret=("s" * 32,)), tenants=(replace(tenant, channels=(channel,)),)
    )


@pytest.fixture
async def world(store: Store, tmp_path: Path) -> World:
    """The world, with its channel in the database."""
    made = World(store, tmp_path)
    await mirror(store, SEAL, made.settings, channels_of(made.settings), made.clock)
    return made


async def test_since_when_and_why_is_in_the_database(world: World) -> None:
    """The time of the refusal, not of the look."""
    begun = world.clock.now()
    world.pause()
    world.clock.advance(2)

    assert await world.state() == (begun, "token")


async def test_a_new_token_ends_the_pause(world: World) -> None:
    """Within one look; the next look clears the database; a later pause is a new one."""
    world.pause()
    await world.state()

    world.token.write_text("new")
    os.utime(world.token, (1, 1))
    await world.state()
    assert world.number.paused == ""
    assert await world.state() == (0, "")

    world.clock.advance(10)
    world.pause()
    assert await world.state() == (world.clock.now(), "token")


async def test_a_try_that_fails_is_the_same_pause(world: World) -> None:
    """Once a minute one send is tried; refused again, the channel is paused since the first time."""
    begun = world.clock.now()
    world.pause()
    for _ in range(3):
        assert await world.state() == (begun, "token")
        world.clock.advance(PROBE)
        await world.line.pauses.look()
        assert world.number.paused == ""
        world.pause()

    assert await world.state() == (begun, "token")


async def test_a_try_that_holds_ends_it(world: World) -> None:
    """A pause long after the try is a new one."""
    world.pause()
    await world.state()
    world.clock.advance(PROBE)
    await world.state()
    assert await world.state() == (0, "")

    world.clock.advance(PROBE + 1)
    world.pause()
    assert (await world.state())[0] == world.clock.now()


async def test_what_could_not_be_written_is_written_next_time(world: World) -> None:
    """The database was away when the channel was paused, and when it went on."""
    write, begun = world.store.write, world.clock.now()

    async def away(work: object, *, urgent: bool = False) -> None:
        raise StoreUnavailable("away")

    world.pause()
    world.store.write = away  # type: ignore[method-assign, assignment]
    assert await world.state() == (0, "")
    world.store.write = write  # type: ignore[method-assign]
    assert await world.state() == (begun, "token")

    world.token.write_text("new")
    os.utime(world.token, (1, 1))
    world.clock.advance(5)
    await world.line.pauses.look()
    world.store.write = away  # type: ignore[method-assign, assignment]
    assert await world.state() == (begun, "token")
    world.store.write = write  # type: ignore[method-assign]
    assert await world.state() == (0, "")


async def test_what_waits_makes_room(world: World) -> None:
    """What a paused number holds is let go of, and taken again when it goes on: all is read anew then."""
    sender = world.line.sender
    sender.held.add(world.number.channel.shard)
    world.pause()
    for name in ("c1", "c1", "c2"):
        sender.take(part_for(world.line, conversation=name))
    assert len(sender.known) == 3
    unload(sender)
    assert (sender.known, world.number.lanes) == ({}, {})
    sender.take(part_for(world.line))
    assert sender.known == {}

    assert not world.number.behind
    world.clock.advance(PROBE)
    await world.line.pauses.look()
    assert world.number.behind
