"""The door of the API: credentials, concurrency, unknown paths; refusals in Twilio's shape (wire.md §4.4)."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import web
from msgspec import Struct

from providers.twilio.simulator.credentials import Credentials
from providers.twilio.simulator.errors import TwilioError
from providers.twilio.simulator.knobs import Knobs


class Call(Struct, frozen=True):
    """One authentic request."""

    request: web.Request

    def at(self, name: str) -> str:
        """What stands at *name* in the path."""
        return self.request.match_info[name]

    @property
    def query(self) -> dict[str, str]:
        """The parameters in the URL; of one that is repeated the last."""
        return dict(self.request.query)

    async def form(self) -> list[tuple[str, str]]:
        """The parameters of a form, in order."""
        raw = await self.request.read()
        return parse_qsl(raw.decode(errors="replace"), keep_blank_values=True)

    async def json(self) -> dict[str, Any]:
        """The decoded body; `TwilioError` 20001 when it is not a JSON object."""
        raw = await self.request.read()
        try:
            body = json.loads(raw)
        except (ValueError, RecursionError):
            raise TwilioError(20001, "The body is not JSON.") from None
        if not isinstance(body, dict):
            raise TwilioError(20001, "The body is not a JSON object.")
        return body


class Answer(Struct, frozen=True):
    """JSON with another status than 200."""

    body: dict[str, Any]
    status: int = 200


Handler = Callable[[Call], Awaitable[dict[str, Any] | Answer | web.StreamResponse]]


class Door:
    """Lets requests in and hands them to whom they are for."""

    def __init__(self, knobs: Knobs, credentials: Credentials) -> None:
        self._knobs, self._credentials = knobs, credentials
        self._routes: list[web.RouteDef] = []
        self._inside = 0

    @property
    def account(self) -> str:
        """The account's SID."""
        return self._credentials.account_sid

    def on(self, method: str, path: str, handler: Handler) -> None:
        """Have *handler* answer *method* at *path* ("{name}" matches one part of it)."""

        async def answer(request: web.Request) -> web.StreamResponse:
            return await self._answer(request, handler)

        self._routes.append(web.route(method, path, answer))

    def routes(self) -> list[web.RouteDef]:
        """What to mount; last, what is anywhere else."""

        async def nowhere(call: Call) -> dict[str, Any]:
            raise TwilioError(20404, f"The requested resource {call.request.path} was not found")

        async def anywhere(request: web.Request) -> web.StreamResponse:
            return await self._answer(request, nowhere)

        return [*self._routes, web.route("*", "/{elsewhere:.*}", anywhere)]

    async def _answer(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        self._inside += 1
        try:
            # Read before it is judged: an answer to half a request would break the connection.
            await request.read()
            if self._knobs.delay:
                await asyncio.sleep(self._knobs.delay)
            self._check(request)
            answer = await handler(Call(request))
        except TwilioError as error:
            return web.json_response(error.body(), status=error.status, headers=error.headers)
        finally:
            self._inside -= 1
        if isinstance(answer, dict):
            answer = Answer(answer)
        return web.json_response(answer.body, status=answer.status) if isinstance(answer, Answer) else answer

    def _check(self, request: web.Request) -> None:
        """Raise `TwilioError` when the request may not come in."""
        if self._knobs.rates and self._inside > self._knobs.concurrency:
            raise TwilioError(20429, headers={"Twilio-Concurrent-Requests": str(self._inside)})
        if not self._credentials.open(request.headers.get("Authorization", "")):
            raise TwilioError(20003)
        if self._knobs.refuse_with:
            raise TwilioError(self._knobs.refuse_with)
        if request.match_info.get("account", self.account) != self.account:
            raise TwilioError(20404, f"The requested resource {request.path} was not found")
