"""The provider of a simulation: its servers, the way to them, and the webhooks that they send.

It stands behind the HTTP client's session, so that all of the sender runs. A send may not reach it, may be
refused, or be accepted with its answer lost. Of what was accepted it tells later: late, twice, out of order.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any

import aiohttp
import msgspec

from gateway.model.event import Identity, Person, StatusReceived
from gateway.model.status import Status
from gateway.pipeline.call import CarefulRequest
from tests.simulation.loop import SimLoop
from tests.simulation.store import Database

#: What may happen to a send, and how likely it is when the provider is in trouble.
TROUBLE = {
    "unreachable": 0.06,
    "limited": 0.06,
    "unavailable": 0.05,
    "lost_before": 0.05,
    "timeout_after": 0.06,
    "reset_after": 0.06,
}


#: What is told of a message, in order, as far as it gets.
STATUSES: tuple[Status, ...] = ("sent", "delivered", "read")


class Send(msgspec.Struct):
    """One message that was accepted."""

    text: str
    to: str
    token: str
    correlation: str
    id: str
    at: float


class Servers:
    """What the provider knows. *tell* brings an event to the gateway as a webhook, again and again until it
    is answered 200."""

    def __init__(self, loop: SimLoop, dice: random.Random, database: Database) -> None:
        self.loop, self._dice, self._later = loop, dice, database.later
        self.trouble: dict[str, float] = {}
        self.accepted: list[Send] = []
        self.times: Counter[str] = Counter()
        self.told: dict[str, list[Status]] = {}
        self.open: Counter[tuple[str, str]] = Counter()
        self.most = 0
        #: Statuses that are still to be told.
        self.untold = 0
        self.tell: Callable[[str, StatusReceived], None] = lambda number, event: None
        self.trace: Callable[..., None] = lambda *what: None

    def connects(self) -> float:
        """How long it takes to get a connection: while the provider is in trouble it may be long."""
        slow = self.trouble and self._dice.random() < 0.1
        return self._dice.uniform(0.05, 2.0) if slow else self._dice.uniform(0.0, 0.002)

    def fate(self) -> str:
        """What will happen to a send."""
        roll = self._dice.random()
        for name, rate in self.trouble.items():
            if roll < rate:
                return name
            roll -= rate
        return ""

    async def call(self, body: bytes, limit: float) -> tuple[int, bytes]:
        """One request of the gateway's; the status and body of the answer, or what aiohttp raises."""
        fate, asked = self.fate(), msgspec.json.decode(body)
        self.trace("call", fate, asked["text"])
        way = self._dice.uniform(0.005, 0.08)
        if fate == "unreachable":
            await asyncio.sleep(way)
            raise aiohttp.ConnectionTimeoutError
        answered: asyncio.Future[tuple[int, bytes]] = self.loop.create_future()
        if fate != "lost_before":
            self._later(way, self._take, asked, fate, answered)
        if fate in ("lost_before", "reset_after"):
            await asyncio.sleep(way * 3)
            raise aiohttp.ServerDisconnectedError
        async with asyncio.timeout(limit):
            return await answered

    def _take(self, asked: dict[str, Any], fate: str, answered: asyncio.Future[tuple[int, bytes]]) -> None:
        lane = (asked["token"], asked["to"])
        self.open[lane] += 1
        self.most = max(self.most, self.open[lane])
        self._later(self._dice.uniform(0.005, 0.1), self._answer, lane, asked, fate, answered)

    def _answer(
        self, lane: tuple[str, str], asked: dict[str, Any], fate: str,
        answered: asyncio.Future[tuple[int, bytes]],
    ) -> None:  # fmt: skip
        self.open[lane] -= 1
        if fate == "limited":
            answer = (429, {"kind": "rate_limited", "retry_after": 0.5})
        elif fate == "unavailable":
            answer = (503, {"kind": "unavailable", "retry_after": 0.3})
        else:
            answer = (200, {"id": self._accept(asked)})
        if fate not in ("timeout_after", "reset_after"):
            self._later(
                self._dice.uniform(0.001, 0.03), _deliver, answered, answer[0], msgspec.json.encode(answer[1])
            )

    def _accept(self, asked: dict[str, Any]) -> str:
        text = asked["text"]
        self.times[text] += 1
        made = f"wamid.{asked['correlation']}.{self.times[text]}"
        send = Send(text, asked["to"], asked["token"], asked["correlation"], made, self.loop.now)
        self.accepted.append(send)
        self.trace("accept", text, self.times[text])
        self._tell_later(send)
        return made

    def _tell_later(self, send: Send) -> None:
        """Statuses: some late, some twice, in any order."""
        delay = 0.0
        for status in STATUSES[: self._dice.choice((1, 2, 3, 3))]:
            delay += self._dice.uniform(0.0, 0.4)
            late = self._dice.choice((0.0, 0.0, 0.0, 1.0, 6.0)) * self._dice.random()
            for _ in range(self._dice.choice((1, 1, 1, 2))):
                again = self._dice.random() * 0.5
                self.untold += 1
                self._later(delay + late + again, self._tell, send, status)

    def _tell(self, send: Send, status: Status) -> None:
        self.untold -= 1
        person = Person((Identity("phone", send.to),))
        event = StatusReceived(send.token, send.id, status, int(self.loop.now), person, send.correlation)
        self.told.setdefault(send.text, []).append(status)
        self.tell(send.token, event)


