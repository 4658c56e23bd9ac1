"""`GET /api/v1/events` as server-sent events: resumed, bounded, ended."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
import pytest

from gateway.api.following import events, stream
from gateway.feed import facts, note
from gateway.operate import operate
from gateway.settings import load
from tests.api.test_events import EVENTS, everything, talked
from tests.support.house import ANA, BEN, House, until

SSE = {"Accept": "text/event-stream"}


@asynccontextmanager
async def streamed(
    house: House, tenant: str = "duka", last: int | None = None, **query: Any
) -> AsyncIterator[aiohttp.ClientResponse]:
    """A stream of *tenant*'s log."""
    headers = {"Authorization": f"Bearer {await house.key(tenant)}", **SSE}
    if last is not None:
        headers["Last-Event-ID"] = str(last)
    async with house.session.get(house.url + EVENTS, headers=headers, params=query) as answer:
        yield answer


async def frames(answer: aiohttp.ClientResponse, count: int) -> list[dict[str, Any]]:
    """The next *count* events of a stream, as a browser's EventSource gives them out."""
    found: list[dict[str, Any]] = []
    fields: dict[str, str] = {}
    async with asyncio.timeout(10):
        while len(found) < count:
            line = (await answer.content.readline()).decode()
            assert line, "the stream has ended"
            if line != "\n":
                name, _, value = line.rstrip("\n").partition(": ")
                fields[name] = value
            elif fields:
                if "data" in fields:
                    data = json.loads(fields["data"])
                    assert (str(data["seq"]), data["type"]) == (fields["id"], fields["event"])
                    found.append(data)
                fields = {}
    return found


async def test_a_stream_tells_what_the_pages_tell(any_house: House) -> None:
    """From the beginning, then live; the same events as the pages hold."""
    house = any_house
    await talked(house)
    log = await everything(house)
    async with streamed(house) as answer:
        assert answer.status == 200
        assert answer.headers["Content-Type"].startswith("text/event-stream")
        assert answer.headers["Cache-Control"] == "no-store"
        assert answer.headers["X-Accel-Buffering"] == "no"
        assert "Content-Encoding" not in answer.headers
        assert await frames(answer, len(log)) == log
        await house.sim.says(BEN, "hi")
        live = await frames(answer, 3)
        assert [event["seq"] for event in live] == [len(log) + 1, len(log) + 2, len(log) + 3]
        assert live[1]["data"]["content"]["text"] == "hi"


async def test_a_stream_goes_on_where_it_was_left(any_house: House) -> None:
    """Last-Event-ID wins over after; nothing is missed, nothing comes twice."""
    house = any_house
    await talked(house)
    log = await everything(house)
    async with streamed(house) as answer:
        first = await frames(answer, 2)
    async with streamed(house, last=first[-1]["seq"], after=0) as answer:
        assert first + await frames(answer, len(log) - 2) == log
    code, told = await house.api("GET", EVENTS, headers={**SSE, "Last-Event-ID": "abc"})
    assert (code, told["code"]) == (400, "bad_last_event_id")


async def test_a_stream_of_some_types(house: House) -> None:
    """Only what was asked for; its numbers have gaps then, and those alone."""
    await talked(house)
    wanted = await everything(house, types="message.received")
    async with streamed(house, types="message.received") as answer:
        assert await frames(answer, 1) == wanted
        await house.sim.says(BEN, "hi")
        [event] = await frames(answer, 1)
        assert event["data"]["content"]["text"] == "hi"


async def test_a_tenants_stream_is_its_own(any_house: House) -> None:
    """What happens to another tenant is not in it."""
    house = any_house
    async with streamed(house, "soko") as answer:
        await talked(house)
        await house.lines["soko"].sim.says(BEN, "ours")
        events = await frames(answer, 2)
        assert [event["seq"] for event in events] == [1, 2]
        assert events[1]["data"]["content"]["text"] == "ours"


async def test_two_hundred_readers(house: House) -> None:
    """Many streams, of keys enough, all get the same."""
    streams = house.gateway.streams  # type: ignore[union-attr]
    streams._per_key = 200
    connector = aiohttp.TCPConnector(limit=0)
    headers = {"Authorization": f"Bearer {await house.key()}", **SSE}
    async with aiohttp.ClientSession(connector=connector, headers=headers) as session:
        answers = await asyncio.gather(*(session.get(house.url + EVENTS) for _ in range(200)))
        await until(lambda: len(streams) == 200)
        await house.sim.says(ANA, "hello")
        told = await asyncio.gather(*(frames(answer, 3) for answer in answers))
        assert all(each == told[0] for each in told)
        for answer in answers:
            answer.close()
    await until(lambda: len(streams) == 0, "everybody has gone")


