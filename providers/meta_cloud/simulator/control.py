"""The simulator's own HTTP surface, for a test, a benchmark or a person in another process.

POST /simulator/says   {"contact", "text"}             -> {"id"}
POST /simulator/taps   {"contact", "id"}               -> {"id"}
POST /simulator/sends  {"contact", "kind", …}          -> {"id"}
GET  /simulator/inbox?contact=+254700000001            -> {"messages": […]}
GET  /simulator/accepted                               -> {"messages": [{"id", "correlation", "body"}]}
POST /simulator/knobs  {"lose_answers": 0.02, "seed": 7, "webhook_url": …}
"""

from __future__ import annotations

from random import Random
from typing import TYPE_CHECKING, Any

import msgspec
from aiohttp import web

from providers.meta_cloud.simulator.emitter import NotDelivered
from providers.meta_cloud.simulator.knobs import Knobs

if TYPE_CHECKING:
    from providers.meta_cloud.simulator.simulator import MetaSimulator


class Control:
    """Lets HTTP do what the methods of `MetaSimulator` do."""

    def __init__(self, simulator: MetaSimulator) -> None:
        self._sim = simulator

    def routes(self) -> list[web.RouteDef]:
        """What to mount."""
        return [
            web.post("/simulator/{act:says|taps|sends}", self.act),
            web.get("/simulator/inbox", self.inbox),
            web.get("/simulator/accepted", self.accepted),
            web.post("/simulator/knobs", self.knobs),
        ]

    async def act(self, request: web.Request) -> web.Response:
        """A contact says, taps or sends; answered when the gateway has taken the webhook."""
        wish: dict[str, Any] = await request.json()
        try:
            contact = wish.pop("contact")
            match request.match_info["act"]:
                case "says":
                    message_id = await self._sim.says(contact, wish["text"])
                case "taps":
                    message_id = await self._sim.taps(contact, wish["id"])
                case _:
                    message_id = await self._sim.sends(contact, wish.pop("kind"), **wish)
        except LookupError as error:
            return web.json_response({"error": str(error)}, status=400)
        except NotDelivered as error:
            return web.json_response({"error": str(error)}, status=502)
        return web.json_response({"id": message_id})

    async def inbox(self, request: web.Request) -> web.Response:
        """What a contact's phone shows."""
        messages = msgspec.to_builtins(self._sim.inbox(request.query["contact"]))
        return web.json_response({"messages": messages})

    async def accepted(self, request: web.Request) -> web.Response:
        """Every message accepted, in order."""
        listed = [
            {"id": a.message_id, "correlation": a.correlation, "body": a.body} for a in self._sim.accepted
        ]
        return web.json_response({"messages": listed})

    async def knobs(self, request: web.Request) -> web.Response:
        """Change knobs by name."""
        wish: dict[str, Any] = await request.json()
        names = set(vars(Knobs())) | {"webhook_url", "seed"}
        if unknown := wish.keys() - names:
            return web.json_response({"error": f"no such knob: {', '.join(sorted(unknown))}"}, status=400)
        if "seed" in wish:
            self._sim.rng = Random(wish.pop("seed"))
        for name, value in wish.items():
            setattr(self._sim, name, set(value) if name == "unreachable" else value)
        return web.json_response({})
