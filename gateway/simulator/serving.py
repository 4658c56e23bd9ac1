"""A simulator on the ports of 127.0.0.1: served, stopped, and what becomes of answers that get lost."""

from __future__ import annotations

import asyncio
from typing import Self

from aiohttp import web

from gateway.serving import Served, end, port_of, serve
from gateway.simulator.delivery import Delivery
from gateway.simulator.tempered import Tempered


class Serving:
    """Serves the applications of a simulator. `_served` are those that run."""

    _emitter: Delivery
    _served: list[Served]

    async def start(self, port: int = 0) -> None:
        """Serve, on any free port when *port* is 0."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Stop serving and forget the webhooks that are not delivered."""
        await self._emitter.stop()
        while self._served:
            await end(*self._served.pop())

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.stop()

    async def _serve(self, app: web.Application, port: int) -> str:
        """Serve *app*; its address."""
        self._served.append(await serve(app, port))
        return f"http://127.0.0.1:{port_of(self._served[-1][0])}"


async def lose(request: web.Request, knobs: Tempered) -> web.StreamResponse:
    """Let the connection hang or close it, so that the caller never learns the answer."""
    if knobs.hang and knobs.rng.random() < 0.5:
        await asyncio.sleep(knobs.hang)
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
