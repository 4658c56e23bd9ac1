"""A simulator of 360dialog beside a business that takes its webhooks."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import msgspec
import pytest
from aiohttp import web

from gateway.pipeline.call import conduct
from gateway.provider import ProviderError, Steps, StoredFile, WebhookRequest
from providers.dialog360 import provider
from providers.dialog360.settings import Dialog360Settings
from providers.dialog360.simulator import Dialog360Simulator


class Bench:
    """What the gateway offers a send: files and notes, in memory."""

    def __init__(self) -> None:
        self.notes: dict[str, str] = {}
        self.files: dict[str, tuple[StoredFile, bytes]] = {}

    def keep(self, id: str, mime: str, content: bytes, name: str = "") -> None:
        """Have a file."""
        self.files[id] = StoredFile(id, mime, len(content), f"{hash(content) & 0xFFFF:064x}", name), content

    async def recall(self, key: str) -> str:
        return self.notes.get(key, "")

    async def note(self, key: str, value: str, seconds: float) -> None:
        self.notes[key] = value

    async def file(self, id: str, kind: str) -> StoredFile:
        return self.files[id][0]

    async def content(self, id: str) -> AsyncIterator[bytes]:
        content = self.files[id][1]
        for place in range(0, len(content), 1000):
            yield content[place : place + 1000]

    async def link(self, id: str, kind: str, seconds: float) -> str:
        raise ProviderError("media", title="there is no public address")

    def callback(self) -> str:
        return ""


class Business:
    """The other end: judges webhooks as the provider does, and calls 360dialog through it."""

    def __init__(self, sim: Dialog360Simulator) -> None:
        self.sim, self.bench, self.url = sim, Bench(), ""
        #: HTTP statuses to answer the next webhooks with; 200 when there are none.
        self.answers: list[int] = []
        self.headers: list[dict[str, list[str]]] = []
        self.bodies: list[bytes] = []
        self.authentic: list[bool] = []
        self.asked: list[str] = []

    @property
    def settings(self) -> Dialog360Settings:
        """The channel's settings of this moment."""
        return msgspec.convert(self.sim.channel_settings(), Dialog360Settings)

    async def webhook(self, request: web.Request) -> web.Response:
        """Take a webhook, or refuse it as told."""
        self.asked.append(request.method)
        body = await request.read()
        headers = {name.lower(): [value] for name, value in request.headers.items()}
        self.headers.append(headers)
        self.bodies.append(body)
        self.authentic.append(provider.verify(WebhookRequest("/hook", "", headers, body), self.settings))
        return web.Response(status=self.answers.pop(0) if self.answers else 200)

    async def does(self, steps: Steps[Any]) -> Any:
        """Conduct *steps* as the gateway does."""
        async with aiohttp.ClientSession() as session:
            return await conduct(session, steps, self.bench)

    async def sends(self, message: Any, to: str = "+254700000001", **given: Any) -> list[Any]:
        """Send all parts of *message*."""
        settings = msgspec.convert(self.sim.channel_settings() | given, Dialog360Settings)
        parts = provider.render(message).parts
        return [await self.does(provider.send(part, to, "part-1", settings)) for part in parts]


@pytest.fixture
async def sim() -> AsyncIterator[Dialog360Simulator]:
    """A quick simulator."""
    simulator = Dialog360Simulator()
    simulator.status_delay = simulator.retry_first = 0.002
    simulator.retry_for = 0.2
    async with simulator:
        yield simulator


@pytest.fixture
async def business(sim: Dialog360Simulator) -> AsyncIterator[Business]:
    """A business whose webhook URL the simulator knows."""
    business = Business(sim)
    app = web.Application()
    app.add_routes([web.route("*", "/hook", business.webhook), web.route("*", "/own", business.webhook)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    business.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    sim.webhook_url = f"{business.url}/hook"
    yield business
    await runner.cleanup()
