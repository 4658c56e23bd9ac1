"""The simulator as tests, the demo and `gateway chat` use it."""

from __future__ import annotations

import json
import secrets
from typing import Any

from aiohttp import web

from gateway.clock import SECOND, Clock, SystemClock
from providers.meta_cloud.simulator import webhooks
from providers.meta_cloud.simulator.contents import content_of
from providers.meta_cloud.simulator.control import Control
from providers.meta_cloud.simulator.emitter import Emitter
from providers.meta_cloud.simulator.graph import Accepted, Graph, wamid
from providers.meta_cloud.simulator.knobs import Knobs
from providers.meta_cloud.simulator.webhooks import Line
from providers.meta_cloud.simulator.world import Contact, Received, World


class MetaSimulator(Knobs):
    """Meta's servers for one business number, on a free port of 127.0.0.1.

    The part that every provider's simulator has, and that the core may use: `start`, `stop`, `number`,
    `channel_settings`, `webhook_url`, `contact`, `says`, `taps`, `sends`, `inbox`, `wait_for`, `ticks`,
    `wait_for_ticks`, `hint`, `troubles`. A contact is a phone number: "+254700000001".
    What `Knobs` has may be set at any time.

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
        super().__init__()
        self.verify_token = verify_token or secrets.token_hex(8)
        self.api_base = ""
        self._clock = clock or SystemClock()
        self._line = Line(phone_number_id, display_phone_number, waba_id)
        self._world = World()
        self._emitter = Emitter(self._line, self._world, self, app_secret or secrets.token_hex(16))
        self._emitter.webhook_url = webhook_url
        self._graph = Graph(self._line, self._world, self._emitter, self, self._clock)
        self._graph.access_token = access_token or secrets.token_hex(16)
        self._runner: web.AppRunner | None = None

    async def start(self, port: int = 0) -> None:
        """Serve; `api_base` then says where."""
        app = web.Application()
        app.add_routes([*self._graph.routes(), *Control(self).routes()])
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", port).start()
        self.api_base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        await self._emitter.start()

    async def stop(self) -> None:
        """Stop serving and forget the webhooks that are not delivered."""
        await self._emitter.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def __aenter__(self) -> MetaSimulator:
        await self.start()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.stop()

    # What the business is told.

    @property
    def number(self) -> str:
        """The business number's id, the routing key of its webhooks."""
        return self._line.phone_number_id

    @property
    def app_secret(self) -> str:
        """What webhooks are signed with; may be changed to rotate it."""
        return self._emitter.app_secret

    @app_secret.setter
    def app_secret(self, value: str) -> None:
        self._emitter.app_secret = value

    @property
    def access_token(self) -> str:
        """What requests must bear; changed, every request is answered with error 190."""
        return self._graph.access_token

    @access_token.setter
    def access_token(self, value: str) -> None:
        self._graph.access_token = value

    @property
    def webhook_url(self) -> str:
        """Where webhooks go."""
        return self._emitter.webhook_url

    @webhook_url.setter
    def webhook_url(self, value: str) -> None:
        self._emitter.webhook_url = value

    def channel_settings(self) -> dict[str, Any]:
        """What goes into `[tenants.channels.settings]` for this number. Start the simulator first."""
        return {
            "phone_number_id": self._line.phone_number_id,
            "waba_id": self._line.waba_id,
            "access_token": self.access_token,
            "app_secret": self.app_secret,
            "verify_token": self.verify_token,
            "api_base": self.api_base,
        }

    async def verify_webhook(self) -> bool:
        """Do the handshake that Meta does when a callback URL is saved (wire.md 1.1)."""
        challenge = secrets.token_hex(8)
        query = {"hub.mode": "subscribe", "hub.challenge": challenge, "hub.verify_token": self.verify_token}
        return await self._emitter.handshake(query) == (200, challenge)

    # What contacts do. Each returns the new message's id once the gateway has answered 200, and raises
    # `NotDelivered` when it does not do so for `retry_for` seconds.

    def contact(self, phone: str, name: str = "") -> Contact:
        """The contact with this phone; *name* changes its profile."""
        return self._world.contact(phone, name)

    async def says(self, contact: str, text: str, *, reply_to: str = "") -> str:
        """*contact* writes *text*."""
        return await self._send(contact, "text", {"body": text}, reply_to)

    async def taps(self, contact: str, reply_id: str) -> str:
        """*contact* taps a button, or picks a row, of the newest message that has any."""
        menu = next((m for m in reversed(self.inbox(contact)) if m.options), None)
        if menu is None:
            raise LookupError(f"{contact} has no message with anything to tap")
        option = next((o for o in menu.options if o.id == reply_id), None)
        if option is None:
            offered = ", ".join(o.id for o in menu.options)
            raise LookupError(f"{contact} cannot tap {reply_id!r}; the newest menu offers: {offered}")
        return await self._send(contact, "interactive", webhooks.tap(option), menu.message_id)

    async def sends(self, contact: str, kind: str, *, reply_to: str = "", **fields: Any) -> str:
        """*contact* sends another kind: image, location, voice, …; *fields* change the usual content."""
        wire_kind, content = content_of(kind, fields)
        return await self._send(contact, wire_kind, content, reply_to)

    async def _send(self, phone: str, kind: str, payload: Any, reply_to: str) -> str:
        contact, message_id = self._world.contact(phone), wamid()
        message = webhooks.message(contact, message_id, self._clock.now() // SECOND, kind, payload)
        if reply_to:
            message["context"] = {"from": self._line.display, "id": reply_to}
        await self._emitter.message(contact, message)
        return message_id

    async def posts(self, body: bytes) -> None:
        """Meta posts *body* as it stands, signed, until it is taken."""
        await self._emitter.post(body)

    # What can be seen.

    def inbox(self, contact: str) -> list[Received]:
        """What the contact's phone shows, oldest first."""
        return list(self._world.contact(contact).inbox)

    async def wait_for(self, contact: str, count: int, timeout: float = 5.0) -> list[Received]:
        """The inbox as soon as it holds *count* messages; `TimeoutError` says how many came."""
        return await self._world.wait_for(self._world.contact(contact), count, timeout)

    def ticks(self, message_id: str) -> str:
        """The furthest status of a message that the business has been told: accepted, sent, read, …"""
        return self._world.ticks.get(message_id, "accepted")

    async def wait_for_ticks(self, message_id: str, status: str, timeout: float = 5.0) -> str:
        """`ticks` as soon as they say *status*, or what they say after *timeout*."""
        return await self._world.wait_for_ticks(message_id, status, timeout)

    async def settle(self, timeout: float = 5.0) -> None:
        """Wait until every status has been delivered."""
        await self._emitter.settle(timeout)

    @property
    def accepted(self) -> list[Accepted]:
        """Every message accepted so far, in order."""
        return self._graph.accepted

    @property
    def marked_read(self) -> list[str]:
        """Ids of the contacts' messages that the business marked read, in order."""
        return self._graph.marked_read

    def hint(self, contact: str, text: str) -> str:
        """A shell command that makes *contact* write *text*."""
        wish = json.dumps({"contact": contact, "text": text}).replace("'", "'\\''")
        return f"curl -d '{wish}' {self.api_base}/simulator/says"

    @property
    def troubles(self) -> list[str]:
        """What the webhook's URL answered instead of 200, with the number of times."""
        return [f"webhook answered {what} ({times}×)" for what, times in self._emitter.refusals.items()]
