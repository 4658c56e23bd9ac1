"""A stand-in for Meta's Graph API that loses and refuses, and remembers what it accepted.

It is the judge of what was sent, so it is its own implementation: the product's simulator takes no part.
"""

from __future__ import annotations

import asyncio
import itertools
import json
import random
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Sequence
from typing import Literal, NamedTuple

from aiohttp import web

from tests.faults.numbers import ONE, Number
from tests.faults.webhooks import NUMBER, TOKEN

Fate = Literal["answer", "cut", "hang", "refuse"]

#: Refusals that say themselves that nothing was sent: HTTP status and Graph error (wire.md 2.11).
REFUSALS: tuple[tuple[int, dict[str, object]], ...] = (
    (500, {"code": 131016, "message": "(#131016) Service unavailable", "is_transient": True}),
    (400, {"code": 130429, "message": "(#130429) Rate limit hit", "is_transient": False}),
    (503, {"code": 2, "message": "Service temporarily unavailable", "is_transient": True}),
)


class Acceptance(NamedTuple):
    """One send that the stand-in took, in the order in which it took them."""

    order: int
    at: float
    to: str
    text: str
    correlation: str
    wamid: str
    number: str = NUMBER

    @property
    def part(self) -> str:
        """The part that was sent: the correlation is "g1.<part>.<attempt>"."""
        pieces = self.correlation.split(".")
        return pieces[1] if len(pieces) == 3 else self.correlation


class Odds(NamedTuple):
    """How often the stand-in misbehaves. *lose* accepts and gives no answer; *refuse* accepts nothing."""

    lose: float = 0.02
    refuse: float = 0.03


class StandIn:
    """The provider. `accepted` is its record; `announce` is told of every acceptance before the answer."""

    def __init__(
        self,
        rng: random.Random,
        *,
        odds: Odds | None = None,
        latency: float = 0.02,
        hang: float = 5.0,
        numbers: Sequence[Number] = ONE,
    ) -> None:
        self._rng, self._odds = rng, odds or Odds()
        self._latency, self._hang = latency, hang
        self._ids = frozenset(number.id for number in numbers)
        self.announce: Callable[[Acceptance], Awaitable[None]] = _tell_nobody
        self._numbers = itertools.count()
        self._runner: web.AppRunner | None = None
        self.accepted: list[Acceptance] = []
        #: The texts of `accepted`.
        self.texts: set[str] = set()
        self.fates: Counter[str] = Counter()
        self.odd: Counter[str] = Counter()
        self.url = ""

    async def start(self) -> None:
        """Listen on a free port of the loopback interface and set `url`."""
        app = web.Application()
        app.router.add_post("/{version}/{number}/messages", self._messages)
        self._runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        self.url = f"http://127.0.0.1:{self._runner.addresses[0][1]}"

    async def stop(self) -> None:
        """Stop listening."""
        if self._runner is not None:
            await self._runner.cleanup()

    async def _messages(self, request: web.Request) -> web.StreamResponse:
        body = json.loads(await request.read())
        if problem := _problem(request, body, self._ids):
            self.odd[problem] += 1
            return _graph_error(400, {"code": 100, "message": problem, "is_transient": False})
        fate = self._draw()
        self.fates[fate] += 1
        await asyncio.sleep(self._rng.uniform(0, self._latency / 2))
        if fate == "refuse":
            return _graph_error(*self._rng.choice(REFUSALS))
        acceptance = self._accept(body, request.match_info["number"])
        await self.announce(acceptance)
        await asyncio.sleep(self._rng.uniform(0, self._latency) if fate != "hang" else self._hang)
        if fate != "answer" and request.transport is not None:
            request.transport.abort()
        return web.json_response(_answer(acceptance))

    def _draw(self) -> Fate:
        draw = self._rng.random()
        if draw < self._odds.refuse:
            return "refuse"
        if draw < self._odds.refuse + self._odds.lose:
            return "cut" if self._rng.random() < 0.7 else "hang"
        return "answer"

    def _accept(self, body: dict[str, object], number: str) -> Acceptance:
        text = body["text"]
        assert isinstance(text, dict)
        order = next(self._numbers)
        acceptance = Acceptance(
            order=order,
            at=time.time(),
            to=str(body["to"]).removeprefix("+"),
            text=str(text["body"]),
            correlation=str(body.get("biz_opaque_callback_data", "")),
            wamid=f"wamid.OUT-{order}",
            number=number,
        )
        self.accepted.append(acceptance)
        self.texts.add(acceptance.text)
        return acceptance


async def _tell_nobody(acceptance: Acceptance) -> None:
    """What `announce` is until somebody wants to know."""


def _problem(request: web.Request, body: dict[str, object], numbers: frozenset[str]) -> str:
    """What the real provider would refuse for good; "" when the request is in order."""
    if request.headers.get("Authorization") != f"Bearer {TOKEN}":
        return "wrong access token"
    if request.match_info["number"] not in numbers:
        return "wrong phone number id"
    if body.get("type") != "text" or not body.get("to"):
        return f"not a text to a phone number: {body.get('type')}"
    return "" if body.get("biz_opaque_callback_data") else "no biz_opaque_callback_data"


def _graph_error(http: int, error: dict[str, object]) -> web.Response:
    return web.json_response({"error": {"type": "OAuthException", **error}}, status=http)


def _answer(acceptance: Acceptance) -> dict[str, object]:
    return {
        "messaging_product": "whatsapp",
        "contacts": [{"input": f"+{acceptance.to}", "wa_id": acceptance.to}],
        "messages": [{"id": acceptance.wamid}],
    }
