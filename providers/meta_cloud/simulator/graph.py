"""The part of the Graph API that the gateway calls: `POST /{version}/{phone number id}/messages`."""

from __future__ import annotations

import asyncio
import base64
import json
import secrets
from random import Random
from typing import Any, NamedTuple

from aiohttp import web

from gateway.clock import SECOND, Clock
from providers.meta_cloud.simulator.checks import check_message
from providers.meta_cloud.simulator.emitter import Emitter
from providers.meta_cloud.simulator.errors import GraphError, missing
from providers.meta_cloud.simulator.knobs import Knobs
from providers.meta_cloud.simulator.webhooks import Line, status
from providers.meta_cloud.simulator.world import Contact, World, received


class Accepted(NamedTuple):
    """A message that the simulator took: its id, the whole request, and the caller's own id in it."""

    message_id: str
    body: dict[str, Any]
    correlation: str


class Graph:
    """Answers requests for one business number and sets its statuses going."""

    def __init__(self, line: Line, world: World, emitter: Emitter, knobs: Knobs, clock: Clock) -> None:
        self._line, self._world, self._emitter, self._knobs, self._clock = line, world, emitter, knobs, clock
        self.access_token = ""
        #: Everything accepted, in order.
        self.accepted: list[Accepted] = []
        #: Ids of the contacts' messages that were marked read, in order.
        self.marked_read: list[str] = []

    def routes(self) -> list[web.RouteDef]:
        """What to mount."""
        return [web.post(r"/{version:v\d+\.\d+}/{node}/messages", self.messages)]

    async def messages(self, request: web.Request) -> web.StreamResponse:
        """A send, a read receipt or a typing indicator."""
        if self._knobs.delay:
            await asyncio.sleep(self._knobs.delay)
        try:
            body = await self._authentic(request)
            if "status" in body:
                return web.json_response(self._mark_read(body))
            check_message(body, self._line.display)
            if self._knobs.chance(self._knobs.refuse):
                raise passing(self._knobs.rng)
            answer = await self._accept(body)
        except GraphError as error:
            return web.json_response(error.body(), status=error.http)
        if self._knobs.chance(self._knobs.lose_answers):
            return await self._lose(request)
        return web.json_response(answer)

    async def _authentic(self, request: web.Request) -> dict[str, Any]:
        """The decoded body of a request with the right token, to the right number."""
        raw = await request.read()
        if request.headers.get("Authorization") != f"Bearer {self.access_token}":
            raise GraphError(190, "The access token could not be decoded or has expired.")
        if request.match_info["node"] != self._line.phone_number_id:
            raise GraphError(33, f"Object with ID {request.match_info['node']!r} does not exist.")
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            raise GraphError(100, "The body is not JSON.") from None
        if not isinstance(body, dict):
            raise GraphError(100, "The body is not a JSON object.")
        return body

    def _mark_read(self, body: dict[str, Any]) -> dict[str, Any]:
        if body["status"] != "read":
            raise GraphError(100, "Parameter status must be read.")
        if not isinstance(body.get("message_id"), str):
            raise missing("message_id")
        self.marked_read.append(body["message_id"])
        return {"success": True}

    async def _accept(self, body: dict[str, Any]) -> dict[str, Any]:
        message_id = wamid()
        contact = self._world.addressee(body)
        if contact is None:
            raise GraphError(100, "The recipient is not a known user id.")
        self.accepted.append(Accepted(message_id, body, body.get("biz_opaque_callback_data", "")))
        reachable = contact.phone not in self._knobs.unreachable
        if reachable:
            await self._world.arrive(contact, received(message_id, body))
        self._emitter.spawn(self._life(contact, message_id, body, reachable))
        if body.get("to"):
            known = {"input": body["to"], "wa_id": contact.wa_id}
        else:
            known = {"input": body["recipient"], "user_id": contact.user_id}
        return {"messaging_product": "whatsapp", "contacts": [known], "messages": [{"id": message_id}]}

    async def _life(self, contact: Contact, message_id: str, body: dict[str, Any], reachable: bool) -> None:
        """The statuses of one message, each after a while. A reaction gets no more than `sent`."""
        names = list(self._knobs.statuses) if reachable else ["failed"]
        if body.get("type") == "reaction":
            names = names[:1]
        if self._knobs.shuffle_statuses:
            self._knobs.rng.shuffle(names)
        for name in names:
            await asyncio.sleep(self._knobs.status_delay)
            at = self._clock.now() // SECOND
            await self._emitter.status(contact, status(contact, message_id, name, at, body))

    async def _lose(self, request: web.Request) -> web.StreamResponse:
        """Let the connection hang or close it, so that the caller never learns the answer."""
        if self._knobs.hang and self._knobs.rng.random() < 0.5:
            await asyncio.sleep(self._knobs.hang)
        if request.transport is not None:
            request.transport.abort()
        return web.Response()


def passing(rng: Random) -> GraphError:
    """A refusal that says that nothing was accepted and that a retry is welcome."""
    if rng.random() < 0.5:
        return GraphError(131016, "Temporary.", transient=True)
    return GraphError(130429, "Cloud API message throughput has been reached.")


def wamid() -> str:
    """A message id that was never given before, in any run."""
    return "wamid." + base64.b64encode(secrets.token_bytes(18)).decode()
