"""Routes of plugins as routes of the API: the same door, the same strict decoding, the same description."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Coroutine
from functools import partial
from typing import Any, cast

import msgspec

from gateway.api.problems import Problem
from gateway.api.route import Answer, Ask, Method, Route
from gateway.errors import PluginError
from gateway.hooks.failure import HookFailed
from gateway.hooks.plugin import Plugin
from gateway.pages.request import ApiRequest
from gateway.pages.route import PluginRoute
from gateway.pages.work import RouteTurn, TooMany, Work


class PluginApi(Route, frozen=True, kw_only=True):
    """A route of the API behind /p. *path* begins with the plugin's name."""

    operation: str

    @property
    def address(self) -> str:
        """The whole path."""
        return f"/p{self.path}"

    @property
    def owner(self) -> str:
        """The plugin whose it is."""
        return self.path.split("/")[1]

    @property
    def name(self) -> str:
        """A stable name for clients that are generated."""
        return self.operation


def api_routes(plugin: Plugin, work: Work) -> list[PluginApi]:
    """The routes of *plugin* that are of the API."""
    routes = [route for route in plugin.offers.routes if route.kind == "api"]
    handlers = Counter(route.name for route in routes)
    return [_route(plugin, route, work, once=handlers[route.name] == 1) for route in routes]


def _route(plugin: Plugin, route: PluginRoute, work: Work, *, once: bool) -> PluginApi:
    doc = (route.handler.__doc__ or "").strip()
    # One handler may answer at several addresses, of which each needs a name of its own.
    where = [] if once else [route.method.lower(), *re.findall(r"\w+", route.path)]
    summary = route.summary or doc.partition("\n")[0].rstrip(".") or route.name.replace("_", " ")
    return PluginApi(
        method=cast(Method, route.method), path=f"/{plugin.name}{route.path}",
        handler=_handle(plugin, route, work, doc),
        scope=f"plugin.{plugin.name}:{route.scope}", summary=summary, body=route.body, query=route.query,
        answer=route.answer, status=route.status, problems=(409, 422),
        operation="_".join([plugin.name, route.name, *where]),
    )  # fmt: skip


def _handle(
    plugin: Plugin, route: PluginRoute, work: Work, doc: str
) -> Callable[[Ask[Any, Any]], Coroutine[Any, Any, Any]]:
    handler: Any = route.handler

    async def handle(ask: Ask[Any, Any]) -> Any:
        if plugin.name not in work.around.plugins(ask.tenant):
            raise Problem(404, "no_such_plugin", f"this tenant does not use the plugin '{plugin.name}'")

        def begin(turn: RouteTurn) -> Coroutine[Any, Any, Any]:
            asked = ApiRequest(turn, route.method, ask.path, ask.body, ask.query, ask.caller.key)
            made: Coroutine[Any, Any, Any] = handler(asked)
            return made

        try:
            reading, finish = route.method == "GET", partial(_answered, route.status)
            return await work.run(plugin, route, ask.tenant, "", reading, begin, finish)
        except TooMany as error:
            raise Problem(503, "unavailable", str(error), headers={"Retry-After": "1"}) from error
        except HookFailed as failure:
            if isinstance(failure.cause, Problem):
                raise failure.cause from None
            raise Problem(
                500, "plugin_failed",
                f"the plugin '{plugin.name}' failed here, and nothing was kept; the log says where",
            ) from failure  # fmt: skip

    handle.__doc__ = doc or None
    return handle


def _answered(status: int, made: Any) -> Any:
    """What a handler returned, as the API sends it with *status*: encoded here, so that nothing is kept of
    what cannot be told."""
    if made is None:
        return Answer(None, status)
    try:
        return Answer(msgspec.json.encode(made), status)
    except (TypeError, ValueError, RecursionError) as error:
        raise PluginError(f"an answer cannot be written as JSON: {error}") from error
