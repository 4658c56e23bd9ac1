"""What every answer of the API gets, whoever made it: its Request-Id, and a place in the metrics."""

from __future__ import annotations

from aiohttp import web

from gateway.api.access.door import REQUEST, RESOURCE
from gateway.model.ids import new_id
from gateway.observe import Metrics


def count(app: web.Application, metrics: Metrics) -> None:
    """Have every answer of *app* below /api/ named and counted, streams when they begin."""

    async def prepared(request: web.Request, response: web.StreamResponse) -> None:
        if not request.path.startswith("/api/"):
            return
        if "Request-Id" not in response.headers:
            response.headers["Request-Id"] = request.get(REQUEST) or new_id()
        resource = request.get(RESOURCE) or "other"
        metrics.api_requests.labels(resource, f"{response.status // 100}xx").inc()

    app.on_response_prepare.append(prepared)
