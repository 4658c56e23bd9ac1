"""Two gateways behind a pgbouncer in transaction mode, and two whose LISTEN goes dead."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.stories.test_story_several import TENANTS, WORK, call, made, whose
from tests.support.beside import beside
from tests.support.blackhole import Way, way
from tests.support.house import ANA, BEN, House, until
from tests.support.pgbouncer import pgbouncer
from tests.support.postgres import Urls


async def begun(house: House) -> House:
    """Six tenants on the first gateway."""
    house.plugin("work", WORK)
    for tenant in TENANTS:
        house.line(tenant, "work")
    return await house.start()


@pytest.fixture(params=["direct_url", "polling"])
async def pooled(request: pytest.FixtureRequest, tmp_path: Path, postgres_urls: Urls) -> AsyncIterator[House]:
    """A house behind a pooler, with and without a way past it."""
    with pgbouncer(postgres_urls, size=8) as urls:
        house = House(tmp_path, urls)
        house.store = {"pooler": True}
        if request.param == "direct_url":
            house.store["direct_url"] = postgres_urls.worker_url
        try:
            yield await begun(house)
        finally:
            await house.close()


async def test_everything_works_behind_a_pooler(pooled: House) -> None:
    """Turns that read and write, replies in order, jobs, the API and the log: on two gateways."""
    first = pooled.gateway
    assert first is not None
    async with beside(pooled) as second:
        for n in range(3):
            for at in (first, second):
                for tenant in TENANTS:
                    sim = pooled.lines[tenant].sim
                    sim.webhook_url = f"{at.url}/webhooks/meta_cloud/{tenant}-main"
                    await sim.says(ANA, f"{n}")
        for tenant in TENANTS:
            sim = pooled.lines[tenant].sim
            said = [each.text for each in await sim.wait_for(ANA, 6, timeout=15)]
            assert said == ["0", "0", "1", "1", "2", "2"]
            await sim.says(BEN, "work")
        for tenant in TENANTS:
            assert [m.text for m in await pooled.lines[tenant].sim.wait_for(BEN, 1, timeout=15)] == ["done"]
        assert len((pooled.folder / "bank").read_text().split()) == len(TENANTS)

        key = await made(pooled, tenant=TENANTS[0])
        body = {"channel": f"{TENANTS[0]}-main", "to": ANA, "message": {"type": "text", "text": "by the API"}}
        for n, at in enumerate((first, second)):
            code, answer = await call(pooled, key, at, "POST", "messages", json=body)
            assert code == 202, (n, answer)
        said = [m.text for m in await pooled.lines[TENANTS[0]].sim.wait_for(ANA, 8, timeout=15)]
        assert said[-2:] == ["by the API", "by the API"]
        code, found = await call(pooled, key, second, "GET", "events?limit=100")
        assert code == 200
        assert len(found["items"]) >= 8
    sim = pooled.lines[TENANTS[0]].sim
    sim.webhook_url = f"{first.url}/webhooks/meta_cloud/{TENANTS[0]}-main"
    await sim.says(BEN, "alone again")
    assert [m.text for m in await sim.wait_for(BEN, 2, timeout=15)][-1] == "alone again"


@pytest.fixture
async def dead_end(tmp_path: Path, postgres_urls: Urls) -> AsyncIterator[tuple[House, Way]]:
    """A house that listens through a way that can go dead."""
    async with way(postgres_urls.worker_url) as through:
        house = House(tmp_path, postgres_urls)
        house.store = {"direct_url": through.url}
        try:
            yield await begun(house), through
        finally:
            await house.close()


async def test_polling_carries_on_when_nobody_is_heard(dead_end: tuple[House, Way]) -> None:
    """The connection that listens goes silent without a word: a message at a gateway that does not own its
    number is answered within a second all the same, again and again."""
    house, through = dead_end
    first = house.gateway
    assert first is not None
    async with beside(house) as second:
        await until(lambda: through.taken >= 2, "both listen")
        theirs = [
            (whose(house, second)[0], first),
            (whose(house, first)[0], second),
        ]
        through.open.clear()
        slowest = 0.0
        for n in range(1, 6):
            for tenant, at in theirs:
                sim = house.lines[tenant].sim
                sim.webhook_url = f"{at.url}/webhooks/meta_cloud/{tenant}-main"
                began = time.monotonic()
                await sim.says(ANA, f"{n}")
                said = await sim.wait_for(ANA, n, timeout=10)
                slowest = max(slowest, time.monotonic() - began)
                assert [each.text for each in said] == [str(each) for each in range(1, n + 1)]
        assert slowest < 4.0  # on a busy machine; the looks are 0.2 s apart
        through.open.set()
        await asyncio.sleep(0)
