"""What `gateway plugins` and plugins' commands ask of a gateway, for `gateway.operate`: JSON in and out."""

from __future__ import annotations

import base64
from collections.abc import Awaitable, Callable, Mapping
from typing import Any, Protocol

from msgspec import to_builtins

from gateway.clock import SystemClock
from gateway.errors import GatewayError
from gateway.hooks.host import Host
from gateway.hooks.work import run_work
from gateway.media.files import Files
from gateway.media.offer import Offers
from gateway.tenants import acts
from gateway.tenants.named import tenant_named
from gateway.tenants.plugin_health import plugin_health


class Context(acts.Context, Protocol):
    """As `acts.Context`; *put_aside* says whether a plugin is left out for a tenant, *files* are those of the
    gateway that runs."""

    @property
    def files(self) -> Files | None: ...

    @property
    def put_aside(self) -> Callable[[str, str], bool] | None: ...


def _host(context: Context) -> Host:
    return context.host or Host.load(context.settings.plugin_paths)


async def _health(context: Context, args: acts.Args) -> dict[str, Any]:
    """How the plugins fare."""
    return await plugin_health(context.store, context.directory, _host(context), context.put_aside)


def _tenant(context: Context, args: acts.Args) -> str:
    """Whom a plugin's command means: the only one, when it names none."""
    known = list(context.directory)
    return tenant_named(str(args.get("tenant", "")) or (known[0] if len(known) == 1 else ""), known)


async def _keep(context: Context, args: acts.Args) -> dict[str, Any]:
    """Keep a file for a plugin's command."""
    tenant = _tenant(context, args)
    files = context.files or Files(context.settings, context.store, SystemClock())
    data = base64.b64decode(str(args["data"]))
    offers = Offers(files, context.store)
    kept = await offers.write(tenant, data, str(args["filename"]), bool(args["public"]))
    return {"file": to_builtins(kept)}


async def _work(context: Context, args: acts.Args) -> dict[str, Any]:
    """Run a function of a plugin for its command: one transaction of a tenant."""
    host, tenant, name = _host(context), _tenant(context, args), str(args["plugin"])
    plugin = host.plugins.get(name)
    if plugin is None:
        raise GatewayError(host.missing([name]))
    answer = await run_work(
        context.store, plugin, tenant, str(args["work"]), args.get("args", ()), args.get("kwargs", {})
    )
    return {"answer": to_builtins(answer)}


PLUGIN_ACTS: Mapping[str, Callable[[Any, acts.Args], Awaitable[dict[str, Any]]]] = {
    "plugin.health": _health,
    "plugin.keep": _keep,
    "plugin.work": _work,
}
