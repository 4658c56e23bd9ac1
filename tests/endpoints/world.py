"""A receiver whose answers a test sets, and a deliverer whose time a test moves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from typing import Any

import msgspec
from aiohttp import web

from gateway.audit import Actor
from gateway.clock import ManualClock
from gateway.endpoints import deliveries, desk
from gateway.endpoints.deliver import Deliverer
from gateway.endpoints.forms import DeliveryDetail, NewEndpoint
from gateway.endpoints.record import Endpoint
from gateway.feed import facts, note
from gateway.feed.sequence import Sequencer
from gateway.observe import Metrics
from gateway.settings import WebhookSettings
from gateway.store.port import Store, Tx
from gateway.store.seal import Seal
from tests.support.house import until
from tests.support.site import listening

ANNA = Actor("cli:anna")


class Got(msgspec.Struct):
    """A request as it came."""

    path: str
    headers: dict[str, str]
    body: bytes

    @property
    def id(self) -> str:
        return self.headers["webhook-id"]

    @property
    def seq(self) -> int:
        seq: int = msgspec.json.decode(self.body)["seq"]
        return seq


class Receiver:
    """A customer's server. `answer` decides by the request; a number is a status."""

    def __init__(self) -> None:
        self.got: list[Got] = []
        self.answer: Callable[[web.Request], Any] = lambda request: 204
        self.origin = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Remember the request, then answer."""
        body = await request.read()
        self.got.append(Got(request.path, {k.lower(): v for k, v in request.headers.items()}, body))
        answer = self.answer(request)
        if asyncio.iscoroutine(answer):
            answer = await answer
        response: web.StreamResponse = web.Response(status=answer) if isinstance(answer, int) else answer
        return response

    def at(self, path: str) -> list[Got]:
        """What came to *path*."""
        return [got for got in self.got if got.path == path]


@asynccontextmanager
async def receiving() -> AsyncIterator[Receiver]:
    """A receiver on a free port."""
    receiver = Receiver()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", receiver.handle)
    async with listening(app) as receiver.origin:
        yield receiver


class Post:
    """The stage, with the sequencer before it. Jitter is left out: a retry is due at the pause itself."""

    def __init__(self, store: Store, receiver: Receiver, clock: ManualClock, **more: Any) -> None:
        self.store, self.receiver, self.clock = store, receiver, clock
        self.settings = WebhookSettings(internal=(receiver.origin,), insecure_links=True, **more)
        self.seal = Seal(("s" * 40,))
        self.metrics = Metrics()
        self.secrets: dict[str, str] = {}
        self._task: asyncio.Task[None] | None = None
        self.new_process()

    def new_process(self) -> None:
        """Another stage on the same database."""
        self.deliverer = Deliverer(
            self.settings, self.store, self.seal, self.metrics, self.clock, chance=lambda: 0.0
        )
        self.sequencer = Sequencer(self.store)
        self.deliverer.follow(self.sequencer)

    def start(self) -> None:
        """Deliver from now on."""
        self._task = asyncio.create_task(self.deliverer.run())

    async def kill(self) -> None:
        """End at once, whatever is under way."""
        if self._task is not None:
            self._task.cancel()
            with suppress(asyncio.CancelledError):
                await self._task
            self._task = None
        await self.deliverer.drain(0)

    async def add(self, path: str, *types: str, tenant: str = "duka", url: str | None = None) -> Endpoint:
        """An endpoint at *path* of the receiver."""
        new = NewEndpoint(self.receiver.origin + path if url is None else url, types=list(types))  # type: ignore[arg-type]

        async def work(tx: Tx) -> desk.Made:
            return await desk.create(
                tx, ANNA, tenant, new, self.deliverer.poster, self.seal, self.clock.now()
            )

        made = await self.store.scope(tenant).write(work)
        self.secrets[made.endpoint.id] = made.secret
        return made.endpoint

    async def happen(self, count: int = 1, *, tenant: str = "duka") -> None:
        """*count* events: a channel is paused."""
        rows = [
            note.row(
                tenant, "channel.paused", facts.ChannelState(f"{tenant}-main", f"n{n}"), self.clock.now()
            )
            for n in range(count)
        ]
        await self.store.write(lambda tx: note.write(tx, rows))
        while await self.sequencer.sweep():
            pass

    async def pass_time(self, seconds: float) -> None:
        """Time goes on; the stage looks."""
        self.clock.advance(seconds)
        self.deliverer._wake.set()
        await asyncio.sleep(0)

    async def endpoint(self, one: Endpoint) -> Endpoint:
        """The endpoint as it is now."""
        now = await self.store.scope(one.tenant).read(lambda tx: desk.find(tx, one.tenant, one.id))
        assert now is not None
        return now

    async def delivery(self, one: Endpoint, seq: int = 1) -> DeliveryDetail:
        """What is known of a delivery."""
        shown = await self.store.scope(one.tenant).read(lambda tx: deliveries.detail(tx, one, seq))
        assert shown is not None
        return shown

    async def becomes(self, one: Endpoint, state: str, seq: int = 1, attempts: int = 0) -> DeliveryDetail:
        """Wait until a delivery is in *state*, after *attempts*."""

        async def look() -> DeliveryDetail | None:
            shown = await self.delivery(one, seq)
            return shown if shown.state == state and shown.attempts >= attempts else None

        found: DeliveryDetail = await until(look, f"delivery {seq} is {state}", within=60)  # type: ignore[assignment]
        return found
