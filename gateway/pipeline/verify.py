"""Verify: whose secret made this webhook. At most four candidates are tried."""

from __future__ import annotations

from aiohttp import web

from gateway.channels import Channel, Channels
from gateway.pipeline.records import RawWebhook
from gateway.pipeline.shards import named, spread
from gateway.pipeline.source import allowed
from gateway.provider import Provider, WebhookRequest

CANDIDATES = 4


class Arrival:
    """A webhook on its way in. *channels* are those that the address means; *channel* is the one in the
    URL, or "" on the app-wide address; *misplaced* whether one of them takes nothing from where it came.
    *shards* are those that the webhook speaks of."""

    __slots__ = (
        "body", "channel", "channels", "misplaced", "provider", "raw", "request", "shards", "verified",
    )  # fmt: skip

    def __init__(
        self, provider: Provider, channels: tuple[Channel, ...], channel: str, request: web.Request
    ) -> None:
        self.provider, self.channels, self.channel, self.request = provider, channels, channel, request
        self.body = b""
        self.misplaced = False
        self.verified: tuple[str, ...] = ()
        self.raw: RawWebhook | None = None
        self.shards: tuple[int, ...] = spread(channels) if channel or len(channels) == 1 else ()


def verify(arrival: Arrival, asked: WebhookRequest, channels: Channels) -> tuple[str, ...]:
    """The ids of the channels whose secret made the signature of *asked*, and which take webhooks from where
    it came; none when it is not authentic."""
    provider = arrival.provider
    candidates = arrival.channels
    if len(candidates) > 1 and not arrival.channel:
        candidates = _candidates(arrival, channels)
    found = []
    for channel in candidates:
        if not allowed(channel.sources, asked.headers):
            arrival.misplaced = True
        elif provider.verify(asked, channel.settings()):
            found.append(channel.id)
    return tuple(found)


def _candidates(arrival: Arrival, channels: Channels) -> tuple[Channel, ...]:
    """On the app-wide address: the channels whose numbers, or whose accounts, the body names. Without one
    that is ours, a few of the provider's, so that an authentic webhook about something else is kept."""
    found = named(channels, arrival.provider.name, arrival.body)
    arrival.shards = spread(found)
    return tuple(found[:CANDIDATES]) or arrival.channels[:CANDIDATES]
