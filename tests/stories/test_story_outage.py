"""The database goes away and comes back; nobody restarts anything."""

from __future__ import annotations

import asyncio
import io
import json
import sqlite3
from collections import Counter
from collections.abc import AsyncIterator, Callable
from pathlib import Path
from typing import Any

import asyncpg
import pytest

from gateway import app
from gateway.pipeline.journal import Journal
from gateway.store.sqlite.store import SqliteStore
from gateway.store.url import sqlite_path
from tests.support.house import ANA, BEN, House, change, text_message, until, webhook
from tests.support.logs import logged
from tests.support.postgres import PostgresServer, role_url


class Away:
    """A database that is away while *now* is true."""

    def __init__(self) -> None:
        self.now = False


@pytest.fixture
def away(monkeypatch: pytest.MonkeyPatch) -> Away:
    """The SQLite stores of this test fail while it says so."""
    switch = Away()

    class Faulty(sqlite3.Connection):
        def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:  # type: ignore[override]
            if switch.now:
                error = sqlite3.OperationalError("disk I/O error")
                error.sqlite_errorcode = sqlite3.SQLITE_IOERR
                raise error
            return super().execute(sql, *values)

    monkeypatch.setattr(app, "connect", lambda url, **_: SqliteStore(sqlite_path(url), kind=Faulty))
    return switch


async def test_a_disk_that_goes_away(house: House, away: Away) -> None:
    """503 with Retry-After while the disk is away, everything is answered once it is back."""
    sim = house.line()
    await house.start()
    await sim.says(ANA, "before")
    await sim.wait_for(ANA, 1)
    away.now = True
    body = webhook(change(sim, text_message(ANA, "during", "wamid.during")))
    for _ in range(3):
        answer = await house.post(body)
        assert answer.status == 503
        assert int(answer.headers["Retry-After"]) > 0
    async with house.session.get(house.url + "/health/ready") as ready:
        assert ready.status == 503
    async with house.session.get(house.url + "/health/live") as live:
        assert live.status == 200
    shed = await house.metric("gateway_webhook_requests_total", result="shed")
    assert shed >= 3  # statuses that Meta tells meanwhile are refused as well
    retried = asyncio.create_task(sim.says(BEN, "retried by Meta"))
    await asyncio.sleep(0.1)
    away.now = False
    await retried
    assert (await house.post(body)).status == 200
    assert [m.text for m in await sim.wait_for(ANA, 2)] == ["before", "during"]
    assert [m.text for m in await sim.wait_for(BEN, 1)] == ["retried by Meta"]
    async with house.session.get(house.url + "/health/ready") as ready:
        assert ready.status == 200


async def test_away_in_the_middle_of_a_conversation(house: House, away: Away) -> None:
    """The database goes while a send is under way: its outcome is stored later, and it is sent once."""
    sim = house.line()
    sim.delay = 0.3
    await house.start()
    await sim.says(ANA, "one")
    await until(lambda: _sending(house), "the send is under way")
    away.now = True
    await sim.wait_for(ANA, 1)
    await asyncio.sleep(0.4)  # the answer is here, and cannot be stored
    away.now = False
    await sim.says(ANA, "two")
    assert [m.text for m in await sim.wait_for(ANA, 2, timeout=30)] == ["one", "two"]
    await until(lambda: _all_read(house, 2), "both are read", within=60)
    assert len(sim.accepted) == 2


async def _sending(house: House) -> bool:
    return bool(await house.rows("select id from outbox where state = 'sending'"))


async def _taken(house: House, body: bytes) -> bool:
    return (await house.post(body)).status == 200


async def _all_read(house: House, count: int) -> bool:
    return [item["status"] for item in await house.sent()] == ["read"] * count


@pytest.fixture
async def shut(
    postgres_house: House, postgres_server: PostgresServer
) -> AsyncIterator[Callable[[bool], Any]]:
    """Shuts this test's database to everybody and opens it again."""
    name = postgres_house.urls.url.partition("?")[0].rpartition("/")[2]
    admin = await asyncpg.connect(role_url(postgres_server.superuser_url, "postgres"))

    async def act(closed: bool) -> None:
        await admin.execute(f'alter database "{name}" with allow_connections {"false" if closed else "true"}')
        if closed:
            await admin.execute(
                "select pg_terminate_backend(pid) from pg_stat_activity where datname = $1", name
            )

    yield act
    await act(False)
    await admin.close()


