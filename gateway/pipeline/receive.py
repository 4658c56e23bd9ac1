"""Receive: a webhook is bounded, authenticated and made durable, and then answered. Nothing else.

Answers: 200 everything authentic; 401 not signed, or wrongly; 403 wrong verify token; 413 too large;
503 + Retry-After too busy, or the database is away (a provider that does not come back is spooled
instead, and answered 200).
"""

from __future__ import annotations

import asyncio

from aiohttp import web

from gateway.channels import Channel, Channels
from gateway.clock import Clock
from gateway.errors import StoreUnavailable
from gateway.model.ids import new_id
from gateway.observe import Metrics, get_logger
from gateway.pipeline.journal import IntakeBusy, Journal
from gateway.pipeline.records import RawWebhook
from gateway.pipeline.spool import Spool
from gateway.provider import Provider, WebhookRequest

log = get_logger("gateway.receive")

CANDIDATES = 4
_RETRY = {"Retry-After": "5"}
#: What a stored webhook keeps of its headers: what the providers' checks read, and nothing else.
_KEPT = (
    "x-hub-signature-256",
    "x-twilio-signature",
    "x-360dialog-signature",
    "content-type",
    "authorization",
)


class Receiver:
    """The webhook endpoints."""

    def __init__(
        self, channels: Channels, journal: Journal, spool: Spool, metrics: Metrics, clock: Clock,
        *, max_body: int, body_timeout: float,
    ) -> None:  # fmt: skip
        self._channels, self._journal, self._spool = channels, journal, spool
        self._metrics, self._clock = metrics, clock
        self._max_body, self._body_timeout = max_body, body_timeout
        self.last_at = 0

    def add_routes(self, app: web.Application) -> None:
        """`/webhooks/{provider}` and `/webhooks/{provider}/{channel}`, GET and POST."""
        for path in ("/webhooks/{provider}", "/webhooks/{provider}/{channel}"):
            app.router.add_get(path, self.verify)
            app.router.add_post(path, self.receive)

    async def verify(self, request: web.Request) -> web.Response:
        """A provider's check that the address is ours: answered with its challenge, as plain text."""
        provider, channels = self._target(request)
        if provider is None or not channels:
            return web.Response(status=404)
        answer = provider.handshake(dict(request.query), [channel.settings() for channel in channels])
        if answer is None:
            return web.Response(status=403)
        return web.Response(text=answer, headers={"X-Content-Type-Options": "nosniff"})

    async def receive(self, request: web.Request) -> web.Response:
        """One webhook."""
        arrived = self._clock.now()
        provider, channels = self._target(request)
        if provider is None or (not channels and "channel" in request.match_info):
            return web.Response(status=404)
        try:
            body = await self._body(request)
        except web.HTTPRequestEntityTooLarge:
            return self._answer(provider, "too_large", web.Response(status=413))
        except TimeoutError:
            return self._answer(provider, "error", web.Response(status=408))
        sent = request.headers
        headers = {name: sent.getall(name) for name in _KEPT if name in sent}
        verified = self._verified(request, provider, channels, headers, body)
        if not verified:
            self._metrics.auth_failures.labels("webhook").inc()
            return self._answer(provider, "bad_signature", web.Response(status=401))
        raw = RawWebhook(
            new_id(), provider.name, request.match_info.get("channel", ""), verified, arrived, headers, body
        )
        return await self._store(provider, raw)

    async def _store(self, provider: Provider, raw: RawWebhook) -> web.Response:
        try:
            await self._journal.append(raw)
        except (StoreUnavailable, IntakeBusy) as error:
            return await self._shed(provider, raw, error)
        self.last_at = raw.received_at
        waited = (self._clock.now() - raw.received_at) / 1e6
        self._metrics.webhook_durable_seconds.labels(provider.name).observe(max(0.0, waited))
        return self._answer(provider, "accepted", web.Response())

    async def _shed(self, provider: Provider, raw: RawWebhook, error: Exception) -> web.Response:
        """Not stored. Who comes back is asked to; for who does not, the spool takes it."""
        if provider.redelivers:
            return self._answer(provider, "shed", web.Response(status=503, headers=_RETRY))
        try:
            await self._spool.append(raw)
        except OSError:
            log.error("receive.spool_failed", provider=provider.name, problem=type(error).__name__)
            return self._answer(provider, "shed", web.Response(status=503, headers=_RETRY))
        return self._answer(provider, "spooled", web.Response())

    def _target(self, request: web.Request) -> tuple[Provider | None, tuple[Channel, ...]]:
        """The provider and the channels that the address means."""
        name = request.match_info["provider"]
        channel_id = request.match_info.get("channel")
        if channel_id is None:
            return self._channels.provider(name), self._channels.of_provider(name)
        channel = self._channels.find(name, channel_id)
        return self._channels.provider(name), (channel,) if channel else ()

    async def _body(self, request: web.Request) -> bytes:
        """The bytes as they came, refused as soon as they are too many or too slow."""
        if (request.content_length or 0) > self._max_body:
            raise web.HTTPRequestEntityTooLarge(self._max_body, request.content_length or 0)
        if request.content.is_eof():
            return await request.read()  # it came with its headers: no timer needed
        async with asyncio.timeout(self._body_timeout):
            return await request.read()

    def _verified(
        self, request: web.Request, provider: Provider, channels: tuple[Channel, ...],
        headers: dict[str, list[str]], body: bytes,
    ) -> tuple[str, ...]:  # fmt: skip
        """The ids of the channels whose secret made this signature; at most four are tried."""
        if "channel" not in request.match_info:
            channels = self._candidates(provider, channels, body)
        asked = WebhookRequest(request.path, request.query_string, headers, body)
        return tuple(channel.id for channel in channels if provider.verify(asked, channel.settings()))

    def _candidates(
        self, provider: Provider, channels: tuple[Channel, ...], body: bytes
    ) -> tuple[Channel, ...]:
        """On the app-wide address: the channels whose numbers the body names. Without one that is ours,
        a channel of each app, so that an authentic webhook about something else is still kept."""
        named = [
            channel
            for number in provider.scan(body)
            for channel in self._channels.by_number(provider.name, number)
        ]
        return tuple(named[:CANDIDATES]) or channels[:CANDIDATES]

    def _answer(self, provider: Provider, result: str, response: web.Response) -> web.Response:
        self._metrics.webhook_requests.labels(provider.name, result).inc()
        return response
