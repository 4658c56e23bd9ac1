"""A small world for the pipeline's tests: a provider without a wire format, its servers, a whole line."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import msgspec
from aiohttp import web
from msgspec import Struct

from gateway.channels import Channels
from gateway.clock import Clock, SystemClock
from gateway.hooks.host import Host
from gateway.model.capability import Capabilities
from gateway.model.event import Event, Identity, MessageReceived, Person, StatusReceived
from gateway.model.ids import new_id
from gateway.model.inbound import Text
from gateway.model.outbound import Outbound
from gateway.model.status import Status
from gateway.observe import Metrics
from gateway.pipeline.journal import JournalIds
from gateway.pipeline.line import Line
from gateway.pipeline.records import OpenEvent, Part, RawWebhook
from gateway.provider import (
    Accepted,
    HttpAnswer,
    HttpRequest,
    Parsed,
    ParseFailure,
    ProviderError,
    Rendered,
    SendSteps,
    WebhookRequest,
)
from gateway.settings import ChannelSettings, Sending, Settings, TenantSettings
from gateway.settings.model import Server
from gateway.settings.policy import Policy
from gateway.store.port import Row, Store
from gateway.store.seal import Seal
from gateway.tenants.directory import Directory
from tests.support.site import listening

SECOND = 1_000_000
#: Contacts of tests write more than people do.
FAST = Policy(inbound_per_minute=10_000)
NUMBER = "100"
#: A contact of duka's for a conversation that a test writes by hand.
CONTACT = """insert into contact (tenant, id, name, username, language, created_at)
values ('duka', :id, '', '', '', 0)"""


class First:
    """A process whose journal ids these are."""

    number = 1
    offset = 0


_journal_id = JournalIds(First())
_events = msgspec.json.Decoder(tuple[Event, ...])
_encode = msgspec.json.Encoder().encode


class FakeSettings(Struct, frozen=True):
    """One number of the provider that the tests made up."""

    number: str = NUMBER
    secret: str = "s"
    token: str = "t"
    url: str = "http://127.0.0.1:9/"


class FakeProvider:
    """A webhook is a JSON list of our own events; a text with "|" has several parts."""

    name = "fake"
    redelivers = True
    signature_headers = ("x-hub-signature-256",)
    Settings = FakeSettings
    secret_fields = frozenset({"secret", "token"})
    capabilities = Capabilities({"text": "full", "template": "full"})

    def number(self, settings: FakeSettings) -> str:
        return settings.number

    def handshake(self, query: Any, settings: Any) -> str | None:
        return None

    def scan(self, body: bytes) -> tuple[str, ...]:
        return ()

    def verify(self, request: WebhookRequest, settings: FakeSettings) -> bool:
        return settings.secret in request.headers.get("x-hub-signature-256", ())

    def parse(self, body: bytes, query: str = "") -> Parsed:
        if body == b"raise":
            raise RuntimeError("a bug of the adapter")
        try:
            return Parsed(_events.decode(body))
        except msgspec.MsgspecError as error:
            return Parsed(failures=(ParseFailure(str(error), body),))

    def render(self, message: Outbound) -> Rendered:
        words = str(getattr(message, "text", "") or getattr(message, "name", ""))
        return Rendered(tuple({"text": piece} for piece in words.split("|") if piece))

    def send(self, part: dict[str, Any], to: str, correlation: str, settings: FakeSettings) -> SendSteps:
        body = _encode({**part, "to": to, "correlation": correlation, "token": settings.token})
        answer: HttpAnswer = yield HttpRequest("POST", settings.url, {}, body)
        told = msgspec.json.decode(answer.body)
        if answer.status == 200:
            return Accepted(told["id"])
        raise ProviderError(
            told.get("kind", "ambiguous"), code=told.get("code", 0), subcode=told.get("subcode", 0),
            http=answer.status, retry_after=told.get("retry_after"),
        )  # fmt: skip

    def simulator(self) -> Any:
        raise NotImplementedError


Answer = Callable[[dict[str, Any]], "dict[str, Any] | Awaitable[dict[str, Any] | None] | None"]


class Servers:
    """The provider's servers: they take what is sent. `answer` may refuse ({"kind": …}) or say nothing
    at all (None: the connection is cut after the request was taken)."""

    def __init__(self) -> None:
        self.sent: list[dict[str, Any]] = []
        self.at: list[float] = []
        self.answer: Answer = lambda request: {}
        self.url = ""

    @property
    def texts(self) -> list[str]:
        """What was sent, in order."""
        return [each["text"] for each in self.sent]

    async def take(self, request: web.Request) -> web.StreamResponse:
        """One send."""
        sent = msgspec.json.decode(await request.read())
        self.sent.append(sent)
        self.at.append(time.monotonic())
        told = self.answer(sent)
        if isinstance(told, Awaitable):
            told = await told
        if told is None:
            assert request.transport is not None
            request.transport.close()
            return web.Response()
        status = told.get("http", 400 if "kind" in told else 200)
        return web.json_response({"id": f"wamid.{sent['correlation']}", **told}, status=status)


@asynccontextmanager
async def serving() -> AsyncIterator[Servers]:
    """Servers on a free port of this machine."""
    servers = Servers()
    app = web.Application()
    app.router.add_post("/", servers.take)
    async with listening(app) as origin:
        servers.url = f"{origin}/"
        yield servers


def settings_of(
    tmp_path: Path, url: str = "", *, plugins: tuple[str, ...] = (), numbers: dict[str, str] | None = None,
    sending: Sending | None = None, secrets: dict[str, str] | None = None, policy: Policy | None = None,
) -> Settings:  # fmt: skip
    """One tenant, duka, with a channel for each of *numbers* (id → number)."""
    channels = tuple(
        ChannelSettings(
            name,
            "fake",
            {
                "number": number,
                "secret": (secrets or {}).get(name, "s"),
                **({"url": url} if url else {}),
            },
        )
        for name, number in (numbers or {"main": NUMBER}).items()
    )
    return Settings(
        tmp_path / "gateway.toml",
        server=Server(spool=tmp_path / "spool"),
        sending=sending or Sending(loop_limit=100_000),
        tenants=(TenantSettings("duka", plugins=plugins, channels=channels, policy=policy or FAST),),
    )


def channels_of(settings: Settings) -> Channels:
    """The channels of *settings* at the made-up provider."""
    return Channels(settings, {"fake": FakeProvider()})  # type: ignore[dict-item]  # no handshake to check


SEAL = Seal(("s" * 40,))


def metrics_of() -> Metrics:
    """Metrics that know the made-up provider."""
    metrics = Metrics()
    metrics.add_provider("fake")
    return metrics


def host_of(**plugins: object) -> Host:
    """A host with these modules or instances as plugins."""
    host = Host()
    for name, plugin in plugins.items():
        host.register(plugin, name)
    return host


def line_of(
    store: Store, settings: Settings, host: Host | None = None, clock: Clock | None = None,
    metrics: Metrics | None = None,
) -> Line:  # fmt: skip
    """A line that is not started."""
    channels = channels_of(settings)
    return Line(
        settings,
        store,
        channels,
        host or Host(),
        metrics or metrics_of(),
        clock or SystemClock(),
        Directory(settings, channels, store, SEAL),
    )


@asynccontextmanager
async def running(line: Line) -> AsyncIterator[Line]:
    """A line from its start to its drain."""
    await line.start()
    try:
        yield line
    finally:
        await line.drain(2.0)


def phone(value: str = "+254700000001", *more: Identity, name: str = "Amina") -> Person:
    """A contact known by its phone."""
    return Person((Identity("phone", value), *more), name)


def said(
    text: str = "hi", *, id: str = "", sender: Person | None = None, number: str = NUMBER, at: int = 0
) -> MessageReceived:
    """A text from a contact, now."""
    return MessageReceived(
        number, id or f"wamid.{new_id()}", sender or phone(), Text(text), at or SystemClock().now()
    )


def told(
    message_id: str, status: Status, *, correlation: str = "", at: int = 1, number: str = NUMBER
) -> StatusReceived:
    """A status of a part of ours."""
    return StatusReceived(number, message_id, status, at, phone(), correlation)


def raw_of(*events: Event, body: bytes = b"", channel: str = "main") -> RawWebhook:
    """A stored webhook, verified for *channel*."""
    now = SystemClock().now()
    headers = {"x-hub-signature-256": ["s"]}
    return RawWebhook(_journal_id(now), "fake", channel, (channel,), now, headers, body or _encode(events))


async def eventually(true: Callable[[], object], seconds: float = 60.0) -> None:
    """Wait until *true* is."""
    until = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < until, "it did not happen"
        await asyncio.sleep(0.005)


async def rows(store: Store, sql: str, **values: Any) -> list[Row]:
    """What is in the database."""
    return await store.read(lambda tx: tx.all(sql, **values))


async def value(store: Store, sql: str, **values: Any) -> Any:
    """One value of it."""
    return await store.read(lambda tx: tx.value(sql, **values))


def part_for(line: Line, text: str = "hello", *, conversation: str = "c1", **more: Any) -> Part:
    """A part that is not stored yet."""
    now = SystemClock().now()
    channel = next(iter(line.sender._channels))
    fixed: dict[str, Any] = {
        "tenant": "duka", "id": new_id(), "message": new_id(), "idx": 0, "channel": channel.id,
        "shard": channel.shard, "conversation": conversation, "address": "+254700000001", "cls": "reply",
        "purpose": "", "body": _encode({"text": text}).decode(), "deadline": now + 3600 * SECOND,
        "created_at": now,
    }  # fmt: skip
    return Part(**{**fixed, **more})


def opened_event(line: Line, text: str = "hi", **more: Any) -> OpenEvent:
    """An event of a conversation that is not stored."""
    channel = next(iter(line.sender._channels))
    now = SystemClock().now()
    fixed: dict[str, Any] = {
        "conversation": "c1", "contact": "k1", "address": "+254700000001", "window_until": now + 3600 * SECOND
    }  # fmt: skip
    return OpenEvent("duka", new_id(), channel, said(text), now, **{**fixed, **more})
