"""`/metrics`, `/health/live`, `/health/ready`: what operators and balancers ask.

Strangers are told no more than a balancer needs: well or not. To them there are no metrics.
"""

from __future__ import annotations

import re

import msgspec
from aiohttp import web

from gateway.observe import Health, Metrics
from gateway.settings.networks import Networks, parse_address

#: Where proxies write who their client was; the last is RFC 7239.
_CLIENTS = ("X-Forwarded-For", "X-Real-IP")
_FOR = re.compile(r'for="?([^;,"]+)', re.IGNORECASE)


class OperationApi:
    """The three routes. *inside* are the addresses that may see everything."""

    def __init__(self, metrics: Metrics, health: Health, inside: Networks) -> None:
        self._metrics, self._health, self._inside = metrics, health, inside

    def add_routes(self, app: web.Application) -> None:
        """Add what this class answers."""
        app.router.add_get("/metrics", self.metrics)
        app.router.add_get("/health/live", self.live)
        app.router.add_get("/health/ready", self.ready)

    async def metrics(self, request: web.Request) -> web.Response:
        """Prometheus text."""
        if not from_inside(request, self._inside):
            raise web.HTTPNotFound
        return web.Response(
            body=self._metrics.render(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    async def live(self, request: web.Request) -> web.Response:
        """Whether the loop turns; depends on nothing else."""
        return self._answer(request, *self._health.live())

    async def ready(self, request: web.Request) -> web.Response:
        """Whether webhooks should come here."""
        return self._answer(request, *await self._health.ready())

    def _answer(self, request: web.Request, well: bool, report: dict[str, object]) -> web.Response:
        shown = report if from_inside(request, self._inside) else {"status": report["status"]}
        return web.Response(
            status=200 if well else 503,
            body=msgspec.json.encode(shown),
            content_type="application/json",
            headers={"Cache-Control": "no-store"},
        )


def from_inside(request: web.Request, inside: Networks) -> bool:
    """Whether the peer, and everybody for whom a proxy says that it asks, is in *inside*.

    All of them: what a client wrote itself can then only keep it out, never let it in. A header that names
    nobody who can be read keeps out too.
    """
    hops = [request.remote or ""]
    for name in _CLIENTS:
        hops += [each for value in request.headers.getall(name, ()) for each in value.split(",")]
    for value in request.headers.getall("Forwarded", ()):
        hops += _FOR.findall(value) or [""]
    addresses = [parse_address(each) for each in hops]
    return all(address is not None and address in inside for address in addresses)
