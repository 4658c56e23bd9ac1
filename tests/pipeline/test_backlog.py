"""Messages whose webhooks were lost are found in the provider's list, once, and from where we last heard."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.channels import Channels
from gateway.clock import ManualClock
from gateway.errors import StoreUnavailable
from gateway.model.event import Event
from gateway.pipeline.backlog import AGAIN, EVERY, FRESH, MARGIN, SOON, Backlogs
from gateway.pipeline.line import Line
from gateway.provider import HttpRequest, ProviderError, Steps
from gateway.store.port import Store
from tests.pipeline.world import (
    FakeProvider,
    line_of,
    raw_of,
    running,
    said,
    settings_of,
    told,
    value,
)
from tests.support.house import until

_encode = msgspec.json.Encoder().encode


class Listing(FakeProvider):
    """A provider with a list of messages."""

    def __init__(self) -> None:
        self.events: list[Event] = []
        self.asked: list[int] = []
        self.error: ProviderError | None = None
        self.backlog = self

    def missed(self, since: int, settings: Any) -> Steps[tuple[bytes, ...]]:
        """Everything, whenever it was."""
        self.asked.append(since)
        if self.error is not None:
            raise self.error
        yield HttpRequest("GET", settings.url, {}, b"", sends=False)
        return tuple(_encode([event]) for event in self.events)


class World:
    """A line whose provider has a backlog, and the stage that reads it."""

    def __init__(self, store: Store, tmp_path: Path, clock: ManualClock) -> None:
        self.provider, self.store, self.clock = Listing(), store, clock
        self.line: Line = line_of(store, settings_of(tmp_path), clock=clock)
        self.line.parser._channels = Channels(settings_of(tmp_path), {"fake": self.provider})  # type: ignore[dict-item]
        (self.channel,) = self.line.parser._channels
        self.stage = Backlogs(
            self.line.parser._channels, store, self.line.journal, self.ask, clock, self.line.cluster
        )

    async def ask(self, steps: Steps[Any], channel: object, /) -> Any:
        """The provider answers at once."""
        try:
            next(steps)
            steps.send(None)
        except StopIteration as done:
            return done.value

    async def channel_row(self, **times: int) -> None:
        """The channel as it is in the database."""
        row = {"polled_at": 0, "webhook_at": 0, **times}

        async def work(tx: Any) -> None:
            await tx.run(
                "insert into channel (tenant, id, provider, number, settings, paused_at, paused_reason, "
                "updated_at, webhook_at, polled_at) "
                "values ('duka', 'main', 'fake', '100', :nothing, 0, '', 0, :webhook_at, :polled_at) "
                "on conflict (tenant, id) do update set polled_at = :polled_at, "
                "webhook_at = :webhook_at",
                nothing=b"", **row,
            )  # fmt: skip

        await self.store.write(work)


@pytest.fixture
async def world(store: Store, tmp_path: Path, clock: ManualClock) -> World:
    """One channel that was last heard an hour ago."""
    made = World(store, tmp_path, clock)
    await made.channel_row(webhook_at=clock.now() - 3_600_000_000)
    return made


async def _stored(store: Store, count: int) -> bool:
    """Whether so many messages and so many statuses are stored."""
    tables = [await value(store, f"select count(*) from {name}") for name in ("message", "status")]
    return tables == [count, count]


async def test_what_was_missed_is_stored_once(world: World) -> None:
    """Of a message that came, one that did not, a status that came and one that did not, two are new."""
    before = world.clock.now() - 60_000_000
    came, lost = said("came", id="m1", at=before), said("lost", id="m2", at=before)
    known, news = told("m0", "sent", at=0), told("m0", "delivered", at=0)
    async with running(world.line):
        await world.line.journal.append(raw_of(came, known))
        await until(lambda: _stored(world.store, 1))
        world.provider.events = [came, lost, known, news]
        assert await world.stage.look(world.channel) == EVERY
        await until(lambda: _stored(world.store, 2))
        assert await world.stage.look(world.channel) == EVERY
    assert await value(world.store, "select count(*) from message") == 2
    assert await value(world.store, "select count(*) from status") == 2
    assert await value(world.store, "select count(*) from journal") == 3


async def test_what_is_very_new_may_still_come_by_itself(world: World) -> None:
    """It is left for a second look a moment later: a webhook tells more than a list."""
    world.provider.events = [said("just now", id="m3", at=world.clock.now())]
    assert await world.stage.look(world.channel) == SOON
    assert await value(world.store, "select count(*) from journal") == 0
    world.clock.advance(FRESH / 1_000_000 + 1)
    assert await world.stage.look(world.channel) == EVERY
    assert await value(world.store, "select count(*) from journal") == 1


async def test_it_asks_from_where_it_last_heard(world: World) -> None:
    """Then from its last look; of a channel that was never heard there is nothing to miss yet."""
    heard = world.clock.now() - 3_600_000_000
    assert await world.stage.look(world.channel) == EVERY
    looked = world.clock.now()
    world.clock.advance(900)
    assert await world.stage.look(world.channel) == EVERY
    assert world.provider.asked == [heard - MARGIN, looked - MARGIN]
    await world.channel_row()
    assert await world.stage.look(world.channel) == EVERY
    assert len(world.provider.asked) == 2


async def test_a_webhook_that_came_says_nothing_of_those_before_it(world: World) -> None:
    """Between two looks one may get lost while others come; at a start they may come before the first."""
    looked = world.clock.now()
    await world.channel_row(polled_at=looked, webhook_at=looked)
    world.clock.advance(900)
    await world.channel_row(polled_at=looked, webhook_at=world.clock.now())
    assert await world.stage.look(world.channel) == EVERY
    assert world.provider.asked == [looked - MARGIN]


async def test_nothing_is_asked_for_a_channel_whose_webhooks_go_elsewhere_still(world: World) -> None:
    """However often it is looked at before it was heard once: somebody else answers these messages."""
    await world.channel_row()
    for _ in range(3):
        assert await world.stage.look(world.channel) == EVERY
        world.clock.advance(900)
    assert world.provider.asked == []


async def test_a_refusal_is_tried_again_from_the_same_place(world: World) -> None:
    """Neither a provider that refuses nor a database that is away moves the mark."""
    world.provider.error = ProviderError("unavailable", title="not now")
    assert await world.stage.look(world.channel) == AGAIN
    world.provider.error = None
    assert await world.stage.look(world.channel) == EVERY
    assert world.provider.asked[0] == world.provider.asked[1]


async def test_a_database_that_is_away_is_waited_for(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is asked, and nothing raises."""

    async def away(work: object) -> None:
        raise StoreUnavailable("away")

    monkeypatch.setattr(world.store, "read", away)
    assert await world.stage.look(world.channel) == AGAIN
    assert world.provider.asked == []
