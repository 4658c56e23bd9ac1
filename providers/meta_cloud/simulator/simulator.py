"""The simulator as tests, the demo and `gateway chat` use it."""

from __future__ import annotations

import secrets
from typing import Any

from aiohttp import web

from gateway.clock import Clock, SystemClock
from gateway.serving import Served
from gateway.simulator import Seen
from gateway.simulator.control import Control
from gateway.simulator.view import File, View
from providers.meta_cloud.simulator.accepted import Accepted
from providers.meta_cloud.simulator.calls import Door
from providers.meta_cloud.simulator.graph import APP_ID, Graph
from providers.meta_cloud.simulator.lines import Line
from providers.meta_cloud.simulator.phone import Received
from providers.meta_cloud.simulator.signing import Signing
from providers.meta_cloud.simulator.view import view


class MetaSimulator(Signing):
    """Meta's servers for the numbers of one app, on a free port of 127.0.0.1.

    The part that every provider's simulator has, and that the core may use, is `gateway.simulator.Simulator`.
    A contact is a phone number: "+254700000001". What `Knobs` has may be set at any time.

        sim = MetaSimulator()
        await sim.start()                         # now channel_settings() names the API's address
        sim.webhook_url = f"{gateway.url}/webhooks/meta_cloud/{channel}"
        await sim.says("+254700000001", "menu")
        [menu] = await sim.wait_for("+254700000001", 1, timeout=5)
        await sim.taps("+254700000001", menu.options[0].id)
    """

    def __init__(
        self,
        *,
        app_secret: str = "",
        access_token: str = "",
        phone_number_id: str = "401122334455667",
        display_phone_number: str = "15550104477",
        waba_id: str = "198700112233445",
        verify_token: str = "",
        webhook_url: str = "",
        clock: Clock | None = None,
    ) -> None:
        line = Line(phone_number_id, display_phone_number, waba_id)
        super().__init__(line, clock or SystemClock(), app_secret or secrets.token_hex(16))
        self.verify_token = verify_token or secrets.token_hex(8)
        self.api_base = ""
        self._emitter.webhook_url = webhook_url
        self._graph = Graph(
            self._lines, self._world, self._fates, self, self.clock, self._emitter, self._door()
        )
        self._keep = self._graph.media.store_inbound
        self.silenced = self._graph.blocks.blocked
        self.heard = self._graph.messages.heard
        #: The accounts' templates: `approve`, `reject`, `pause`, `disable`, `set_quality`, `change_category`.
        self.book = self._graph.templates
        #: What numbers and accounts say of themselves, where it is not the usual: id -> field -> value.
        self.facts = self._graph.account.facts
        self._graph.access_token = access_token or secrets.token_hex(16)
        self._served: list[Served] = []

    def _door(self) -> Door:
        """What lets requests in."""
        return Door(self)

    async def start(self, port: int = 0) -> None:
        """Serve; `api_base` then says where."""
        app = web.Application(client_max_size=128 * 1024 * 1024, middlewares=[self.traffic.middleware])
        app.add_routes([*self._graph.routes(), *Control(self).routes()])
        self.api_base = self._graph.media.base = await self._serve(app, port)
        await self._emitter.start()

    # What the business is told.

    @property
    def number(self) -> str:
        """The business number's id, the routing key of its webhooks."""
        return self._lines.first.phone_number_id

    @property
    def access_token(self) -> str:
        """What requests must bear; changed, every request is answered with error 190."""
        return self._graph.access_token

    @access_token.setter
    def access_token(self, value: str) -> None:
        self._graph.access_token = value

    def revoke_token(self) -> None:
        """Requests must bear a new token from now on."""
        self.access_token = secrets.token_hex(16)

    def store_inbound(self, content: bytes, mime_type: str, filename: str = "") -> dict[str, Any]:
        """A file that a contact has: `media` of `sends`."""
        told = self._keep(self._lines.first, mime_type, content)
        return {**told, "filename": filename} if filename else told

    def channel_settings(self, number: str = "") -> dict[str, Any]:
        """What goes into `[tenants.channels.settings]` for *number*, the first one if left out. Start the
        simulator first."""
        line = self._lines.named(number)
        return {
            "phone_number_id": line.phone_number_id,
            "waba_id": line.waba_id,
            "app_id": APP_ID,
            "access_token": self.access_token,
            "app_secret": [self.app_secret, *self.old_secrets] if self.old_secrets else self.app_secret,
            "verify_token": self.verify_token,
            "api_base": self.api_base,
        }

    async def verify_webhook(self) -> bool:
        """Do the handshake that Meta does when a callback URL is saved (wire.md 1.1)."""
        challenge = secrets.token_hex(8)
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": self.verify_token}
        return await self._emitter.handshake(query) == (200, challenge)

    # What can be seen.

    @property
    def accepted(self) -> list[Accepted]:
        """Every message accepted so far, in order."""
        return self._graph.accepted

    @property
    def marked_read(self) -> list[str]:
        """Ids of the contacts' messages that the business marked read, in order."""
        return self._graph.marked_read

    @property
    def marked_typing(self) -> list[str]:
        """Ids of the contacts' messages under which the business showed that it is typing, in order."""
        return self._graph.messages.marked_typing

    def view(self, message: Seen) -> View:
        """How a message of an inbox looks on the phone."""
        assert isinstance(message, Received)
        return view(message)

    def file(self, media: str) -> File | None:
        """An upload, by its id."""
        medium = self._graph.media.get(media)
        return File(medium.mime, medium.data) if medium is not None else None

    async def release_held(self, *, drop: bool = False) -> None:
        """Templates that `hold_templates` held go out; with *drop* they fail with 132015."""
        await self._graph.messages.release_held(drop=drop)

    @property
    def troubles(self) -> list[str]:
        """What the webhook's URL answered instead of 200, with the number of times."""
        return [f"webhook answered {what} ({times}×)" for what, times in self._emitter.complaints.items()]
