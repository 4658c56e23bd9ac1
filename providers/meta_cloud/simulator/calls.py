"""The door of the Graph API: token, object, edge, JSON; refusals in Graph's shape (wire.md 2.1)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any

from aiohttp import web
from msgspec import Struct

from providers.meta_cloud.simulator.errors import GraphError
from providers.meta_cloud.simulator.knobs import Knobs
from providers.meta_cloud.simulator.lines import Line

NOT_JSON = "The body is not JSON."


class Call(Struct, frozen=True):
    """One authentic request to *node*; *line* is the number it is about, an account's first one."""

    request: web.Request
    node: str
    line: Line

    @property
    def query(self) -> dict[str, str]:
        """The parameters in the URL; of one that is repeated the last."""
        return dict(self.request.query)

    async def json(self) -> dict[str, Any]:
        """The decoded body, {} when there is none."""
        raw = await self.request.read()
        try:
            body = json.loads(raw) if raw else {}
        except (ValueError, RecursionError):
            raise GraphError(100, NOT_JSON) from None
        if not isinstance(body, dict):
            raise GraphError(100, "The body is not a JSON object.")
        return body


class Found(Struct, frozen=True):
    """What a node is ("number", "account", "media", …), and the number that it belongs to."""

    kind: str
    line: Line


Handler = Callable[[Call], Awaitable[dict[str, Any] | web.StreamResponse]]
#: Says what a node is; None when it is not its own.
Finder = Callable[[str], Found | None]


class Door:
    """Lets requests in and hands them to whom they are for."""

    def __init__(self, knobs: Knobs) -> None:
        self._knobs = knobs
        self.access_token = ""
        self._finders: list[Finder] = []
        self._handlers: dict[tuple[str, str, str], Handler] = {}

    def find(self, finder: Finder) -> None:
        """Ask *finder* about nodes, after those that were named before."""
        self._finders.append(finder)

    def on(self, method: str, kind: str, edge: str, handler: Handler) -> None:
        """Have *handler* answer *method* on the *edge* ("" for none) of nodes of *kind*."""
        self._handlers[method, kind, edge] = handler

    def routes(self) -> list[web.RouteDef]:
        """What to mount."""
        return [
            web.route("*", r"/{version:v\d+\.\d+}/{node}", self.answer),
            web.route("*", r"/{version:v\d+\.\d+}/{node}/", self.answer),
            web.route("*", r"/{version:v\d+\.\d+}/{node}/{edge}", self.answer),
        ]

    async def answer(self, request: web.Request) -> web.StreamResponse:
        """Any request."""
        if self._knobs.delay:
            await asyncio.sleep(self._knobs.delay)
        try:
            # Read before it is judged: an answer to half a request would break the connection.
            # A form has to be taken apart while it is read.
            await (request.post() if request.content_type == "multipart/form-data" else request.read())
            answer = await self._handle(request)
        except GraphError as error:
            return self.refused(error)
        return web.json_response(answer) if isinstance(answer, dict) else answer

    def refused(self, error: GraphError) -> web.Response:
        """How a refusal looks."""
        return web.json_response(error.body(), status=error.http)

    async def _handle(self, request: web.Request) -> dict[str, Any] | web.StreamResponse:
        node, edge = request.match_info["node"], request.match_info.get("edge", "")
        self.check_token(request, "OAuth" if node.startswith("upload:") else "Bearer")
        if self._knobs.refuse_with:
            raise GraphError(self._knobs.refuse_with, "The simulator was told to refuse.")
        found = next((found for finder in self._finders if (found := finder(node))), None)
        if found is None:
            raise GraphError(33, f"Object with ID {node!r} does not exist.")
        handler = self._handlers.get((request.method, found.kind, edge))
        if handler is None:
            raise GraphError(100, f"Unsupported {request.method.lower()} request: {edge or found.kind}.")
        return await handler(Call(request, node, found.line))

    def check_token(self, request: web.Request, scheme: str = "Bearer") -> None:
        """Raise `GraphError` 190 unless the request bears the token."""
        if request.headers.get("Authorization") != f"{scheme} {self.access_token}":
            raise GraphError(190, "The access token could not be decoded or has expired.")
