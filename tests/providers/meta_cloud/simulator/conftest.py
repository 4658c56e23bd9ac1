"""A simulator beside a business that takes its webhooks and can be told to refuse them."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from providers.meta_cloud.simulator import MetaSimulator

SECRET, TOKEN, VERIFY = "app-secret", "token", "verify-me"


class Business:
    """The other end: keeps the webhooks that it took and calls the Graph API."""

    def __init__(self, sim: MetaSimulator) -> None:
        self.sim = sim
        #: Statuses to answer the next webhooks with; 200 when there are none.
        self.answers: list[int] = []
        self.bodies: list[bytes] = []
        self.headers: list[dict[str, list[str]]] = []
        self.signed: list[bool] = []

    async def webhook(self, request: web.Request) -> web.Response:
        """Take a webhook, or refuse it as told."""
        if request.method == "GET":
            if request.query["hub.verify_token"] != VERIFY:
                return web.Response(status=403)
            return web.Response(text=request.query["hub.challenge"])
        raw = await request.read()
        digest = hmac.new(SECRET.encode(), raw, hashlib.sha256).hexdigest()
        self.signed.append(request.headers["X-Hub-Signature-256"] == f"sha256={digest}")
        status = self.answers.pop(0) if self.answers else 200
        if status == 200:
            self.bodies.append(raw)
            self.headers.append({name.lower(): [value] for name, value in request.headers.items()})
        return web.Response(status=status)

    @property
    def values(self) -> list[dict[str, Any]]:
        """The `value` of each webhook taken."""
        return [json.loads(body)["entry"][0]["changes"][0]["value"] for body in self.bodies]

    @property
    def statuses(self) -> list[dict[str, Any]]:
        """Every status taken, in order."""
        return [status for value in self.values for status in value.get("statuses", [])]

    async def send(self, token: str = TOKEN, node: str = "", **body: Any) -> tuple[int, dict[str, Any]]:
        """Call the send endpoint; the status and the JSON of the answer."""
        body = {"messaging_product": "whatsapp", "to": "+254700000001", **body}
        body = {name: value for name, value in body.items() if value is not None}
        url = f"{self.sim.api_base}/v25.0/{node or self.sim.number}/messages"
        headers = {"Authorization": f"Bearer {token}"}
        async with (
            aiohttp.ClientSession() as session,
            session.post(url, json=body, headers=headers) as answer,
        ):
            return answer.status, await answer.json()


@pytest.fixture
async def sim() -> AsyncIterator[MetaSimulator]:
    """A quick simulator with known secrets."""
    simulator = MetaSimulator(app_secret=SECRET, access_token=TOKEN, verify_token=VERIFY)
    simulator.status_delay = simulator.retry_first = 0.002
    simulator.retry_for = 0.2
    async with simulator:
        yield simulator


@pytest.fixture
async def business(sim: MetaSimulator) -> AsyncIterator[Business]:
    """A business whose webhook URL the simulator knows."""
    business = Business(sim)
    app = web.Application()
    app.add_routes([web.route("*", "/hook", business.webhook)])
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    sim.webhook_url = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
    yield business
    await runner.cleanup()
