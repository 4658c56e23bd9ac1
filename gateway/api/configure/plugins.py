"""`/api/v1/plugins`: which plugins a business uses, in which order, and with which settings."""

from __future__ import annotations

from msgspec import Struct

from gateway.api.configure.configuring import refusals, seen, tagged
from gateway.api.route import Answer, Ask, Route
from gateway.tenants.forms import PluginChange
from gateway.tenants.service import Service
from gateway.tenants.shown import PluginShown


class PluginList(Struct, frozen=True):
    """Every plugin that is installed: those in use in their order, then the rest."""

    items: list[PluginShown]


class Plugins:
    """The routes."""

    def __init__(self, service: Service) -> None:
        self._plugins = service.plugins

    def routes(self) -> list[Route]:
        """What is served."""
        return [
            Route(
                method="GET", path="/plugins", handler=self.list, scope="plugins:read",
                summary="List plugins", answer=PluginList,
            ),
            Route(
                method="GET", path="/plugins/{name}", handler=self.one, scope="plugins:read", noun="plugin",
                summary="Look at a plugin", answer=PluginShown, etag=True,
            ),
            Route(
                method="PATCH", path="/plugins/{name}", handler=self.change, scope="plugins:write",
                noun="plugin", summary="Turn a plugin on or off, place it, set it", body=PluginChange,
                answer=PluginShown, etag=True, problems=(409, 412, 422),
            ),
        ]  # fmt: skip

    async def list(self, ask: Ask[None, None]) -> PluginList:
        """Every plugin that is installed, and how the tenant uses it."""
        with refusals():
            return PluginList(await self._plugins.list(ask.tenant))

    async def one(self, ask: Ask[None, None]) -> Answer:
        """One plugin, with the JSON Schema of its settings when it declares one."""
        with refusals():
            return tagged(await self._plugins.get(ask.tenant, ask.path["name"]))

    async def change(self, ask: Ask[PluginChange, None]) -> Answer:
        """Change what is given; it counts for the next message. 409 `managed_by_file` for a plugin that
        gateway.toml lists."""
        name = ask.path["name"]
        with refusals():
            known = await self._plugins.change(
                ask.actor, ask.tenant, name, ask.body, seen(ask.if_match, name)
            )
            return tagged(known)
