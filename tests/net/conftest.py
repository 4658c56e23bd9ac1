"""A listener that nothing may reach, and servers that lead there."""

from __future__ import annotations

import asyncio
import socket
from collections.abc import AsyncIterator
from typing import Any

import pytest
from aiohttp import web

from gateway.net import SafeClient
from gateway.observe import Metrics
from tests.net.canary import Canary
from tests.support.site import listening


@pytest.fixture
async def canary() -> AsyncIterator[Canary]:
    """Counts who connects to this machine, on IPv4 and IPv6."""
    made = Canary()
    await made.start()
    yield made
    await made.stop()


@pytest.fixture
def metrics() -> Metrics:
    """The metrics that the client counts in."""
    return Metrics()


@pytest.fixture
async def client(metrics: Metrics) -> AsyncIterator[SafeClient]:
    """The client."""
    made = SafeClient(metrics)
    yield made
    await made.close()


class Site:
    """A server whose `answer` a test sets. It is at a loopback address, so only as trusted."""

    def __init__(self) -> None:
        self.requests: list[web.Request] = []
        self.answer: Any = None
        self.origin = ""

    async def handle(self, request: web.Request) -> web.StreamResponse:
        """Whatever the test wants."""
        self.requests.append(request)
        answer = self.answer(request)
        response: web.StreamResponse = await answer if asyncio.iscoroutine(answer) else answer
        return response


@pytest.fixture
async def site() -> AsyncIterator[Site]:
    """A server."""
    async for made in _site():
        yield made


@pytest.fixture
async def second() -> AsyncIterator[Site]:
    """Another one."""
    async for made in _site():
        yield made


async def _site() -> AsyncIterator[Site]:
    made = Site()
    app = web.Application()
    app.router.add_route("*", "/{rest:.*}", made.handle)
    async with listening(app) as made.origin:
        yield made


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """Names that lead to these addresses, one look-up after another: the last one stays."""
    table: dict[str, list[str]] = {}
    real = socket.getaddrinfo

    def look_up(host: Any, port: Any, *more: Any, **named: Any) -> Any:
        addresses = table.get(host)
        if addresses is None:  # numbers in any spelling; no name leaves this machine
            return real(host, port, type=socket.SOCK_STREAM, flags=socket.AI_NUMERICHOST)
        address = addresses.pop(0) if len(addresses) > 1 else addresses[0]
        return real(address, port, type=socket.SOCK_STREAM)

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    return table
