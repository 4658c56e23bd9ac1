"""Which route an address under /p/ leads to."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from urllib.parse import unquote

from msgspec import Struct

from gateway.hooks.host import Host
from gateway.hooks.plugin import Plugin
from gateway.pages.route import PluginRoute


class Way(Struct, frozen=True):
    """A plugin, and its routes at an address: by method, with the address's parameters."""

    plugin: Plugin
    routes: Mapping[str, tuple[PluginRoute, dict[str, str]]]


def find(host: Host, rest: str) -> Way | None:
    """Where *rest*, what stands behind /p/ as it was sent, leads; None when it leads nowhere."""
    name, *parts = (unquote(part, errors="replace") for part in rest.split("/"))
    plugin = host.plugins.get(name)
    if plugin is None:
        return None
    found: dict[str, tuple[PluginRoute, dict[str, str]]] = {}
    # Of "/orders/{id}" and "/orders/new" the second means this one address, and is looked at last.
    for route in sorted(plugin.offers.routes, key=_openness, reverse=True):
        path = _match(route.path.split("/")[1:], parts)
        if path is not None:
            found[route.method] = route, path
    return Way(plugin, found) if found else None


def _openness(route: PluginRoute) -> list[bool]:
    return [part.startswith("{") for part in route.path.split("/")]


def _match(wanted: Sequence[str], parts: Sequence[str]) -> dict[str, str] | None:
    """The parameters of an address of *parts* that is one of *wanted*; None when it is not."""
    if len(wanted) != len(parts):
        return None
    path = {}
    for name, part in zip(wanted, parts, strict=True):
        if name.startswith("{"):
            if not part:
                return None
            path[name[1:-1]] = part
        elif name != part:
            return None
    return path
