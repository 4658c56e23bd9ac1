"""Files of contacts where several processes share a database: each file is fetched by one of them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from typing import Any, cast

import pytest
from msgspec.structs import replace

from gateway.channels import Channels
from gateway.clock import MINUTE, SystemClock
from gateway.errors import StoreUnavailable
from gateway.media.fetch import Fetcher
from gateway.media.files import Files
from gateway.media.queries import MEDIA
from gateway.media.settle import Settler
from gateway.media.spill import Spill
from gateway.net import Fetched
from gateway.observe import Metrics
from gateway.settings import Settings
from gateway.store import connect
from gateway.store.port import Store
from tests.support.house import until
from tests.support.postgres import Urls
from tests.support.pretended import Pretended

FILES = 40


class Place:
    """A server with the files; it counts who asks for which."""

    def __init__(self) -> None:
        self.asked: list[str] = []
        self.open = asyncio.Event()

    async def get(self, job: Any, spill: Spill) -> Fetched:
        self.asked.append(job.id)
        await self.open.wait()
        await spill.write(job.id.encode())
        return Fetched("text/plain", "", "")


class Process:
    """A fetcher with a store of its own."""

    def __init__(self, number: int, urls: Urls, settings: Settings, place: Place) -> None:
        self.store: Store = connect(urls.url, worker_url=urls.worker_url)
        self.cluster = Pretended(number)
        own = replace(settings, server=replace(settings.server, spool=settings.server.spool / str(number)))
        self.fetcher = Fetcher(
            Files(own, self.store, SystemClock()), self.store, cast(Channels, NoChannels()),
            lambda tenant, hook: False, Metrics(), SystemClock(),
            ask=cast(Any, None), found=lambda opened: None, ownership=self.cluster,
        )  # fmt: skip
        self.fetcher._getter = cast(Any, place)
        self.task: asyncio.Task[None] | None = None

    async def start(self) -> None:
        await self.store.open()
        await self.cluster.enter(self.store)
        self.task = asyncio.create_task(self.fetcher.run())

    async def kill(self) -> None:
        if self.task is not None:
            self.task.cancel()
            await asyncio.gather(self.task, return_exceptions=True)
            self.task = None
        await self.fetcher.drain(0)


class NoChannels:
    """No channel is configured."""

    def get(self, tenant: str, channel: str) -> None:
        return None


@pytest.fixture
async def two(postgres_urls: Urls, settings: Settings) -> AsyncIterator[tuple[Process, Process, Place]]:
    """Two processes that run; the first leads."""
    place = Place()
    first, second = (Process(n, postgres_urls, settings, place) for n in (1, 2))
    await first.start()
    await first.cluster.lead()
    await second.start()
    yield first, second, place
    for each in (first, second):
        await each.kill()
        await each.store.close()


async def arrive(store: Store, count: int = FILES) -> None:
    """*count* files are to be fetched, of ten tenants."""
    now = SystemClock().now()
    rows = [
        {"tenant": f"t{n % 10}", "id": f"f{n}", "message": "", "channel": "c", "kind": "document",
         "source": "{}", "state": "pending", "told": "", "mime_type": "", "size": 0, "sha256": "",
         "filename": "", "visibility": "private", "next_at": now, "now": now, "stored_at": 0}
        for n in range(count)
    ]  # fmt: skip
    await store.write(lambda tx: tx.many(MEDIA["add"], rows))


async def stored(store: Store) -> int:
    """How many are kept."""
    count: int = await store.read(lambda tx: tx.value("select count(*) from media where state = 'stored'"))
    return count


async def test_each_file_is_fetched_once(two: tuple[Process, Process, Place]) -> None:
    """Both fetch, and none is fetched by both."""
    first, second, place = two
    place.open.set()
    await arrive(first.store)

    async def all_are() -> bool:
        for each in (first, second):
            each.fetcher.stir()
        return await stored(first.store) == FILES

    await until(all_are, "all files are kept", within=60)
    assert sorted(place.asked) == sorted(f"f{n}" for n in range(FILES))


async def test_what_a_dead_process_was_fetching_is_fetched_at_once(
    two: tuple[Process, Process, Place],
) -> None:
    """Its claim would hold for a quarter of an hour; the leader sees that its process is gone."""
    first, second, place = two
    await arrive(first.store, 4)
    second.fetcher.stir()
    await until(lambda: len(place.asked) == 4, "they are under way", within=60)
    claimed = await first.store.read(lambda tx: tx.all("select term, next_at from media"))
    assert all(row["next_at"] > SystemClock().now() + 10 * MINUTE for row in claimed)
    owners = {row["term"] for row in claimed}
    await second.kill()
    await second.cluster.die(first.store)
    place.open.set()
    await until(lambda: _are(first.store, 4), "all are kept", within=60)
    assert owners <= {1, 2}
    assert len(place.asked) >= 4


async def test_a_process_that_is_not_there_any_more_claims_nothing(
    two: tuple[Process, Process, Place],
) -> None:
    """Its lease has run out by its own clock, or somebody has noted its end: it fetches nothing."""
    first, second, place = two
    await second.cluster.die(first.store)
    first.cluster.living = False
    await arrive(first.store, 3)
    second.fetcher.stir()
    first.fetcher.stir()
    await asyncio.sleep(1.3)
    assert place.asked == []


async def _are(store: Store, count: int) -> bool:
    return await stored(store) == count


async def test_a_drain_begins_nothing_more(two: tuple[Process, Process, Place]) -> None:
    """What a process that ends was fetching is cut off, and it begins nothing in its place."""
    first, second, place = two
    await second.kill()
    await arrive(first.store)
    await until(lambda: len(place.asked) > 0, "some are under way")
    await first.fetcher.drain(0.0)
    asked = len(place.asked)
    first.fetcher.stir()
    await asyncio.sleep(0.2)
    assert len(place.asked) == asked
    assert len(first.fetcher) == 0


async def test_what_could_not_be_stored_is_due_again_when_the_database_is_back(
    two: tuple[Process, Process, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its claim would hold for a quarter of an hour: the process that made it takes it back."""
    first, second, place = two
    await second.kill()
    settler, away = first.fetcher._settler, iter([True])

    async def not_stored(*values: Any) -> Any:
        if next(away, False):
            raise StoreUnavailable("the database is away")
        return await Settler.stored(settler, *values)

    monkeypatch.setattr(settler, "stored", not_stored)
    place.open.set()
    await arrive(first.store, 1)
    first.fetcher.stir()
    await until(lambda: _are(first.store, 1), "it is kept", within=60)
    assert place.asked == ["f0", "f0"]


async def test_a_claim_whose_answer_was_lost_is_found_again(
    two: tuple[Process, Process, Place], monkeypatch: pytest.MonkeyPatch
) -> None:
    """It was made and would hold for a quarter of an hour: the file is fetched within seconds, and only that
    counts as a try."""
    first, second, place = two
    await second.kill()
    write, lost = first.store.write, iter([True])

    async def lossy(work: Any, **more: Any) -> Any:
        found = await write(work, **more)
        if found and next(lost, False):
            raise StoreUnavailable("the answer was lost")
        return found

    monkeypatch.setattr(first.store, "write", lossy)
    place.open.set()
    await arrive(second.store, 3)
    first.fetcher.stir()
    await until(lambda: _are(second.store, 3), "they are kept", within=60)
    assert next(lost, True)
    assert sorted(place.asked) == ["f0", "f1", "f2"]
    tried = await second.store.read(lambda tx: tx.all("select tries from media"))
    assert {row["tries"] for row in tried} == {1}
