"""The load and the postman: three copies of everything, until each was answered 200, in order per contact."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections import Counter
from collections.abc import AsyncIterator

import aiohttp
from aiohttp import web

from tests.faults.delivery import Carrier
from tests.faults.keys import Key
from tests.faults.load import Load
from tests.faults.postman import Postman
from tests.faults.provider import Acceptance


class Sink:
    """A webhook endpoint that is busy now and then; `taken` are the bodies that it answered 200."""

    def __init__(self) -> None:
        self.taken: list[bytes] = []
        self._rng = random.Random(1)

    async def answer(self, request: web.Request) -> web.Response:
        body = await request.read()
        if self._rng.random() < 0.3:
            return web.Response(status=503)
        self.taken.append(body)
        return web.Response()


@contextlib.asynccontextmanager
async def _sink() -> AsyncIterator[tuple[Sink, Carrier]]:
    sink, app = Sink(), web.Application()
    app.router.add_post("/webhooks/meta_cloud", sink.answer)
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    try:
        async with aiohttp.ClientSession() as session:
            url = f"http://127.0.0.1:{runner.addresses[0][1]}/webhooks/meta_cloud"
            yield sink, Carrier(session, lambda: url, random.Random(2))
    finally:
        await runner.cleanup()


async def test_every_webhook_is_delivered_three_times() -> None:
    """The load ends only when each copy of each webhook was answered 200."""
    async with _sink() as (sink, carrier):
        load = Load(carrier, random.Random(3), contacts=8, rate=100, lives=lambda: 1)
        writing = asyncio.create_task(load.run())
        await asyncio.sleep(0.3)
        load.end()
        await writing

    assert load.webhooks > 3
    assert set(Counter(sink.taken).values()) == {3}
    assert load.delivered == 3 * load.webhooks
    assert not carrier.odd


async def test_a_contact_writes_in_order() -> None:
    """The messages of a contact are acknowledged as 1, 2, 3 … without a gap."""
    async with _sink() as (_, carrier):
        load = Load(carrier, random.Random(3), contacts=2, rate=100, lives=lambda: 1)
        writing = asyncio.create_task(load.run())
        await asyncio.sleep(0.3)
        load.end()
        await writing

    for contact in (0, 1):
        numbers = [key.n for key in load.acked if key.contact == contact]
        assert numbers == list(range(1, len(numbers) + 1))


async def test_the_postman_delivers_both_statuses() -> None:
    """Every acceptance is followed by `sent` and `delivered`, until both were answered 200."""
    key = Key(3, 1)
    async with _sink() as (sink, carrier):
        postman = Postman(carrier, random.Random(4), twice=1)
        running = asyncio.create_task(postman.run())
        await postman.announce(Acceptance(0, 1_794_900_000.0, key.phone, key.reply, "g1.p.1", "wamid.OUT-0"))
        for _ in range(500):
            if postman.acked >= {("wamid.OUT-0", "sent"), ("wamid.OUT-0", "delivered")}:
                break
            await asyncio.sleep(0.02)
        running.cancel()
        await asyncio.gather(running, return_exceptions=True)
        await postman.close()

    assert {status for _, status in postman.acked} == {"sent", "delivered"}
    value = json.loads(sink.taken[0])["entry"][0]["changes"][0]["value"]
    assert value["statuses"][0]["biz_opaque_callback_data"] == "g1.p.1"
