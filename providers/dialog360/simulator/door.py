"""The door of 360dialog: a key, which says the number, and Meta's objects behind it (wire.md §3)."""

from __future__ import annotations

from typing import Any

from aiohttp import web

from providers.dialog360.simulator.refusals import HubError, NotThere
from providers.meta_cloud.simulator.calls import Call, Door, Handler
from providers.meta_cloud.simulator.errors import GraphError
from providers.meta_cloud.simulator.knobs import Knobs
from providers.meta_cloud.simulator.lines import Line, Lines

#: Paths without a node, and whose they are at Meta.
EDGES = {
    "messages": "number",
    "marketing_messages": "number",
    "media": "number",
    "whatsapp_business_profile": "number",
    "block_users": "number",
    "message_templates": "waba",
}
#: What may be asked for by its id.
_NODES = ("media", "template")


class HubDoor(Door):
    """Lets requests in for the number whose key they bear."""

    def __init__(self, knobs: Knobs, lines: Lines) -> None:
        super().__init__(knobs)
        self._lines = lines
        #: The name of the refusal of 360dialog's own that every call gets; "" for none.
        self.refuse_own = ""
        self._configs: list[tuple[str, str, Handler]] = []

    def key(self, line: Line) -> str:
        """The key of *line*: one for each number, and all change together."""
        first = line.phone_number_id == self._lines.first.phone_number_id
        return self.access_token if first else f"{self.access_token}-{line.phone_number_id}"

    def config(self, method: str, path: str, handler: Handler) -> None:
        """Have *handler* answer *method* on *path*, which is 360dialog's own; before `routes` is called."""
        self._configs.append((method, path, handler))

    def routes(self) -> list[web.RouteDef]:
        """What to mount. The paths with names go before the one that takes ids."""
        return [
            *(web.route(method, path, self._own(handler)) for method, path, handler in self._configs),
            web.route("*", f"/{{edge:{'|'.join(EDGES)}}}", self.answer),
            web.route("*", "/{node}", self.answer),
        ]

    def refused(self, error: GraphError) -> web.Response:
        """In 360dialog's shapes for its own, in Meta's for what it only passes on."""
        if isinstance(error, HubError) and error.shape == "text":
            return web.Response(status=error.http, text=error.words)
        return super().refused(error)

    def handler(self, method: str, kind: str, edge: str) -> Handler:
        """What answers at Meta."""
        return self._handlers[method, kind, edge]

    def line(self, request: web.Request) -> Line:
        """The number whose key *request* bears. A bearer token is another provider's, and gives it away."""
        given = request.headers.get("D360-API-KEY", "")
        found = next((line for line in self._lines if given and self.key(line) == given), None)
        if found is None or "Authorization" in request.headers:
            raise HubError("key")
        return found

    def check_token(self, request: web.Request, scheme: str = "Bearer") -> None:
        """Raise unless the request bears a number's key."""
        self.line(request)

    def _admit(self, request: web.Request) -> Line:
        line = self.line(request)
        if self.refuse_own:
            raise HubError(self.refuse_own)
        if self._knobs.refuse_with:
            raise GraphError(self._knobs.refuse_with, "The simulator was told to refuse.")
        return line

    async def _handle(self, request: web.Request) -> dict[str, Any] | web.StreamResponse:
        line = self._admit(request)
        edge, node = request.match_info.get("edge", ""), request.match_info.get("node", "")
        if edge:
            node = line.waba_id if EDGES[edge] == "waba" else line.phone_number_id
        found = next((found for finder in self._finders if (found := finder(node))), None)
        if found is None or (not edge and (found.kind not in _NODES or found.line.waba_id != line.waba_id)):
            raise GraphError(33, f"Object with ID {node!r} does not exist.")
        if found.kind == "media" and found.line != line:
            raise GraphError(33, f"Object with ID {node!r} belongs to another number.")
        kind = EDGES.get(edge, found.kind)
        handler = self._handlers.get((request.method, kind, edge))
        if handler is None:
            raise NotThere("Method not allowed")
        return await handler(Call(request, node, line))

    def _own(self, handler: Handler) -> Any:
        """*handler* behind the same door."""

        async def answer(request: web.Request) -> web.StreamResponse:
            try:
                await request.read()
                line = self._admit(request)
                told = await handler(Call(request, line.waba_id, line))
            except GraphError as error:
                return self.refused(error)
            return web.json_response(told) if isinstance(told, dict) else told

        return answer
