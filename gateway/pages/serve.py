"""Everything under /p/: finds the plugin's route, and has it shown, answered or taken in."""

from __future__ import annotations

from aiohttp import web
from msgspec import Struct

from gateway.api.access.door import Door
from gateway.api.problems import problem
from gateway.api.serving import Handle, handle
from gateway.clock import Clock
from gateway.hooks.host import Host
from gateway.hooks.plugin import Plugin
from gateway.observe import Metrics, get_logger
from gateway.pages.apis import PluginApi, api_routes
from gateway.pages.checked import STATIC
from gateway.pages.notices import notice
from gateway.pages.receive import WebhookIntake
from gateway.pages.show import Pages
from gateway.pages.static import Static
from gateway.pages.table import find
from gateway.pages.templates import Templates
from gateway.pages.work import Work
from gateway.pipeline.line import Line
from gateway.pipeline.source import source
from gateway.settings import Settings
from gateway.settings.networks import Networks

log = get_logger("gateway.pages")

PREFIX = "/p/"


class _Furniture(Struct, frozen=True):
    """What a plugin's pages are made of."""

    static: Static
    templates: Templates


class PluginServer:
    """The addresses of all plugins. They are all below /p/, where nothing else is, so that none of them can
    stand in front of an address of the gateway's."""

    def __init__(
        self, host: Host, line: Line, door: Door, metrics: Metrics, clock: Clock, settings: Settings
    ) -> None:
        self._host, self._metrics = host, metrics
        work = Work(line.around, line.outbox, line.kept, metrics, clock)
        server = settings.server
        images = [settings.media.public_url.rstrip("/")] if settings.media.public_url else []
        self._pages = Pages(line.links, work, clock, line.files.scratch, images)
        self._intake = WebhookIntake(
            line.around, metrics, clock, line.found,
            max_body=server.max_body, body_timeout=server.body_timeout,
        )  # fmt: skip
        self._proxies = Networks(server.proxies)
        self._furniture: dict[str, _Furniture] = {}
        if not server.public_url and any(_links_out(plugin) for plugin in host.plugins.values()):
            log.warning(
                "pages.no_public_url",
                hint='links to pages name the address that is listened at: set [server] public_url = "https://…"',
            )
        #: Those of the API, as its description tells of them.
        self.routes: list[PluginApi] = []
        self._answers: dict[tuple[str, str], Handle] = {}
        for plugin in host.plugins.values():
            self._furnish(plugin)
            for route in api_routes(plugin, work):
                self.routes.append(route)
                self._answers[route.method, route.path] = handle(door, route)

    def add_routes(self, app: web.Application) -> None:
        """Add what this class answers."""
        app.router.add_route("*", PREFIX + r"{rest:[\s\S]*}", self.serve)

    async def serve(self, request: web.Request) -> web.StreamResponse:
        """One request to a plugin."""
        rest = request.rel_url.raw_path.removeprefix(PREFIX)
        way = find(self._host, rest)
        if way is None:
            return await self._static(request)
        method = "GET" if request.method == "HEAD" else request.method
        route, path = way.routes.get(method, (None, {}))
        if route is None or (request.method == "HEAD" and route.kind == "api"):
            allowed = ", ".join(sorted(way.routes))
            if any(each.kind == "api" for each, _ in way.routes.values()):
                detail = f"{request.path} takes {allowed}"
                return problem(405, "method_not_allowed", detail, headers={"Allow": allowed})
            return web.Response(status=405, headers={"Allow": allowed})
        name = way.plugin.name
        made: web.StreamResponse
        if route.kind == "api":
            request.match_info.clear()
            request.match_info.update(path)
            made = await self._answers[route.method, f"/{name}{route.path}"](request)
        elif route.kind == "webhook":
            made = await self._intake.take(request, way.plugin, route, path)
        else:
            address = source(request.remote, request.headers.getall("X-Forwarded-For", ()), self._proxies)
            templates = self._furniture[name].templates
            made = await self._pages.show(request, address, way.plugin, route, path["token"], templates)
        self._metrics.plugin_requests.labels(name, route.kind, _result(made.status)).inc()
        return made

    async def _static(self, request: web.Request) -> web.StreamResponse:
        """A file of a plugin's, or a page that says that nothing is there."""
        name, _, rest = request.path.removeprefix(PREFIX).partition("/")
        place, _, file = rest.partition("/")
        found = self._furniture.get(name)
        if place == STATIC and found is not None and request.method in ("GET", "HEAD"):
            served = found.static.serve(file, request.query.get("v", ""))
            if served is not None:
                return served
        return notice(self._pages.greeting(request), 404)

    def _furnish(self, plugin: Plugin) -> None:
        static = Static(plugin.name, plugin.offers.static)
        templates = Templates(plugin.name, plugin.offers.templates, static.address)
        self._furniture[plugin.name] = _Furniture(static, templates)


def _links_out(plugin: Plugin) -> bool:
    return any(route.kind == "public_page" for route in plugin.offers.routes)


def _result(status: int) -> str:
    """How a request ended, for the metrics."""
    match status:
        case 429:
            return "limited"
        case 503:
            return "shed"
        case _ if status >= 500:
            return "error"
        case _ if status >= 400:
            return "refused"
    return "ok"
