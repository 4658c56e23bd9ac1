"""What `gateway check` looks at. Every function returns all that it found, good and bad; none raises."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from gateway.errors import GatewayError, SettingsError
from gateway.model.finding import Finding
from gateway.ownership import is_owned, sqlite_file

if TYPE_CHECKING:
    from gateway.hooks.host import Host
    from gateway.provider import Provider
    from gateway.settings import ChannelSettings, Settings, TenantSettings


def failure(what: str, error: GatewayError) -> Finding:
    """The finding for an error of ours."""
    if isinstance(error, SettingsError):
        return Finding(what, False, f"{error.where}: {error.problem}", error.remedy)
    return Finding(what, False, str(error))


def namespaces() -> list[Finding]:
    """Whether a foreign package hides ours; nothing to say when none does."""
    from gateway.hooks.namespace import namespace_culprit

    culprit = namespace_culprit()
    return [Finding("namespaces", False, culprit)] if culprit else []


def secrets(settings: Settings) -> list[Finding]:
    """The gateway's own secrets; `load` has already refused short ones."""
    old = len(settings.server.secret) - 1
    return [Finding("secret", True, "one" if not old else f"the current one and {old} old")]


def providers() -> tuple[Mapping[str, Provider], list[Finding]]:
    """The installed providers."""
    from gateway.channels import load_providers

    try:
        found = load_providers()
    except GatewayError as error:
        return {}, [failure("providers", error)]
    if not found:
        remedy = "install one, or this distribution again"
        return {}, [Finding("providers", False, "none is installed", remedy)]
    return found, [Finding("providers", True, ", ".join(sorted(found)))]


def channels(settings: Settings, found: Mapping[str, Provider]) -> list[Finding]:
    """Each channel by itself, so that all mistakes are found; then what must be unique between them."""
    from gateway.channels import Channels

    if not found:
        return []  # said already, and every channel would only say it again
    findings = []
    for index, tenant in enumerate(settings.tenants):
        for place, channel in enumerate(tenant.channels):
            where = f"{settings.path.name}: tenants[{index}].channels[{place}]"
            findings.append(_channel(settings, tenant, channel, found, where))
    if all(finding.ok for finding in findings):
        refused = Channels(settings, found).refused
        findings += [failure(f"channel {id}", error) for (_, id), error in refused.items()]
    return findings


def _channel(
    settings: Settings,
    tenant: TenantSettings,
    channel: ChannelSettings,
    found: Mapping[str, Provider],
    where: str,
) -> Finding:
    from gateway.channels import Channel, reachable
    from gateway.settings.decode import suggest

    what = f"channel {channel.id}"
    provider = found.get(channel.provider)
    if provider is None:
        problem = f"{where}.provider: there is no provider {channel.provider!r}"
        return Finding(what, False, problem, suggest(channel.provider, found))
    try:
        made = Channel(tenant, channel, provider, f"{where}.settings")
        reachable(made, settings.server.public_url, settings.path)
    except GatewayError as error:
        return failure(what, error)
    return Finding(what, True, f"tenant {tenant.id}, {channel.provider} number {made.number or 'unknown'}")


