"""The requests between a gateway and a simulator, as they happen: for whoever wants to watch the wire."""

from __future__ import annotations

import asyncio
import codecs
import time
from collections import deque
from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Literal

from aiohttp import web
from msgspec import Struct

#: Exchanges that are kept, and bytes of a body that are.
KEPT = 500
SHOWN = 20_000
_BINARY = "(%d bytes)"


class Exchange(Struct, frozen=True):
    """One request and its answer. *way* is "webhook" for what the provider sends, "api" for what the gateway
    asks. *status* is 0 when no answer came. Headers and bodies are as they were on the wire: whoever shows
    them takes the secrets out."""

    number: int
    at: float
    way: Literal["webhook", "api"]
    method: str
    url: str
    headers: dict[str, str]
    body: str
    status: int
    answer: str
    seconds: float


class Traffic:
    """The last exchanges, and the news of each to all who watch."""

    def __init__(self) -> None:
        self.exchanges: deque[Exchange] = deque(maxlen=KEPT)
        self._count = 0
        self._changed = asyncio.Event()

    def note(
        self, way: Literal["webhook", "api"], method: str, url: str, headers: dict[str, str], body: bytes,
        status: int, answer: bytes, seconds: float,
    ) -> None:  # fmt: skip
        """Keep one exchange and tell who watches."""
        self._count += 1
        exchange = Exchange(
            self._count, time.time(), way, method, url, headers, _shown(body), status, _shown(answer), seconds
        )
        self.exchanges.append(exchange)
        self._changed.set()
        self._changed = asyncio.Event()

    async def watch(self) -> AsyncIterator[Exchange]:
        """Every exchange from now on, in order. Who is slower than `KEPT` exchanges misses the oldest."""
        seen = self._count
        while True:
            changed = self._changed
            for exchange in [one for one in self.exchanges if one.number > seen]:
                seen = exchange.number
                yield exchange
            if self._count == seen:
                await changed.wait()

    @web.middleware
    async def middleware(
        self, request: web.Request, handler: Callable[[web.Request], Awaitable[web.StreamResponse]]
    ) -> web.StreamResponse:
        """Notes what the gateway asks of a simulator's application; what is under /simulator is no part of
        the wire."""
        if request.path.startswith("/simulator/"):
            return await handler(request)
        started = time.monotonic()
        status, answer = 0, b""
        try:
            response = await handler(request)
            status = response.status
            if isinstance(response, web.Response) and isinstance(response.body, bytes):
                answer = response.body
            return response
        except web.HTTPException as error:
            status = error.status
            raise
        finally:
            # What the handler read is kept; a form's parts are gone once they were taken apart.
            body = await request.read()
            self.note(
                "api", request.method, str(request.url), dict(request.headers), body, status, answer,
                time.monotonic() - started,
            )  # fmt: skip


def _shown(body: bytes) -> str:
    """The beginning of a text, cut between characters; of anything else its length."""
    try:
        text = codecs.getincrementaldecoder("utf-8")().decode(body[:SHOWN], final=len(body) <= SHOWN)
    except UnicodeDecodeError:
        return _BINARY % len(body)
    return _BINARY % len(body) if "\0" in text else text