def _deliver(answered: asyncio.Future[tuple[int, bytes]], status: int, body: bytes) -> None:
    if not answered.done():
        answered.set_result((status, body))


class Session:
    """What `gateway.pipeline.call` uses of an aiohttp session. *writes* is told the token of each request in
    the moment in which it is written."""

    def __init__(self, servers: Servers, timeout: float, writes: Callable[[str], None]) -> None:
        self._servers, self._writes = servers, writes
        self.timeout = aiohttp.ClientTimeout(total=timeout)

    def request(self, method: str, url: str, **more: Any) -> _Exchange:
        """One request, as a context."""
        limit = self.timeout.total or 30.0
        wire = _Request(self._servers, more["data"], limit, self._writes)
        return _Exchange(self._servers, wire, more.get("middlewares", ()))

    async def close(self) -> None:
        """Nothing is open."""


class _Wire(aiohttp.ClientRequest):
    """A request that is written to *servers*, not to a socket."""

    def __init__(self, servers: Servers, body: bytes, limit: float, writes: Callable[[str], None]) -> None:
        self._servers, self._sent, self._limit, self._writes = servers, body, limit, writes

    async def send(self, conn: Any) -> Any:
        self._writes(msgspec.json.decode(self._sent)["token"])
        return await self._servers.call(self._sent, self._limit)


class _Request(CarefulRequest, _Wire):
    """The sender's own request: it asks once more, before it is written, whether it may be."""


class _Exchange:
    """A connection is waited for, then the request is written, as aiohttp does it."""

    def __init__(self, servers: Servers, request: _Request, middlewares: Sequence[Any]) -> None:
        self._servers, self._request, self._middlewares = servers, request, middlewares
        self.headers: dict[str, str] = {}
        self.content = self
        self.status, self._answer = 0, b""

    async def __aenter__(self) -> _Exchange:
        send = self._write
        for middleware in self._middlewares:
            send = partial(middleware, handler=send)
        self.status, self._answer = await send(self._request)
        return self

    async def _write(self, request: CarefulRequest) -> Any:
        await asyncio.sleep(self._servers.connects())
        return await request.send(None)

    async def __aexit__(self, *_: object) -> None:
        """The connection goes back."""

    async def read(self, limit: int) -> bytes:
        answer, self._answer = self._answer, b""
        return answer

    def at_eof(self) -> bool:
        return not self._answer