def tenants(settings: Settings, host: Host) -> list[Finding]:
    """Whether each tenant's plugins are there, with settings that they can read and all that they require."""
    from gateway.hooks.conflicts import out_of_order, twice_answered
    from gateway.settings.decode import suggest
    from gateway.tenants.plugin_settings import judged

    if not settings.tenants:
        remedy = "write [[tenants]] with an id, plugins and channels, or make one: gateway tenant add ID"
        return [Finding("tenants", True, f"{settings.path.name} names none", remedy)]
    findings = []
    for index, tenant in enumerate(settings.tenants):
        missing = host.missing([name for name in tenant.plugins if name not in host.failed])
        where = f"{settings.path.name}: tenants[{index}].plugins"
        detail = f"{where}: {missing}" if missing else f"plugins {', '.join(tenant.plugins) or 'none'}"
        remedy = (
            "install it, name its file or folder in plugin_paths, or take it off the list" if missing else ""
        )
        findings.append(Finding(f"tenant {tenant.id}", not missing, detail, remedy))
    findings += [failure("plugins of a tenant", error) for error in judged(settings, host)]
    for name in settings.settings:
        if name not in host.plugins and name not in host.failed:
            said = f"note: {settings.path.name}: settings.{name} belongs to no installed plugin"
            findings.append(Finding("settings", True, said, suggest(name, host.plugins)))
    for tenant in settings.tenants:
        findings += [
            Finding(f"tenant {tenant.id}", True, f"note: {each.said}", each.remedy)
            for tell in (out_of_order, twice_answered)
            for each in tell(host.plugins, tenant.plugins)
        ]
    return findings


def plugins(host: Host) -> list[Finding]:
    """Each plugin that was loaded, refused or switched off, and where they are in each other's way."""
    good = [
        Finding(f"plugin {plugin.name}", True, f"{plugin.source}: {', '.join(plugin.lines) or 'no hooks'}")
        for plugin in host.plugins.values()
    ]
    bad = [Finding(f"plugin {name}", name in host.off, reason) for name, reason in host.failed.items()]
    notes = [Finding("plugins", True, f"note: {each.said}", each.remedy) for each in host.conflicts]
    return good + bad + notes + _personal(host)


def _personal(host: Host) -> list[Finding]:
    """Tables of plugins that look as if they held people, and of which nothing is declared."""
    from gateway.hooks.personal_checks import forgotten

    return [
        Finding(f"plugin {plugin.name}", True, f"note: {said}")
        for plugin in host.plugins.values()
        for said in forgotten(plugin.offers.migrations, plugin.offers.personal)
    ]


def flows(host: Host) -> list[Finding]:
    """What in the text of flows cannot be replayed: notes, for it is only read."""
    from gateway.flows.lint import lint

    return [
        Finding(
            f"flow {each.flow}",
            True,
            f"note: plugin '{each.plugin}' ({each.where}): {each.what}",
            each.instead,
        )
        for each in lint(host)
    ]


async def database(settings: Settings, host: Host) -> list[Finding]:
    """Whether the database can be reached and has the schema of this version."""
    from gateway.store import pending

    try:
        waiting = await pending(settings.store, host.components)
        file = sqlite_file(settings)
        if file is not None:
            return [_file(file, waiting)]
        if waiting:
            detail = f"reachable; not applied yet: {', '.join(waiting)}"
            return [Finding("database", False, detail, "run `gateway migrate`")]
        await _open(settings, host)
    except GatewayError as error:
        return [failure("database", error)]
    except Exception as error:  # whatever a driver raises, a check goes on and tells
        detail = f"cannot be used: {type(error).__name__}: {error}"
        return [Finding("database", False, detail, "start or restore it, or correct [store] url")]
    return [Finding("database", True, "reachable, its schema is up to date")]


def _file(path: Path, waiting: list[str]) -> Finding:
    from gateway.store.sqlite.files import check_writable

    check_writable(path)
    if is_owned(path):
        if waiting:
            detail = f"{path}: the gateway that runs is older than this command"
            return Finding("database", False, detail, "restart `gateway serve`; it migrates by itself")
        return Finding("database", True, f"{path}, in use by a running gateway")
    if not path.exists():
        return Finding("database", True, f"{path} will be made by `gateway serve`")
    state = f"`gateway serve` will apply {', '.join(waiting)}" if waiting else "its schema is up to date"
    return Finding("database", True, f"{path}, {state}")


async def _open(settings: Settings, host: Host) -> None:
    from gateway.store import connect

    store = connect(
        settings.store.url, worker_url=settings.store.worker_url, components=host.components,
        pooler=settings.store.pooler,
    )  # fmt: skip
    try:
        await store.open(own=False)
    finally:
        await store.close()