async def test_postgres_goes_away(postgres_house: House, shut: Callable[[bool], Any]) -> None:
    """Connections cut and refused: 503 with Retry-After; back again, everything goes on by itself."""
    house = postgres_house
    sim = house.line()
    await house.start()
    await sim.says(ANA, "before")
    await sim.wait_for(ANA, 1)
    sim.delay = 0.3
    await sim.says(BEN, "a send under way")
    await until(lambda: _sending(house), "the send is under way")
    await shut(True)
    body = webhook(change(sim, text_message(ANA, "during", "wamid.during")))
    answer = await house.post(body)
    assert answer.status == 503
    assert int(answer.headers["Retry-After"]) > 0
    async with house.session.get(house.url + "/health/ready") as ready:
        assert ready.status == 503
    async with house.session.get(
        house.url + "/api/v1/messages", headers={"Authorization": "Bearer x"}
    ) as api:
        assert api.status == 401
    await shut(False)

    await until(lambda: _taken(house, body), "webhooks are taken again", within=30)
    await sim.wait_for(BEN, 1, timeout=30)  # at once, or behind the outage when its claim was not answered
    assert [m.text for m in await sim.wait_for(ANA, 2, timeout=30)] == ["before", "during"]
    await until(lambda: _all_read(house, 3), "all three are read", within=30)
    assert len(sim.accepted) == 3


async def test_a_provider_that_does_not_come_back(house: House, away: Away) -> None:
    """Twilio's webhooks are spooled and answered 200 while the database is away, and journaled afterwards,
    also when the process was restarted in between; nothing that is not authentic is."""
    sim = house.line(provider="twilio")
    await house.start()
    away.now = True
    for n in range(3):
        await sim.says(ANA, f"spooled {n}")
    path = "/webhooks/twilio/duka-main"
    assert (await house.post(b"Body=hi", {}, path=path)).status == 401
    assert await house.metric("gateway_webhook_requests_total", result="spooled") == 3
    assert sim.accepted == []
    away.now = False
    assert [m.text for m in await sim.wait_for(ANA, 3, timeout=30)] == [f"spooled {n}" for n in range(3)]
    away.now = True
    await sim.says(ANA, "and a restart")
    away.now = False
    await house.stop()
    await house.start()
    assert (await sim.wait_for(ANA, 4, timeout=30))[3].text == "and a restart"
    assert len(sim.accepted) == 4


async def test_more_than_the_disk_takes(
    house: House, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """When too many webhooks wait for the disk the next is a 503; nothing that was answered 200 is lost."""
    made = Journal.__init__
    monkeypatch.setattr(Journal, "__init__", lambda self, *a, **k: made(self, *a, **{**k, "bound": 5}))
    sim = house.line()
    await house.start()
    bodies = [webhook(change(sim, text_message(f"+25471{n:07d}", f"{n}", f"wamid.{n}"))) for n in range(200)]
    answers = await asyncio.gather(*(house.post(body) for body in bodies))
    codes = [answer.status for answer in answers]
    assert set(codes) == {200, 503}
    assert all(answer.headers["Retry-After"] for answer in answers if answer.status == 503)
    await until(lambda: len(sim.accepted) == codes.count(200), "each 200 is answered", within=60)
    refused = [body for body, code in zip(bodies, codes, strict=True) if code == 503]
    for body in refused:
        await until(lambda body=body: _taken(house, body), "Meta comes back with it")  # type: ignore[misc]
    await until(lambda: len(sim.accepted) == 200, "and the others later", within=60)


async def test_each_stage_tells_of_an_outage_once(postgres_house: House, shut: Callable[[bool], Any]) -> None:
    """One line when it begins and one when it is over, though each tries every second and more often."""
    house = postgres_house
    house.line()
    with logged() as lines:
        await house.start()
        await shut(True)
        await asyncio.sleep(6.0)  # longer than the lease
        await shut(False)
        told = await until(lambda: _over(lines), "each stage has told that it is back", within=30)
        await house.stop()

    assert {"media", "jobs", "wakes", "refill", "recover", "feed", "webhook_out", "schedule"} <= told.keys()
    assert all(counts == (1, 1) for counts in told.values()), told


def _over(lines: io.StringIO) -> dict[str, tuple[int, int]]:
    """How often each stage told of the beginning and of the end; nothing while one is not through."""
    count = Counter(json.loads(line)["event"] for line in lines.getvalue().splitlines())
    stages = {event.removesuffix(".store_away") for event in count if event.endswith(".store_away")}
    told = {each: (count[f"{each}.store_away"], count[f"{each}.store_back"]) for each in stages}
    return told if all(over for _, over in told.values()) else {}
