"""`/metrics`, `/health/live`, `/health/ready`: what operators and balancers ask."""

from __future__ import annotations

import msgspec
from aiohttp import web

from gateway.observe import Health, Metrics


class OperationApi:
    """The three routes."""

    def __init__(self, metrics: Metrics, health: Health) -> None:
        self._metrics, self._health = metrics, health

    def add_routes(self, app: web.Application) -> None:
        """Add what this class answers."""
        app.router.add_get("/metrics", self.metrics)
        app.router.add_get("/health/live", self.live)
        app.router.add_get("/health/ready", self.ready)

    async def metrics(self, request: web.Request) -> web.Response:
        """Prometheus text."""
        return web.Response(
            body=self._metrics.render(), headers={"Content-Type": "text/plain; version=0.0.4; charset=utf-8"}
        )

    async def live(self, request: web.Request) -> web.Response:
        """Whether the loop turns; depends on nothing else."""
        return _answer(*self._health.live())

    async def ready(self, request: web.Request) -> web.Response:
        """Whether webhooks should come here."""
        return _answer(*await self._health.ready())


def _answer(well: bool, report: dict[str, object]) -> web.Response:
    return web.Response(
        status=200 if well else 503, body=msgspec.json.encode(report), content_type="application/json"
    )
