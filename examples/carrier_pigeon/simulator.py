"""The loft keepers' servers, on a free port: `gateway.simulator.Simulator` for carrier pigeons."""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import secrets
from collections.abc import Sequence
from typing import Any

from aiohttp import web

from examples.carrier_pigeon.contacts import Contact, Landed, Village
from examples.carrier_pigeon.roost import Roost
from gateway.simulator import SignedWebhook, Traffic


class PigeonSimulator:
    """See `gateway.simulator.Simulator` for what every method is for."""

    kinds = frozenset({"text"})

    def __init__(self) -> None:
        self.lose_answers = self.refuse = self.hold_answers = 0.0
        self.statuses: tuple[str, ...] = ("sent", "delivered", "read")
        self.status_delay, self.shuffle_statuses = 0.02, False
        self.unreachable: set[str] = set()
        self.key, self.api_base = secrets.token_hex(16), ""
        self.ids = itertools.count(1)
        self._lofts, self._village, self._roost = ["15550104477"], Village(), Roost()
        self._failing: list[int] = []
        self._runner: web.AppRunner | None = None

    def honest(self) -> None:
        """Pigeons refuse nothing that they could carry."""

    # Serving.

    async def start(self) -> None:
        """Serve the API."""
        app = web.Application(middlewares=[self.traffic.middleware])
        app.router.add_post("/lofts/{loft}/flights", self._fly)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await self._runner.setup()
        await web.TCPSite(self._runner, "127.0.0.1", 0).start()
        self.api_base = f"http://127.0.0.1:{self._runner.addresses[0][1]}"
        await self._roost.start()

    async def stop(self) -> None:
        """Stop serving."""
        await self._roost.stop()
        if self._runner is not None:
            await self._runner.cleanup()

    async def _fly(self, request: web.Request) -> web.StreamResponse:
        asked = json.loads(await request.read())
        if request.headers.get("Authorization") != f"Bearer {self.key}":
            return web.json_response({"problem": "this key opens nothing"}, status=401)
        if self.refuse and random.random() < self.refuse:
            return web.json_response({"problem": "all birds are out"}, status=429)
        if self._failing:
            return web.json_response({"problem": "refused as asked"}, status=self._failing.pop(0))
        if len(asked["text"]) > 600:
            return web.json_response({"problem": "too heavy"}, status=400)
        flight, contact = f"f-{next(self.ids)}", self._village.contact(asked["to"])
        about = {"id": flight, "ref": asked["ref"], "to": contact.name}
        if contact.phone not in self.unreachable:
            await self._village.arrive(contact, Landed(flight, asked["text"]))
        self._roost.spawn(self._life(request.match_info["loft"], contact, about))
        await asyncio.sleep(self.hold_answers)
        if self.lose_answers and random.random() < self.lose_answers and request.transport is not None:
            request.transport.abort()
        return web.json_response({"flight": flight}, status=201)

    async def _life(self, loft: str, contact: Contact, about: dict[str, str]) -> None:
        states = ["failed"] if contact.phone in self.unreachable else list(self.statuses)
        if self.shuffle_statuses:
            random.shuffle(states)
        for state in states:
            await asyncio.sleep(self.status_delay)
            await self._roost.tell({"loft": loft, "flight": {**about, "state": state}})
            await self._village.tick(about["id"], state)

    # The account.

    @property
    def number(self) -> str:
        return self._lofts[0]

    def add_number(self, number: str) -> str:
        self._lofts.append(number.lstrip("+"))
        return self._lofts[-1]

    def channel_settings(self, number: str = "") -> dict[str, Any]:
        loft = number or self.number
        return {"loft": loft, "key": self.key, "ring": self._roost.rings, "api_base": self.api_base}

    def rotate_secret(self) -> None:
        self._roost.rings = [secrets.token_hex(16), self._roost.rings[0]]

    def revoke_token(self) -> None:
        self.key = secrets.token_hex(16)

    def fail_next(self, code: int, **fields: Any) -> None:
        self._failing.append(code)

    # How webhooks travel.

    @property
    def webhook_url(self) -> str:
        return self._roost.webhook_url

    @webhook_url.setter
    def webhook_url(self, value: str) -> None:
        self._roost.webhook_url = value

    @property
    def duplicate_webhooks(self) -> int:
        return self._roost.copies

    @duplicate_webhooks.setter
    def duplicate_webhooks(self, value: int) -> None:
        self._roost.copies = value

    @property
    def retry_for(self) -> float:
        return self._roost.retry_for

    @retry_for.setter
    def retry_for(self, value: float) -> None:
        self._roost.retry_for = value

    @property
    def traffic(self) -> Traffic:
        return self._roost.traffic

    @property
    def troubles(self) -> Sequence[str]:
        return [f"webhook answered {what} ({times}×)" for what, times in self._roost.refusals.items()]

    # What contacts do.

    def contact(self, phone: str, **fields: Any) -> Contact:
        return self._village.contact(phone, fields.get("hidden"))

    async def says(self, contact: str, text: str, *, number: str = "") -> str:
        return await self.sends(contact, "text", number=number, text=text)

    async def sends(self, contact: str, kind: str, *, number: str = "", **fields: Any) -> str:
        note = self._note(contact, kind, fields)
        await self._roost.tell({"loft": number or self.number, "note": note})
        return str(note["id"])

    async def taps(self, contact: str, reply_id: str, *, number: str = "", message_id: str = "") -> str:
        raise LookupError(f"{contact} has nothing to tap, not {reply_id!r} either: pigeons carry texts")

    def store_inbound(self, content: bytes, mime_type: str, filename: str = "") -> Any:
        raise LookupError("pigeons carry texts, no files")

    def signed(
        self, kind: str = "text", *, contact: str = "", number: str = "", **fields: Any
    ) -> SignedWebhook:
        note = self._note(contact or "+254700000099", kind, fields)
        return self.sign(json.dumps({"loft": number or self.number, "note": note}).encode())

    def sign(self, body: bytes) -> SignedWebhook:
        return self._roost.sign(body)

    def _note(self, contact: str, kind: str, fields: dict[str, Any]) -> dict[str, Any]:
        who = self._village.contact(contact)
        about = {"id": f"n-{next(self.ids)}-{secrets.token_hex(4)}", "from": who.name, "name": "Ana"}
        usual = {"text": "Hello"} if kind == "text" else {"kind": kind}
        return {**about, **usual, **fields}

    def hint(self, contact: str, text: str) -> str:
        body = json.dumps({"loft": self.number, "note": self._note(contact, "text", {"text": text})})
        ring = self.sign(body.encode()).headers["X-Pigeon-Ring"]
        return f"curl -H 'X-Pigeon-Ring: {ring}' -d '{body}' {self.webhook_url}"

    # What can be seen.

    def inbox(self, contact: str) -> Sequence[Landed]:
        return list(self._village.contact(contact).inbox)

    async def wait_for(self, contact: str, count: int, timeout: float) -> Sequence[Landed]:
        return await self._village.wait_for(self._village.contact(contact), count, timeout)

    def ticks(self, message_id: str) -> str:
        return self._village.ticks.get(message_id, "accepted")

    async def wait_for_ticks(self, message_id: str, status: str, timeout: float) -> str:
        return await self._village.wait_for_ticks(message_id, status, timeout)

    async def settle(self, timeout: float = 5.0) -> None:
        await self._roost.settle(timeout)
