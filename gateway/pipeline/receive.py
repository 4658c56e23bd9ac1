"""Receive: a webhook is bounded, authenticated and made durable, and then answered. Nothing else.

Answers: 200 everything authentic; 401 not signed, or wrongly; 403 wrong verify token; 413 too large;
503 + Retry-After too busy, or the database is away (a provider that does not come back is spooled
instead, and answered 200).
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from functools import partial

from aiohttp import web

from gateway.channels import Channel, Channels
from gateway.clock import Clock
from gateway.errors import StoreError
from gateway.observe import Metrics, get_logger
from gateway.pipeline.journal import IntakeBusy, Journal
from gateway.pipeline.records import QUERY, RawWebhook
from gateway.pipeline.source import SOURCE, source
from gateway.pipeline.spool import Spool
from gateway.pipeline.verify import Arrival, verify
from gateway.provider import Provider, WebhookAnswer, WebhookRequest
from gateway.settings.networks import Networks

log = get_logger("gateway.receive")

_RETRY = {"Retry-After": "5"}
#: Seconds between two lines of the log about webhooks from a wrong place, for each address of ours.
QUIET = 60.0


class Receiver:
    """The webhook endpoints.

    Webhooks that arrive in one turn of the loop are verified together: the same few functions over and
    over cost a third of what they cost between the steps of an HTTP server.
    """

    def __init__(
        self, channels: Channels, journal: Journal, spool: Spool, metrics: Metrics, clock: Clock,
        *, max_body: int, body_timeout: float, proxies: Sequence[str] = (), public_url: str = "",
    ) -> None:  # fmt: skip
        self._channels, self._journal, self._spool = channels, journal, spool
        self._metrics, self._clock = metrics, clock
        self._max_body, self._body_timeout = max_body, body_timeout
        self._proxies = Networks(proxies)
        self._public_url = public_url.rstrip("/")
        #: Per address that refuses sources: from when on it may be logged again, monotonic seconds.
        self._quiet: dict[tuple[str, str], float] = {}
        self._arrived: list[tuple[Arrival, asyncio.Future[int]]] = []
        self._loop = asyncio.get_running_loop()

    def add_routes(self, app: web.Application) -> None:
        """`/webhooks/{provider}` and `/webhooks/{provider}/{channel}`, GET and POST.

        The first are plain routes, one per provider: the router finds them without trying patterns.
        """
        for name, provider in self._channels.providers.items():
            app.router.add_get(f"/webhooks/{name}", partial(self._handshake, provider))
            app.router.add_post(f"/webhooks/{name}", partial(self._app_wide, provider))
            app.router.add_get(f"/webhooks/{name}/{{channel}}", partial(self._handshake, provider))
            app.router.add_post(f"/webhooks/{name}/{{channel}}", partial(self._one_channel, provider))

    async def _handshake(self, provider: Provider, request: web.Request) -> web.Response:
        """A provider's check that the address is ours: answered with its challenge, as plain text."""
        channels = self._channels_of(provider, request.match_info.get("channel"))
        if not channels:
            return web.Response(status=404)
        answer = provider.handshake(dict(request.query), [channel.settings() for channel in channels])
        if answer is None:
            return web.Response(status=403)
        return web.Response(text=answer, headers={"X-Content-Type-Options": "nosniff"})

    async def _app_wide(self, provider: Provider, request: web.Request) -> web.Response:
        """A webhook of an app, about any of its numbers."""
        return await self._receive(Arrival(provider, self._channels.of_provider(provider.name), "", request))

    async def _one_channel(self, provider: Provider, request: web.Request) -> web.Response:
        """A webhook for one channel."""
        channel = request.match_info["channel"]
        return await self._receive(Arrival(provider, self._channels_of(provider, channel), channel, request))

    async def _receive(self, arrival: Arrival) -> web.Response:
        """One webhook."""
        provider, content = arrival.provider, arrival.request.content
        if not arrival.channels:
            return web.Response(status=404)
        try:
            if content.is_eof():  # it came with its headers: no waiting, no timer
                arrival.body = content.read_nowait(-1)
            else:
                arrival.body = await self._slow_body(arrival.request)
            if len(arrival.body) > self._max_body:
                raise web.HTTPRequestEntityTooLarge(self._max_body, len(arrival.body))
        except web.HTTPRequestEntityTooLarge:
            return self._answer(provider, "too_large", web.Response(status=413))
        except TimeoutError:
            return self._answer(provider, "error", web.Response(status=408))
        future: asyncio.Future[int] = self._loop.create_future()
        if not self._arrived:
            self._loop.call_soon(self._admit)
        self._arrived.append((arrival, future))
        try:
            return _ok(provider, await future)
        except (StoreError, IntakeBusy) as error:
            return await self._shed(arrival, error)

    def _admit(self) -> None:
        """Verify what has arrived; the authentic goes to the journal, the rest is answered 401."""
        arrived, self._arrived = self._arrived, []
        now, ids = self._clock.now(), self._journal.ids
        for arrival, future in arrived:
            if future.done():
                continue  # the client is gone
            sent = arrival.request.headers
            kept: tuple[str, ...] = getattr(arrival.provider, "signature_headers", ())
            headers = {name: [_plain(v) for v in sent.getall(name)] for name in kept if name in sent}
            came_from = ""
            if arrival.provider.name in self._channels.guarded:
                forwarded = sent.getall("X-Forwarded-For", ())
                came_from = source(arrival.request.remote, forwarded, self._proxies)
                headers[SOURCE] = [came_from]
            path, _, query = arrival.request.raw_path.partition("?")
            url = f"{self._public_url}{arrival.request.raw_path}" if self._public_url else ""
            if query:
                headers[QUERY] = [query]
            shown = headers
            if secret := self._channels.secret_headers(arrival.provider.name):  # seen, never stored
                shown = headers | {n: [_plain(v) for v in sent.getall(n)] for n in secret if n in sent}
            asked = WebhookRequest(path, query, shown, arrival.body, url)
            arrival.verified = verify(arrival, asked, self._channels)
            if not arrival.verified:
                self._refuse(arrival, came_from)
                future.set_result(401)
                continue
            arrival.raw = RawWebhook(
                ids(now), arrival.provider.name, arrival.channel, arrival.verified, now, headers,
                arrival.body, arrival.shards,
            )  # fmt: skip
            self._journal.put(arrival.raw, future)

    def _refuse(self, arrival: Arrival, came_from: str) -> None:
        """Count a webhook that is not authentic; one from a wrong place is logged, once a minute."""
        name = arrival.provider.name
        self._metrics.auth_failures.labels("webhook").inc()
        self._metrics.webhook_requests.labels(name, "bad_signature").inc()
        key, now = (name, arrival.channel), self._clock.monotonic()
        if arrival.misplaced and now >= self._quiet.get(key, now):
            self._quiet[key] = now + QUIET
            # Written so that it is not masked as a phone number, and not a link either.
            place = came_from.replace(".", "[.]") or "unknown"
            log.warning(
                "webhook.refused", provider=name, channel=arrival.channel or "any", source=place,
                reason="source", hint="its sources in gateway.toml do not hold this address",
            )  # fmt: skip

    async def _shed(self, arrival: Arrival, error: Exception) -> web.Response:
        """Not stored. Who comes back is asked to; for who does not, the spool takes it."""
        provider, raw = arrival.provider, arrival.raw
        if provider.redelivers or raw is None:
            return self._answer(provider, "shed", web.Response(status=503, headers=_RETRY))
        try:
            await self._spool.append(raw)
        except OSError:
            log.error("receive.spool_failed", provider=provider.name, problem=type(error).__name__)
            return self._answer(provider, "shed", web.Response(status=503, headers=_RETRY))
        return self._answer(provider, "spooled", _ok(provider, 200))

    def _channels_of(self, provider: Provider, channel: str | None) -> tuple[Channel, ...]:
        """The channels that an address means."""
        if channel is None:
            return self._channels.of_provider(provider.name)
        found = self._channels.find(provider.name, channel)
        return (found,) if found else ()

    async def _slow_body(self, request: web.Request) -> bytes:
        """A body that comes in pieces, refused as soon as it is too much or too slow."""
        if (request.content_length or 0) > self._max_body:
            raise web.HTTPRequestEntityTooLarge(self._max_body, request.content_length or 0)
        async with asyncio.timeout(self._body_timeout):
            return await request.read()

    def count(self, batch: list[RawWebhook]) -> None:
        """Webhooks are durable: count them, and how long each took."""
        now = self._clock.now()
        for raw in batch:
            waited = (now - raw.received_at) / 1e6
            self._metrics.webhook_durable_seconds.labels(raw.provider).observe(max(0.0, waited))
            self._metrics.webhook_requests.labels(raw.provider, "accepted").inc()

    def _answer(self, provider: Provider, result: str, response: web.Response) -> web.Response:
        self._metrics.webhook_requests.labels(provider.name, result).inc()
        return response


def _ok(provider: Provider, status: int) -> web.Response:
    """The answer to a webhook that was stored, in the form that its provider wants."""
    answer: WebhookAnswer | None = getattr(provider, "answer", None)
    if answer is None or status != 200:
        return web.Response(status=status)
    return web.Response(text=answer.body, content_type=answer.content_type)


def _plain(value: str) -> str:
    """A header's value as text that can be stored: bytes that are no UTF-8 become "?"."""
    return value if value.isascii() else value.encode(errors="replace").decode()
