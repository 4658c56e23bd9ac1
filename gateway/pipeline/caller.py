"""The HTTP client of the sender, and the conversation of one send over it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, TypeVar

import aiohttp
import msgspec

from gateway.channels import Channel, Channels
from gateway.model.outbound import STORED
from gateway.pipeline.call import Bench, CarefulRequest, May, conduct
from gateway.pipeline.form import INSTEAD, in_words
from gateway.pipeline.number import Number
from gateway.pipeline.records import Part
from gateway.provider import Accepted, ProviderError, Steps

T = TypeVar("T")

#: Seconds for which the link is good that goes in place of a file.
LINKED = 600.0

_encode = msgspec.json.Encoder().encode
_decode = msgspec.json.Decoder(dict[str, Any]).decode


class Caller:
    """Calls providers. *bench* makes what a channel's work may use beside HTTP."""

    def __init__(self, channels: Channels, bench: Callable[[Channel], Bench | None]) -> None:
        self._channels, self._bench = channels, bench
        self._session: aiohttp.ClientSession | None = None

    def open(self, timeout: float) -> None:
        """Open the client. Idle connections are dropped early, for a stale one costs a doubt."""
        connector = aiohttp.TCPConnector(limit=0, limit_per_host=0, keepalive_timeout=15)
        limits = aiohttp.ClientTimeout(total=timeout, connect=10, sock_connect=10)
        self._session = aiohttp.ClientSession(
            connector=connector, timeout=limits, trust_env=False, cookie_jar=aiohttp.DummyCookieJar(),
            request_class=CarefulRequest,
        )  # fmt: skip

    async def close(self) -> None:
        """Close the client."""
        if self._session is not None:
            await self._session.close()

    async def ask(self, steps: Steps[T], channel: Channel | None = None, may: May | None = None) -> T:
        """Have work at a provider done. Raises `ProviderError`."""
        assert self._session is not None
        return await conduct(self._session, steps, self._bench(channel) if channel else None, may)

    async def send(self, number: Number, part: Part, may: May | None = None) -> Accepted:
        """One conducted send; once more when the token was renewed behind our back. Raises `Withheld` when it
        *may* not be written any more."""
        provider, channel = number.channel.provider, number.channel
        settings = channel.settings()
        body = _decode(part.body)
        told = body.pop(INSTEAD, None)
        if told and not body:  # a text that takes the place of a file, with a link of this moment
            body = await self._linked(channel, part)
        try:
            return await self.ask(provider.send(body, part.address, part.correlation, settings), channel, may)
        except ProviderError as error:
            if error.kind not in ("auth", "permission"):
                raise
            self._channels.refresh_from_file()
            number.channel = self._channels.get(channel.tenant, channel.id) or channel
            fresh = number.channel.settings()
            if fresh == settings:
                raise
            return await self.ask(provider.send(body, part.address, part.correlation, fresh), channel, may)

    async def _linked(self, channel: Channel, part: Part) -> dict[str, Any]:
        """The body of a text that takes the place of a file. Raises `ProviderError` when none can be made."""
        made = await self.instead(channel, part)
        if not made:
            hint = "it is not there, or [server] public_url is not set"
            raise ProviderError("media", title="there is no link to the refused file", hint=hint)
        return _decode(made)

    async def instead(self, channel: Channel, part: Part) -> str:
        """What goes in place of *part*, whose file was refused: its words and a link. "" when nothing can."""
        told = _decode(part.body).get(INSTEAD)
        if told is None:
            return ""
        link = told["link"]
        if link.startswith(STORED):
            bench = self._bench(channel)
            if bench is None:
                return ""
            try:
                link = await bench.link(link.removeprefix(STORED), "", LINKED)
            except ProviderError:
                return ""
        text = in_words(told, link, channel.provider.capabilities.limits.text)
        if text is None:
            return ""
        (body, *_) = channel.provider.render(text).parts
        return _encode(body).decode()
