"""A simulator on the ports of 127.0.0.1: served, stopped, and what becomes of answers that get lost."""

from __future__ import annotations

import asyncio
from typing import Self

from aiohttp import web

from gateway.simulator.delivery import Delivery
from gateway.simulator.tempered import Tempered


class Serving:
    """Serves the applications of a simulator. `_runners` are those that run."""

    _emitter: Delivery
    _runners: list[web.AppRunner]

    async def start(self, port: int = 0) -> None:
        """Serve, on any free port when *port* is 0."""
        raise NotImplementedError

    async def stop(self) -> None:
        """Stop serving and forget the webhooks that are not delivered."""
        await self._emitter.stop()
        while self._runners:
            runner = self._runners.pop()
            for site in list(runner.sites):
                await site.stop()
            for _ in range(
                3
            ):  # what was accepted just now becomes a connection, which is closed with the others
                await asyncio.sleep(0)
            await runner.cleanup()

    async def __aenter__(self) -> Self:
        await self.start()
        return self

    async def __aexit__(self, *failure: object) -> None:
        await self.stop()

    async def _serve(self, app: web.Application, port: int) -> str:
        """Serve *app*; its address."""
        runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.5)
        await runner.setup()
        self._runners.append(runner)
        await web.TCPSite(runner, "127.0.0.1", port).start()
        return f"http://127.0.0.1:{runner.addresses[0][1]}"


async def lose(request: web.Request, knobs: Tempered) -> web.StreamResponse:
    """Let the connection hang or close it, so that the caller never learns the answer."""
    if knobs.hang and knobs.rng.random() < 0.5:
        await asyncio.sleep(knobs.hang)
    if request.transport is not None:
        request.transport.abort()
    return web.Response()
