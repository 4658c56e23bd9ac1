"""Where webhooks go: a number's own URL, else its account's, else the app's (wire.md 1.3, 2.8)."""

from __future__ import annotations

import secrets
from typing import Any

import aiohttp

from providers.meta_cloud.simulator.calls import Call, Door
from providers.meta_cloud.simulator.emitter import Emitter
from providers.meta_cloud.simulator.errors import GraphError
from providers.meta_cloud.simulator.lines import Line
from providers.meta_cloud.simulator.shapes import only, optional_text, record, text, url

LONGEST = 200


class Callbacks:
    """The overrides, and which accounts the app is subscribed to."""

    def __init__(self, door: Door, emitter: Emitter, app_id: str) -> None:
        self._emitter, self._app_id = emitter, app_id
        #: phone number id or account -> URL
        self.overrides: dict[str, str] = {}
        #: Accounts whose app was unsubscribed: nothing is sent for them.
        self.unsubscribed: set[str] = set()
        emitter.route = self.route
        emitter.silent = lambda line: line.waba_id in self.unsubscribed
        door.on("GET", "waba", "subscribed_apps", self._list)
        door.on("POST", "waba", "subscribed_apps", self._subscribe)
        door.on("DELETE", "waba", "subscribed_apps", self._unsubscribe)
        door.on("POST", "number", "", self._configure)

    def route(self, line: Line, field: str) -> str:
        """Where webhooks about *field* of *line* go. Overrides are for `messages` only."""
        if field != "messages":
            return self._emitter.webhook_url
        own = self.overrides.get(line.phone_number_id) or self.overrides.get(line.waba_id)
        return own or self._emitter.webhook_url

    def configuration(self, line: Line) -> dict[str, str]:
        """`webhook_configuration` of a number."""
        told = {
            "phone_number": self.overrides.get(line.phone_number_id, ""),
            "whatsapp_business_account": self.overrides.get(line.waba_id, ""),
            "application": self._emitter.webhook_url,
        }
        return {name: address for name, address in told.items() if address}

    async def _list(self, call: Call) -> dict[str, Any]:
        waba = call.line.waba_id
        if waba in self.unsubscribed:
            return {"data": []}
        app: dict[str, Any] = {
            "whatsapp_business_api_data": {
                "id": self._app_id,
                "name": "Simulated app",
                "link": f"https://www.facebook.com/games/?app_id={self._app_id}",
            }
        }
        if waba in self.overrides:
            app["override_callback_uri"] = self.overrides[waba]
        return {"data": [app]}

    async def _subscribe(self, call: Call) -> dict[str, Any]:
        """Without an override in the body, one that is there is taken away."""
        body, waba = await call.json(), call.line.waba_id
        only(body, ("override_callback_uri", "verify_token"))
        await self._override(waba, body)
        self.unsubscribed.discard(waba)
        return {"success": True}

    async def _unsubscribe(self, call: Call) -> dict[str, Any]:
        self.unsubscribed.add(call.line.waba_id)
        self.overrides.pop(call.line.waba_id, None)
        return {"success": True}

    async def _configure(self, call: Call) -> dict[str, Any]:
        body = await call.json()
        only(body, ["webhook_configuration"])
        configuration = record(body, "webhook_configuration")
        only(configuration, ("override_callback_uri", "verify_token"), "webhook_configuration")
        await self._override(call.line.phone_number_id, configuration)
        return {"success": True}

    async def _override(self, node: str, given: dict[str, Any]) -> None:
        """Ask the URL for a handshake, then use it; an empty one is taken away."""
        if not optional_text(given, "override_callback_uri"):
            self.overrides.pop(node, None)
            return
        address = url(given, "override_callback_uri", LONGEST)
        challenge = secrets.token_hex(8)
        query = {
            "hub.mode": "subscribe",
            "hub.challenge": challenge,
            "hub.verify_token": text(given, "verify_token"),
        }
        try:
            status, answer = await self._emitter.handshake(query, address)
        except (aiohttp.ClientError, TimeoutError, OSError) as error:
            raise GraphError(2200, f"Callback verification failed: {type(error).__name__}.") from None
        if (status, answer) != (200, challenge):
            raise GraphError(2200, f"Callback verification failed: HTTP Status Code = {status}.")
        self.overrides[node] = address
