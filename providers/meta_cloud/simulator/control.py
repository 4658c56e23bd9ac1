"""The simulator's own HTTP surface, for a test, a benchmark or a person in another process.

POST /simulator/{act}   the arguments of a method as JSON  -> {"id"}
     says {"contact", "text"}, taps {"contact", "id"}, sends {"contact", "kind", …}, changes_number
     {"contact", "new"}, stops_marketing {"contact"}, reports {"field", "value"}, pass_time {"hours"}, …:
     everything in `acting.ACTS`
GET  /simulator/inbox?contact=+254700000001                -> {"messages": […]}
GET  /simulator/accepted                                   -> {"messages": [{"id", "correlation", "body"}]}
POST /simulator/knobs   {"lose_answers": 0.02, "seed": 7, "webhook_url": …}

A wish that cannot be met is answered with 400, a webhook that the business never took with 502.
"""

from __future__ import annotations

from typing import Any

import msgspec
from aiohttp import web

from providers.meta_cloud.simulator.controlled import Controlled
from providers.meta_cloud.simulator.emitter import NotDelivered


class Control:
    """Lets HTTP do what the methods of `MetaSimulator` do."""

    def __init__(self, simulator: Controlled) -> None:
        self._sim = simulator

    def routes(self) -> list[web.RouteDef]:
        """What to mount."""
        return [
            web.get("/simulator/inbox", self.inbox),
            web.get("/simulator/accepted", self.accepted),
            web.post("/simulator/knobs", self.knobs),
            web.post("/simulator/{act}", self.act),
        ]

    async def act(self, request: web.Request) -> web.Response:
        """Somebody does something; answered when the gateway has taken what follows from it."""
        try:
            result = await self._sim.perform(request.match_info["act"], await wish_of(request))
        except (LookupError, TypeError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)
        except NotDelivered as error:
            return web.json_response({"error": str(error)}, status=502)
        return web.json_response({"id": result} if isinstance(result, str) else {})

    async def inbox(self, request: web.Request) -> web.Response:
        """What a contact's phone shows."""
        try:
            messages = msgspec.to_builtins(self._sim.inbox(request.query.get("contact", "")))
        except LookupError as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({"messages": messages})

    async def accepted(self, request: web.Request) -> web.Response:
        """Every message accepted, in order."""
        listed = [
            {"id": a.message_id, "correlation": a.correlation, "body": a.body} for a in self._sim.accepted
        ]
        return web.json_response({"messages": listed})

    async def knobs(self, request: web.Request) -> web.Response:
        """Change knobs by name."""
        try:
            self._sim.set_knobs(await wish_of(request))
        except (LookupError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({})


async def wish_of(request: web.Request) -> dict[str, Any]:
    """The body, which has to be a JSON object; `ValueError` if it is not."""
    wish: Any = await request.json()
    if not isinstance(wish, dict):
        raise ValueError("the body is not a JSON object")
    return wish