async def test_a_key_has_ten_streams(house: House) -> None:
    """The eleventh is refused with 429, and taken when one has gone. A full house is a 503."""
    streams = house.gateway.streams  # type: ignore[union-attr]
    headers = {"Authorization": f"Bearer {await house.key()}", **SSE}
    open_ = [await house.session.get(house.url + EVENTS, headers=headers) for _ in range(stream.PER_KEY)]
    code, told = await house.api("GET", EVENTS, headers=SSE)
    assert (code, told["code"]) == (429, "too_many_streams")
    streams._most = stream.PER_KEY
    async with streamed(house, "soko") as answer:
        assert (answer.status, (await answer.json())["code"]) == (503, "no_stream_free")
    open_.pop().close()
    await until(lambda: len(streams) < stream.PER_KEY)
    async with streamed(house) as answer:
        assert answer.status == 200
    for each in open_:
        each.close()


async def test_a_business_leaves_places_for_others(house: House) -> None:
    """However many keys it makes: its streams together are bounded, and the next business has its own."""
    house.gateway.streams._per_tenant = 2  # type: ignore[union-attr]
    async with streamed(house), streamed(house):
        made = await operate(load(house.config), "key.create", {"tenant": "duka"})
        headers = {**SSE, "Authorization": f"Bearer {made['key']}"}
        async with house.session.get(house.url + EVENTS, headers=headers) as answer:
            assert (answer.status, (await answer.json())["code"]) == (429, "too_many_streams")
        async with streamed(house, "soko") as answer:
            assert answer.status == 200


async def test_a_stream_ends_with_its_key(house: House) -> None:
    """Whose key was revoked is not told any more."""
    streams = house.gateway.streams  # type: ignore[union-attr]
    streams._recheck = 0.2
    gone = False

    async def allowed(ask: object) -> bool:
        return not gone

    streams._allowed = allowed
    async with streamed(house) as answer:
        await asyncio.sleep(0.5)
        assert len(streams) == 1
        gone = True
        async with asyncio.timeout(5):
            assert b"data:" not in await answer.content.read()
    await until(lambda: len(streams) == 0)


async def test_signs_of_life(house: House) -> None:
    """While nothing happens a comment comes; behind events that a filter leaves out, their number."""
    house.gateway.streams._beat = 0.2  # type: ignore[union-attr]
    async with streamed(house, types="channel.paused") as answer:
        text = ""
        while ": here" not in text:
            text += (await answer.content.readline()).decode()
        assert text.startswith("retry: 2000\n\n")
        await talked(house)
        head = f"id: {len(await everything(house))}\n"
        async with asyncio.timeout(10):
            while head not in text:
                text += (await answer.content.readline()).decode()
    assert "data:" not in text


async def test_a_slow_reader_is_dropped(house: House) -> None:
    """Who does not take what is written loses the connection, and the place with it."""
    streams = house.gateway.streams  # type: ignore[union-attr]
    streams._patience = 0.3
    host, port = house.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port), limit=1024)
    request = f"GET {EVENTS} HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\n"
    writer.write(f"{request}Authorization: Bearer {await house.key()}\r\n\r\n".encode())
    await until(lambda: len(streams) == 1)
    writer.transport.pause_reading()  # type: ignore[attr-defined]
    large = facts.ChannelNotice("duka-main", "large", {"text": "x" * 30_000})
    rows = [note.row("duka", "channel.notice", large, 0) for _ in range(400)]
    await house.gateway.store.write(lambda tx: note.write(tx, rows))  # type: ignore[union-attr]
    await until(lambda: len(streams) == 0, "it was dropped", within=60)
    writer.close()
    assert reader is not None
    assert (await everything(house, limit=1000))[-1]["seq"] == 400


async def test_a_stream_ends_when_the_gateway_stops(house: House) -> None:
    """The end is a clean one: the client knows that nothing was cut off."""
    async with streamed(house) as answer:
        await asyncio.sleep(0.2)
        async with asyncio.timeout(10):
            stopped = asyncio.create_task(house.stop())
            assert b"data:" not in await answer.content.read()
            await stopped


async def test_a_stream_from_beyond_the_newest_number_rests(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Who names a number that there is not yet waits for it like everybody, and keeps nobody busy."""
    asked = 0
    real = events.read_after

    async def counted(*args: Any) -> Any:
        nonlocal asked
        asked += 1
        return await real(*args)

    monkeypatch.setattr(events, "read_after", counted)
    async with streamed(house, after=1_000_000):
        await asyncio.sleep(0.5)
    code, answer = await house.api("GET", EVENTS, params={"after": 1_000_000, "wait": 1})
    assert (code, answer["items"], answer["last"]) == (200, [], 1_000_000)
    assert asked < 10
