"""The simulator as tests, the demo and `gateway chat` use it."""

from __future__ import annotations

import secrets
from random import Random
from typing import Any

from aiohttp import web

from gateway.clock import Clock, SystemClock
from gateway.serving import Served
from gateway.simulator import Seen
from gateway.simulator.control import Control
from gateway.simulator.view import File, View
from providers.twilio.simulator.accepted import Accepted
from providers.twilio.simulator.acting import Acting
from providers.twilio.simulator.contents import Book
from providers.twilio.simulator.lines import Line
from providers.twilio.simulator.phone import Received
from providers.twilio.simulator.view import view


class TwilioSimulator(Acting):
    """Twilio's servers for the WhatsApp senders of one account, on two free ports of 127.0.0.1: one for the
    API, one for the host that hands out media.

    The part that every provider's simulator has, and that the core may use, is `gateway.simulator.Simulator`.
    A contact is a phone number: "+254700000001". What `Knobs` has may be set at any time.

        sim = TwilioSimulator()
        await sim.start()                         # now channel_settings() names the API's address
        sim.webhook_url = f"{gateway.url}/webhooks/twilio/{channel}"
        await sim.says("+254700000001", "menu")
        [menu] = await sim.wait_for("+254700000001", 1, timeout=5)
        await sim.taps("+254700000001", menu.options[0].id)
    """

    def __init__(
        self,
        *,
        account_sid: str = "AC00000000000000000000000000000009",
        auth_token: str = "",
        number: str = "+15550104477",
        messaging_service_sid: str = "",
        webhook_url: str = "",
        fallback_url: str = "",
        clock: Clock | None = None,
        seed: int | None = None,
    ) -> None:
        super().__init__(
            Line(number), clock or SystemClock(), account_sid, auth_token or secrets.token_hex(16)
        )
        self.webhook_url, self.fallback_url = webhook_url, fallback_url
        self._api.messages.service = messaging_service_sid
        if seed is not None:
            self.rng = Random(seed)
        #: Where the API is, and where the host of media is.
        self.api_base = self.media_base = ""
        #: What senders and the account say of themselves, where it is not the usual.
        self.facts = self._api.senders.facts
        self.account_facts = self._api.accounts.facts
        self._served: list[Served] = []

    async def start(self, port: int = 0) -> None:
        """Serve; `api_base` then says where."""
        app = web.Application(client_max_size=1 << 20, middlewares=[self.traffic.middleware])
        app.add_routes([*Control(self).routes(), *self._api.routes()])
        self.api_base = await self._serve(app, port)
        self.media_base = await self._serve(self._api.media.elsewhere(), 0)
        self._api.served_at(self.api_base, self.media_base)
        await self._emitter.start()

    # What the business is told.

    @property
    def number(self) -> str:
        """The (first) business number: "+15550104477"."""
        return self._lines.first.number

    @property
    def book(self) -> Book:
        """The account's contents, and the reviewer: `add`, `approve`, `reject`, `pause`, `disable`."""
        return self._api.book

    def channel_settings(self, number: str = "") -> dict[str, Any]:
        """What goes into `[tenants.channels.settings]` for *number*, the first one if left out. Start the
        simulator first."""
        line, keys = self._lines.named(number), self.credentials
        settings: dict[str, Any] = {
            "account_sid": keys.account_sid,
            "auth_token": keys.auth_tokens if len(keys.auth_tokens) > 1 else keys.auth_token,
            "api_key": keys.api_key,
            "api_secret": keys.api_secret,
            "from": line.address,
            "sender_sid": line.sid,
            "api_base": self.api_base,
        }
        if self._api.messages.service:
            settings["messaging_service_sid"] = self._api.messages.service
        if self.shared_key:
            settings["shared_key"] = [{"id": key, "secret": secret} for key, secret in keys.shared_keys]
        return settings

    # What can be seen.

    @property
    def accepted(self) -> list[Accepted]:
        """Every message accepted so far, in order."""
        return self._api.messages.accepted

    @property
    def marked_read(self) -> list[str]:
        """SIDs of the contacts' messages that the business marked read, in order."""
        return self._api.indicators.marked_read

    @property
    def hosts(self) -> tuple[str, ...]:
        """Where files are handed out."""
        return (self.media_base,)

    @property
    def marked_typing(self) -> list[str]:
        """SIDs of the contacts' messages under which the business showed that it is typing: the same."""
        return self._api.indicators.marked_read

    def view(self, message: Seen) -> View:
        """How a message of an inbox looks on the phone."""
        assert isinstance(message, Received)
        return view(message)

    def file(self, media: str) -> File | None:
        """None: Twilio fetches what it sends, and keeps nothing of it."""
        return None

    @property
    def troubles(self) -> list[str]:
        """What Twilio's debugger shows, with the number of times."""
        return [f"{what} ({times}×)" for what, times in self._emitter.complaints.items()]
