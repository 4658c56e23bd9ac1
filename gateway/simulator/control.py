"""A simulator's own HTTP surface, for a test, a benchmark or a person in another process.

POST /simulator/{act}   the arguments of a method as JSON  -> {"id"}
     says {"contact", "text"}, taps {"contact", "id"}, sends {"contact", "kind", …}, pass_time {"hours"}, …:
     everything in the simulator's `acts`
GET  /simulator/inbox?contact=+254700000001                -> {"messages": […]}
GET  /simulator/accepted                                   -> {"messages": [{"id", "body", …}]}
GET  /simulator/troubles                                   -> {"troubles": […]}
POST /simulator/knobs   {"lose_answers": 0.02, "seed": 7, "webhook_url": …}

A wish that cannot be met is answered with 400, a webhook that the business did not take with 502.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Protocol

import msgspec
from aiohttp import web

from gateway.simulator.delivery import NotDelivered


class Taken(Protocol):
    """A message that the simulator accepted: a named tuple with `message_id`, `body`, and what is the
    provider's own."""

    def _asdict(self) -> dict[str, Any]: ...


class Controlled(Protocol):
    """A simulator, as seen by `Control`."""

    async def perform(self, act: str, wish: dict[str, Any]) -> Any:
        """Do *act* with the arguments *wish*. `LookupError` when there is no such act, `TypeError` when
        the arguments do not fit, `NotDelivered` when the business does not take the webhook."""

    def set_knobs(self, wish: Mapping[str, Any]) -> None:
        """Change knobs by name; `LookupError` names those that do not exist, `ValueError` a value that
        cannot be."""

    def inbox(self, contact: str) -> Sequence[object]:
        """What the contact's phone shows."""

    @property
    def accepted(self) -> Sequence[Taken]:
        """Every message accepted so far."""

    @property
    def troubles(self) -> Sequence[str]:
        """What went wrong, in sentences."""


class Control:
    """Lets HTTP do what the methods of a simulator do."""

    def __init__(self, simulator: Controlled) -> None:
        self._sim = simulator

    def routes(self) -> list[web.RouteDef]:
        """What to mount."""
        return [
            web.get("/simulator/inbox", self.inbox),
            web.get("/simulator/accepted", self.accepted),
            web.get("/simulator/troubles", self.troubles),
            web.post("/simulator/knobs", self.knobs),
            web.post("/simulator/{act}", self.act),
        ]

    async def act(self, request: web.Request) -> web.Response:
        """Somebody does something; answered when the gateway has taken what follows from it."""
        try:
            result = await self._sim.perform(request.match_info["act"], await wish_of(request))
        except NotDelivered as error:
            return web.json_response({"error": str(error)}, status=502)
        except (LookupError, TypeError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)
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
        told = [each._asdict() for each in self._sim.accepted]
        return web.json_response({"messages": [{"id": each.pop("message_id"), **each} for each in told]})

    async def troubles(self, request: web.Request) -> web.Response:
        """What went wrong between the simulator and the business."""
        return web.json_response({"troubles": list(self._sim.troubles)})

    async def knobs(self, request: web.Request) -> web.Response:
        """Change knobs by name."""
        try:
            self._sim.set_knobs(await wish_of(request))
        except (LookupError, ValueError) as error:
            return web.json_response({"error": str(error)}, status=400)
        return web.json_response({})


async def wish_of(request: web.Request) -> dict[str, Any]:
    """The body, which has to be a JSON object or nothing at all; `ValueError` if it is neither."""
    wish: Any = await request.json() if await request.read() else {}
    if not isinstance(wish, dict):
        raise ValueError("the body is not a JSON object")
    return wish
