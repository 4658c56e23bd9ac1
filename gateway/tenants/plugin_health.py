"""How the plugins fare, for `gateway plugins`: who uses them, what they left undone, where they are out."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable
from pathlib import Path
from typing import Any

from gateway.hooks.host import Host
from gateway.store.port import Store, Tx
from gateway.store.sql import load_queries
from gateway.tenants.directory import Directory
from gateway.tenants.plugin_settings import problem

SQL = load_queries(Path(__file__).with_name("plugins.sql"))


async def plugin_health(
    store: Store, directory: Directory, host: Host, aside: Callable[[str, str], bool] | None
) -> dict[str, Any]:
    """For each plugin in use the *tenants*, how many turns of it are *dead* letters, for which tenants it is
    put *aside* (None when only a process that serves would know), and for which it is *left_out*, and why."""

    async def work(tx: Tx) -> dict[str, int]:
        return {row["plugin"]: int(row["count"]) for row in await tx.all(SQL["dead"])}

    dead = await store.read(work)
    users: dict[str, list[str]] = defaultdict(list)
    for tenant in directory:
        for name in directory.plugins_of(tenant):
            users[name].append(tenant)
    found = {}
    for name in sorted({*users, *dead}):
        reasons = {tenant: problem(directory, host, tenant, name) for tenant in users[name]}
        out = [tenant for tenant in users[name] if aside(name, tenant)] if aside is not None else None
        found[name] = {
            "tenants": users[name],
            "dead": dead.get(name, 0),
            "aside": out,
            "left_out": {tenant: reason for tenant, reason in reasons.items() if reason},
        }
    return {"plugins": found}


async def orphans(store: Store, host: Host) -> list[str]:
    """The components that have tables here and no plugin that is installed, or switched off."""

    async def work(tx: Tx) -> list[str]:
        return [row["component"] for row in await tx.all(SQL["components"])]

    known = {component.name for component in host.components} | host.off
    return sorted(set(await store.read(work)) - known)
