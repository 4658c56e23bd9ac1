"""Reading the accounts in the background: at the start, after gaps, and again after a failure."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Generator
from typing import Any, cast

import pytest
from msgspec.structs import replace

from gateway.channels import Channels
from gateway.clock import DAY, SECOND, ManualClock
from gateway.model.event import ChannelEvent
from gateway.model.notice import TemplateStatus
from gateway.model.template import TemplateDefinition
from gateway.provider import HttpAnswer, HttpRequest, ProviderError
from gateway.store.port import Store
from gateway.templates import sync as module
from gateway.templates.fold import fold
from gateway.templates.registry import Registry
from gateway.templates.sync import Syncs
from tests.support.house import until

HELLO = TemplateDefinition("hello", "en", "utility", body="Hi", status="APPROVED")


class Directory:
    """An account that answers without a network."""

    def __init__(self) -> None:
        self.listed: tuple[TemplateDefinition, ...] = (HELLO,)
        self.calls = 0
        self.error: ProviderError | None = None

    def account(self, settings: str) -> str:
        """The settings are the account."""
        return settings

    def list(self, settings: str) -> Generator[HttpRequest, HttpAnswer, tuple[TemplateDefinition, ...]]:
        """What is there, or the error."""
        self.calls += 1
        if self.error is not None:
            raise self.error
        yield from ()
        return self.listed


class Number:
    """A channel, as far as syncs look."""

    def __init__(self, id: str, account: str, directory: Directory) -> None:
        self.id, self.tenant, self._account = id, "duka", account
        self.provider = self
        self.templates = directory

    def settings(self) -> str:
        """The account."""
        return self._account


@pytest.fixture
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Looks come at once; the clock alone decides what is due."""
    monkeypatch.setattr(module, "LOOK", 0.005)


class World:
    """Two channels of one account and one without any, read in the background."""

    def __init__(self, store: Store) -> None:
        self.directory, self.clock, self.store = Directory(), ManualClock(), store
        self.registry = Registry(store, self.clock)
        numbers = [Number(id, account, self.directory) for id, account in (("a", "w"), ("b", "w"), ("c", ""))]
        self.syncs = Syncs(store, cast(Channels, numbers), self.registry, self.clock)
        self.channel = cast(Any, numbers[0])

        self.tasks: list[asyncio.Task[None]] = []

    async def asked(self, calls: int) -> None:
        """Until so many lists were asked for."""
        await until(lambda: self.directory.calls >= calls, f"{calls} lists")

    async def has(self, name: str, status: str) -> None:
        """Until the template is known, whole."""

        async def there() -> bool:
            await self.registry.refresh()
            found = self.registry.find(self.channel, name, "en")
            return found is not None and found.whole and found.definition.status == status

        await until(there, f"{name} {status}")

    def start(self) -> None:
        """Begin to read."""
        self.tasks.append(asyncio.create_task(self.syncs.run()))


@pytest.fixture
async def world(store: Store, quick: None) -> AsyncIterator[World]:
    """Not started; it ends with the test."""
    made = World(store)
    yield made
    for task in made.tasks:
        task.cancel()
    await asyncio.gather(*made.tasks, return_exceptions=True)


async def test_an_account_is_read_once_at_the_start_and_daily(world: World) -> None:
    """Not once for each of its channels; what changed is known the next day."""
    world.start()
    await world.has("hello", "APPROVED")
    assert world.directory.calls == 1

    world.directory.listed = (replace(HELLO, status="PAUSED"),)
    world.clock.advance(DAY / SECOND - 1)
    await asyncio.sleep(0.05)
    assert world.directory.calls == 1
    world.clock.advance(2)
    await world.has("hello", "PAUSED")
    assert world.directory.calls == 2


async def test_a_failure_is_tried_again_later_and_later(world: World) -> None:
    """Ten seconds, then twenty; until then nothing is known, and sends pass."""
    world.directory.error = ProviderError("unavailable", title="down")
    world.start()
    await world.asked(1)
    assert world.registry.of_channel(world.channel) is None
    for wait, calls in ((9, 1), (2, 2), (19, 2), (2, 3)):
        world.clock.advance(wait)
        await asyncio.sleep(0.05)
        await world.asked(calls)
        assert world.directory.calls == calls
    world.directory.error = None
    world.clock.advance(41)
    await world.has("hello", "APPROVED")

    assert world.registry.of_channel(world.channel) is not None


async def test_a_template_that_is_only_known_by_name_is_read_within_a_minute(world: World) -> None:
    """A webhook told of it; the list has the rest."""
    world.start()
    await world.has("hello", "APPROVED")
    new = replace(HELLO, name="new")
    world.directory.listed = (HELLO, new)
    told = TemplateStatus("2", "new", "en", status="APPROVED")
    event = ChannelEvent("x", "k", world.clock.now() + SECOND, account="w", content=told)
    await world.store.write(lambda tx: fold(tx, "duka", "w", [event], world.clock.now()))
    await world.registry.refresh()
    assert world.registry.incomplete("duka", "w")

    world.clock.advance(61)
    await world.has("new", "APPROVED")

    assert world.directory.calls == 2
    assert not world.registry.incomplete("duka", "w")


async def test_the_end_of_a_review_is_known_within_ten_minutes(world: World) -> None:
    """Also from a provider that sends no webhook about it; soon after, only daily again."""
    world.directory.listed = (replace(HELLO, status="PENDING"),)
    world.start()
    await world.has("hello", "PENDING")
    world.directory.listed = (HELLO,)
    world.clock.advance(599)
    await asyncio.sleep(0.05)
    assert world.directory.calls == 1
    world.clock.advance(2)
    await world.has("hello", "APPROVED")
    world.clock.advance(700)  # the reading that found it approved may have planned one more
    await asyncio.sleep(0.05)
    after = world.directory.calls
    world.clock.advance(20_000)
    await asyncio.sleep(0.05)
    assert world.directory.calls == after
