"""The part of the Graph API that the gateway calls: `POST /{version}/{phone number id}/messages`."""

from __future__ import annotations

import asyncio
import json
from random import Random
from typing import Any

from aiohttp import web

from providers.meta_cloud.simulator.accepted import Accepted
from providers.meta_cloud.simulator.checks import check_message
from providers.meta_cloud.simulator.errors import GraphError, missing
from providers.meta_cloud.simulator.fates import Fates
from providers.meta_cloud.simulator.ids import wamid
from providers.meta_cloud.simulator.knobs import Knobs
from providers.meta_cloud.simulator.lines import Line, Lines
from providers.meta_cloud.simulator.timeline import Timeline
from providers.meta_cloud.simulator.world import World


class Graph:
    """Answers requests for the business numbers; what becomes of a message is its `Fates`."""

    def __init__(self, lines: Lines, world: World, fates: Fates, knobs: Knobs, clock: Timeline) -> None:
        self._lines, self._world, self._fates, self._knobs, self._clock = lines, world, fates, knobs, clock
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
            line, body = await self._authentic(request)
            if "status" in body:
                return web.json_response(self._mark_read(body))
            check_message(body, line.display)
            if self._knobs.chance(self._knobs.refuse):
                raise passing(self._knobs.rng)
            answer = await self._accept(line, body)
        except GraphError as error:
            return web.json_response(error.body(), status=error.http)
        if self._knobs.chance(self._knobs.lose_answers):
            return await self._lose(request)
        return web.json_response(answer)

    async def _authentic(self, request: web.Request) -> tuple[Line, dict[str, Any]]:
        """The number and the decoded body of a request with the right token."""
        raw = await request.read()
        if request.headers.get("Authorization") != f"Bearer {self.access_token}":
            raise GraphError(190, "The access token could not be decoded or has expired.")
        line = self._lines.get(request.match_info["node"])
        if line is None:
            raise GraphError(33, f"Object with ID {request.match_info['node']!r} does not exist.")
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            raise GraphError(100, "The body is not JSON.") from None
        if not isinstance(body, dict):
            raise GraphError(100, "The body is not a JSON object.")
        return line, body

    def _mark_read(self, body: dict[str, Any]) -> dict[str, Any]:
        if body["status"] != "read":
            raise GraphError(100, "Parameter status must be read.")
        if not isinstance(body.get("message_id"), str):
            raise missing("message_id")
        self.marked_read.append(body["message_id"])
        return {"success": True}

    async def _accept(self, line: Line, body: dict[str, Any]) -> dict[str, Any]:
        message_id = wamid()
        group = self._world.addressed_group(body)
        contact = None if group is not None else self._world.addressee(body)
        if contact is None and group is None:
            raise GraphError(100, "The recipient is not a known user id.")
        self.accepted.append(Accepted(message_id, body, body.get("biz_opaque_callback_data", "")))
        told: dict[str, Any] = {"id": message_id}
        if group is not None:
            await self._fates.begin(line, group, message_id, body)
            known = {"input": group.id}
            told["group_id"] = group.id
        elif contact is not None:
            await self._fates.begin(line, contact, message_id, body)
            if body.get("to"):
                known = {"input": body["to"], "wa_id": contact.wa_id}
            else:
                known = {"input": body["recipient"], "user_id": contact.user_id}
        return {"messaging_product": "whatsapp", "contacts": [known], "messages": [told]}

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
