"""A provider whose contacts send files, its file server, and a line that fetches them."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

from aiohttp import web

from gateway.channels import Channels
from gateway.clock import Clock, SystemClock
from gateway.hooks.host import Host
from gateway.model import inbound
from gateway.model.event import MessageReceived
from gateway.model.ids import new_id
from gateway.observe import Metrics
from gateway.pipeline.line import Line
from gateway.provider import Download, HttpAnswer, HttpRequest, ProviderError, Steps
from gateway.settings import ChannelSettings, MediaSettings, Settings, TenantSettings
from gateway.settings.model import Server
from gateway.store.port import Store
from gateway.store.seal import Seal
from gateway.tenants.directory import Directory
from tests.pipeline.world import FakeProvider, FakeSettings, phone
from tests.support.site import listening

NUMBERS = {"duka": "100", "soko": "200"}


class FileServer:
    """Where the files are. `answer` decides; every request is remembered."""

    def __init__(self) -> None:
        self.requests: list[web.Request] = []
        self.asked = 0
        self.answer: Callable[[web.Request], Any] = lambda request: web.Response(body=b"%PDF-1.7 x")
        #: What a look-up by id tells: an address, or an HTTP status.
        self.told: str | int = "/again"
        self.origin = ""

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """A file."""
        self.requests.append(request)
        answer = self.answer(request)
        response: web.StreamResponse = await answer if asyncio.iscoroutine(answer) else answer
        return response

    async def look_up(self, request: web.Request) -> web.Response:
        """A new address."""
        self.asked += 1
        if isinstance(self.told, int):
            return web.Response(status=self.told)
        url = self.origin + self.told if self.told.startswith("/") else self.told
        return web.json_response(url)


class FileProvider(FakeProvider):
    """`FakeProvider` with files: an id is asked for at the server; its own origin is trusted."""

    def __init__(self, server: FileServer) -> None:
        self.server = server
        self.media = self

    def locate(self, media: inbound.Media, settings: FakeSettings, again: bool) -> Steps[Download]:
        """The address of the webhook, or of the look-up."""
        headers = {"Authorization": "Bearer t"}
        if media.url and not again:
            return Download(media.url, headers, (self.server.origin,))
        answer: HttpAnswer = yield HttpRequest("GET", f"{self.server.origin}/lookup", {}, b"", sends=False)
        if answer.status != 200:
            kind: Any = {404: "media", 401: "auth"}.get(answer.status, "unavailable")
            raise ProviderError(kind, http=answer.status)
        return Download(answer.body.decode().strip('"'), headers, (self.server.origin,))


@asynccontextmanager
async def file_server() -> AsyncIterator[FileServer]:
    """A server on a free port."""
    server = FileServer()
    app = web.Application()
    app.router.add_get("/lookup", server.look_up)
    app.router.add_get("/{rest:.*}", server.serve)
    async with listening(app) as server.origin:
        yield server


def settings_of(folder: Path, plugins: tuple[str, ...] = (), **media: Any) -> Settings:
    """Tenants duka and soko with a number each."""
    tenants = tuple(
        TenantSettings(
            name, plugins=plugins, channels=(ChannelSettings(f"{name}-main", "fake", {"number": number}),)
        )
        for name, number in NUMBERS.items()
    )
    return Settings(
        folder / "gateway.toml",
        server=Server(spool=folder / "spool", secret=("s" * 40,), public_url="https://gw.example.com"),
        media=MediaSettings(store=str(folder / "media"), **media),
        tenants=tenants,
    )


def line_of(
    store: Store, settings: Settings, server: FileServer, host: Host | None = None, clock: Clock | None = None
) -> Line:
    """A line that is not started."""
    metrics = Metrics()
    metrics.add_provider("fake")
    channels = Channels(settings, {"fake": FileProvider(server)})  # type: ignore[dict-item]  # no handshake to check
    directory = Directory(settings, channels, store, Seal(settings.server.secret))
    return Line(settings, store, channels, host or Host(), metrics, clock or SystemClock(), directory)


def sent(
    content: inbound.Inbound, *, tenant: str = "duka", id: str = "", sender: str = "+254700000001"
) -> MessageReceived:
    """A message from a contact, now."""
    return MessageReceived(
        NUMBERS[tenant], id or f"wamid.{new_id()}", phone(sender), content, SystemClock().now()
    )
