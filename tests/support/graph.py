"""The part of the Graph API that a channel is registered at and asked about, with its real handshake."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Any

import aiohttp
from aiohttp import web

PNID, WABA, TOKEN = "401122334455667", "198700112233445", "a-token"


class Graph:
    """One number of one account. Change what it says before you ask."""

    def __init__(self) -> None:
        self.token = TOKEN
        self.status = "CONNECTED"
        self.healths: dict[str, str] = {}
        self.account_url = ""
        self.number_url = ""
        self.subscribed = False
        self.url = ""

    async def number(self, request: web.Request) -> web.Response:
        """`GET /{PNID}`."""
        addresses = {"phone_number": self.number_url, "whatsapp_business_account": self.account_url}
        return self._answer(request, {
            "id": PNID, "display_phone_number": "+1 555-010-4477", "verified_name": "Duka",
            "status": self.status,
            "quality_rating": "GREEN", "throughput": {"level": "STANDARD"},
            "webhook_configuration": {name: url for name, url in addresses.items() if url},
            "health_status": self._health("PHONE_NUMBER", PNID),
        })  # fmt: skip

    async def account(self, request: web.Request) -> web.Response:
        """`GET /{WABA}`."""
        return self._answer(request, {"id": WABA, "health_status": self._health("WABA", WABA)})

    async def apps(self, request: web.Request) -> web.Response:
        """`GET /{WABA}/subscribed_apps`."""
        app = {"whatsapp_business_api_data": {"id": "67", "name": "Duka's app"}}
        more = {"override_callback_uri": self.account_url} if self.account_url else {}
        return self._answer(request, {"data": [app | more] if self.subscribed else []})

    async def subscribe(self, request: web.Request) -> web.Response:
        """`POST /{WABA}/subscribed_apps`."""
        asked = await request.json()
        if refusal := await _handshake(asked):
            return refusal
        self.subscribed, self.account_url = True, asked["override_callback_uri"]
        return self._answer(request, {"success": True})

    def _health(self, kind: str, id: str) -> dict[str, Any]:
        state = self.healths.get(kind, "AVAILABLE")
        row: dict[str, Any] = {"entity_type": kind, "id": id, "can_send_message": state}
        if state == "BLOCKED":
            row["errors"] = [
                {"error_code": 141000, "error_description": "The number is not registered.",
                 "possible_solution": "Register the number."}
            ]  # fmt: skip
        return {"can_send_message": state, "entities": [row]}

    def _answer(self, request: web.Request, value: dict[str, Any]) -> web.Response:
        if request.headers.get("Authorization") != f"Bearer {self.token}":
            message = "Error validating access token: Session has expired"
            return web.json_response({"error": {"message": message, "code": 190}}, status=401)
        return web.json_response(value)


async def _handshake(asked: dict[str, Any]) -> web.Response | None:
    """Call the address back, as Meta does; the refusal when it does not echo the challenge."""
    query = {"hub.mode": "subscribe", "hub.challenge": "8675309", "hub.verify_token": asked["verify_token"]}
    why = ""
    try:
        async with (
            aiohttp.ClientSession() as session,
            session.get(asked["override_callback_uri"], params=query) as answer,
        ):
            if answer.status != 200 or await answer.text() != "8675309":
                why = f"HTTP Status Code = {answer.status}"
    except aiohttp.ClientError as error:
        why = type(error).__name__
    if not why:
        return None
    message = f"(#2200) Callback verification failed with the following errors: {why}"
    return web.json_response({"error": {"message": message, "code": 2200}}, status=400)


@asynccontextmanager
async def serving() -> AsyncIterator[Graph]:
    """The API on a free port of this machine."""
    graph, app = Graph(), web.Application()
    app.router.add_get(f"/v25.0/{PNID}", graph.number)
    app.router.add_get(f"/v25.0/{WABA}", graph.account)
    app.router.add_get(f"/v25.0/{WABA}/subscribed_apps", graph.apps)
    app.router.add_post(f"/v25.0/{WABA}/subscribed_apps", graph.subscribe)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, "127.0.0.1", 0)
    await site.start()
    graph.url = f"http://127.0.0.1:{runner.addresses[0][1]}"
    try:
        yield graph
    finally:
        await runner.cleanup()
