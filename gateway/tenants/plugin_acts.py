"""What `gateway plugins` and plugins' commands ask of a gateway, for `gateway.operate`: JSON in and out."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from msgspec import to_builtins

from gateway.errors import GatewayError
from gateway.hooks.host import Host
from gateway.hooks.work import run_work
from gateway.tenants import acts
from gateway.tenants.plugin_health import plugin_health


class Context(acts.Context, Protocol):
    """As `acts.Context`; *put_aside* says whether a plugin is left out for a tenant."""

    @property
    def put_aside(self) -> Callable[[str, str], bool] | None: ...


def _host(context: Context) -> Host:
    return context.host or Host.load(context.settings.plugin_paths)


async def _health(context: Context, args: acts.Args) -> dict[str, Any]:
    """How the plugins fare."""
    return await plugin_health(context.store, context.directory, _host(context), context.put_aside)


async def _work(context: Context, args: acts.Args) -> dict[str, Any]:
    """Run a function of a plugin for its command: one transaction of a tenant."""
    host, known, name = _host(context), list(context.directory), str(args["plugin"])
    tenant = str(args.get("tenant", "")) or (known[0] if len(known) == 1 else "")
    if tenant not in known:
        names = ", ".join(known) or "none: gateway tenant add ID makes one"
        raise GatewayError(f"there is no tenant {tenant!r}; there are: {names}")
    plugin = host.plugins.get(name)
    if plugin is None:
        raise GatewayError(host.missing([name]))
    answer = await run_work(
        context.store, plugin, tenant, str(args["work"]), args.get("args", ()), args.get("kwargs", {})
    )
    return {"answer": to_builtins(answer)}


PLUGIN_ACTS: Mapping[str, Callable[[Any, acts.Args], Awaitable[dict[str, Any]]]] = {
    "plugin.health": _health,
    "plugin.work": _work,
}
