"""Route: which channel each event of a webhook belongs to, provided that its own secret signed."""

from __future__ import annotations

from msgspec.structs import replace

from gateway.channels import Channel, Channels
from gateway.model.event import ChannelEvent, Event, StatusReceived
from gateway.pipeline.fresh import ParsedWebhook, Routed
from gateway.pipeline.records import RawWebhook
from gateway.pipeline.source import SOURCE, allowed
from gateway.provider import Parsed, Provider, WebhookRequest


class Router:
    """Knows the channels, and the address that providers call: some sign it."""

    def __init__(self, channels: Channels, public_url: str = "") -> None:
        self._channels, self._public_url = channels, public_url.rstrip("/")

    def route(self, raw: RawWebhook, provider: Provider, parsed: Parsed) -> ParsedWebhook:
        """The events of *raw*, each with its channel, and those of numbers that are not ours."""
        now = raw.received_at
        routed: list[Routed] = []
        foreign: list[Event] = []
        owners: dict[tuple[str, str], list[Channel]] = {}
        for event in parsed.events:
            key = (event.number, event.account if isinstance(event, ChannelEvent) else "")
            if key not in owners:
                owners[key] = self._owners(raw, provider, event)
            if not owners[key]:
                foreign.append(event)
            if not event.at and not isinstance(event, StatusReceived):  # a status is unique with its time
                event = replace(event, at=now)
            for channel in owners[key]:
                routed.append(Routed(channel, event))
        return ParsedWebhook(raw, tuple(routed), tuple(foreign), parsed.failures)

    def _owners(self, raw: RawWebhook, provider: Provider, event: Event) -> list[Channel]:
        """The channel of an event's number, provided that its own secret signed this webhook; of what is
        about an account, one of each tenant that has it."""
        if not event.number and isinstance(event, ChannelEvent):
            return self._account_owners(raw, provider, event.account)
        return self._signed(raw, provider, self._channels.by_number(raw.provider, event.number))

    def _signed(self, raw: RawWebhook, provider: Provider, channels: tuple[Channel, ...]) -> list[Channel]:
        """The first of *channels* of each tenant to which the webhook was sent and whose secret signed. A
        channel's address is its tenant's: it may be entered for an account, and serve all its numbers."""
        found: dict[str, Channel] = {}
        addressed = self._channels.find(raw.provider, raw.channel) if raw.channel else None
        for channel in channels:
            elsewhere = raw.channel and (addressed is None or addressed.tenant != channel.tenant)
            if channel.tenant in found or elsewhere:
                continue
            # What was kept before there were ranges is judged by its signature alone.
            placed = SOURCE not in raw.headers or allowed(channel.sources, raw.headers)
            if channel.id in raw.verified or (
                placed and provider.verify(self._request(raw), channel.settings())
            ):
                found[channel.tenant] = channel
        return list(found.values())

    def _request(self, raw: RawWebhook) -> WebhookRequest:
        """The webhook as it was when it came."""
        path = f"/webhooks/{raw.provider}" + (f"/{raw.channel}" if raw.channel else "")
        behind = f"{path}?{raw.query}" if raw.query else path
        url = f"{self._public_url}{behind}" if self._public_url else ""
        return WebhookRequest(path, raw.query, raw.headers, raw.body, url)

    def _account_owners(self, raw: RawWebhook, provider: Provider, account: str) -> list[Channel]:
        """A channel for what is about a whole account: those that say that they belong to it, one of each
        tenant. Where nobody does (an account may be told by its owner's id, wire.md §1.4), the one in the
        address, or any that is signed for as long as there is one tenant only, or the only one that does not
        say. Never one of another tenant's."""
        if claimed := self._channels.by_account(raw.provider, account):
            return self._signed(raw, provider, claimed)
        verified = [
            channel
            for identifier in raw.verified
            if (channel := self._channels.find(raw.provider, identifier)) is not None
        ]
        tenants = {channel.tenant for channel in self._channels.of_provider(raw.provider)}
        if raw.channel or len(tenants) == 1:
            return verified[:1]
        silent = [channel for channel in verified if not channel.account]
        return silent if len(silent) == 1 else []
