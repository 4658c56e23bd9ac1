"""A plugin's settings for its tenant: the installation's, the tenant's and the channel's, in one Struct.

Each layer replaces keys of the one before it::

    [settings.commerce]                             installation, gateway.toml
    [tenants.settings.commerce]                     tenant, gateway.toml or the database
    [tenants.channels.plugin_settings.commerce]     channel, gateway.toml

What gateway.toml says may refer to the environment and to files; what is kept in the database may not.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

from msgspec import Struct

from gateway.errors import SettingsError
from gateway.hooks import failure
from gateway.hooks.conflicts import lacking, without
from gateway.hooks.host import Host
from gateway.hooks.plugin import where
from gateway.observe.logs import get_logger
from gateway.settings import ChannelSettings, References, Settings, TenantSettings, decode, resolve
from gateway.tenants.directory import Directory

log = get_logger("gateway.tenants")

#: Where a tenant ("") or one of its channels stands in gateway.toml.
Place = Callable[[str], str]


class Layer(Struct, frozen=True):
    """Some of a plugin's settings as written, and *where*. Those of a *file* may hold references."""

    where: str
    values: Mapping[str, Any]
    file: bool = True


def read(layers: Sequence[Layer], shape: type[Struct] | None, whole: str) -> Any:
    """The layers merged: a *shape*, or a mapping without one. *whole* is where a missing key would be
    written. Raises `SettingsError`, at the layer that is wrong, without any long text of the settings, which
    may be a secret."""
    merged: dict[str, Any] = {}
    origin: dict[str, str] = {}
    for layer in layers:
        merged |= resolve(layer.values, layer.where) if layer.file else layer.values
        origin |= dict.fromkeys(layer.values, layer.where)
    if shape is None:
        return merged
    try:
        return decode(merged, shape, "settings")
    except SettingsError as error:
        inside = error.where.removeprefix("settings").removeprefix(".")
        key = re.split(r"[.\[]", inside, maxsplit=1)[0]
        place = origin.get(key, whole) + (f".{inside}" if inside else "")
        raise SettingsError(
            place, failure.without(error.problem, merged), failure.without(error.remedy, merged)
        ) from None
    except (Exception, SystemExit) as error:  # the Struct's own __post_init__ is the plugin's code
        text = failure.without(str(error), merged)
        said = f"{type(error).__name__}{': ' if text else ''}{text}"
        made = getattr(shape, "__post_init__", shape)
        remedy = "correct them, and let it raise ValueError, in words that begin with the setting's name"
        raise SettingsError(
            whole, f"{shape.__name__} does not take these: {said} ({where(made)})", remedy
        ) from None


def layers_of(
    settings: Settings, tenant: TenantSettings, plugin: str, channel: str, at: Place, file: bool
) -> tuple[list[Layer], str]:
    """The layers of *tenant*'s *plugin* at *channel* ("" for none), and where the tenant's is. *at* gives the
    place of the tenant (of "") or of its channel in gateway.toml; *file*: the tenant's layer is there too."""
    own = f"{at('')}.settings.{plugin}" if file else f"settings of the plugin {plugin} of tenant {tenant.id}"
    found = [
        Layer(f"{settings.path.name}: settings.{plugin}", settings.settings.get(plugin, {})),
        Layer(own, tenant.settings.get(plugin, {}), file),
    ]
    for each in tenant.channels:
        if each.id == channel and plugin in each.plugin_settings:
            found.append(Layer(f"{at(channel)}.plugin_settings.{plugin}", each.plugin_settings[plugin]))
    return found, own


def judged(settings: Settings, host: Host) -> Iterator[SettingsError]:
    """What gateway.toml says that the plugins of its tenants cannot work with."""
    for index, tenant in enumerate(settings.tenants):
        at = _places(settings, tenant, index)
        for name in tenant.plugins:
            for channel in ("", *_layered(tenant.channels, name)):
                plugin = host.plugins.get(name)
                try:
                    if plugin is not None:
                        layers, own = layers_of(settings, tenant, name, channel, at, True)
                        read(layers, plugin.settings, own)
                except SettingsError as error:
                    yield error
            if needed := lacking(host.plugins, tenant.plugins, name):
                remedy = f"add {', '.join(needed)} to the list, before {name}"
                yield SettingsError(f"{at('')}.plugins", without(name, needed), remedy)


class _Read(Struct):
    """What was read, the references in it, and how they stood. What is *stale* is read again."""

    value: Any
    references: References
    stamp: tuple[object, ...]
    stale: bool = False

    @property
    def good(self) -> bool:
        return not self.stale and (not self.references or self.references.stamp() == self.stamp)


class PluginSettings:
    """The settings of all tenants' plugins, and which plugins can run with theirs."""

    def __init__(self, directory: Directory, host: Host) -> None:
        self._directory, self._host = directory, host
        self._known: dict[tuple[str, str, str], _Read] = {}
        self._running: dict[str, tuple[str, ...]] = {}
        directory.listeners.append(self._changed)
        directory.rereads.append(lambda settings: self._changed(set(directory)))

    def of(self, tenant: str, plugin: str, channel: str) -> Any:
        """The plugin's `Settings`, or a mapping. A value that has become unusable leaves the last good one.
        Raises `SettingsError` when there was none."""
        key = (tenant, plugin, channel)
        known = self._known.get(key)
        if known is not None and known.good:
            return known.value
        try:
            known = self._known[key] = self._read(*key)
        except SettingsError as error:
            if known is None:
                raise
            log.error("plugin.settings_kept", tenant=tenant, plugin=plugin, problem=str(error))
            known.stale, known.stamp = False, known.references.stamp()
        return known.value

    def plugins_of(self, tenant: str) -> tuple[str, ...]:
        """The tenant's plugins that can run, in their order. One with settings that it cannot read, or
        without a plugin that it requires, is left out and told in the log."""
        found = self._running.get(tenant)
        if found is None:
            if self._directory.get(tenant) is None:  # such as what stands in an address: it is not remembered
                return ()
            used = self._directory.plugins_of(tenant)
            problems = {name: problem(self._directory, self._host, tenant, name) for name in used}
            for name in (each for each in used if problems[each]):
                log.error("plugin.left_out", tenant=tenant, plugin=name, problem=problems[name])
            found = self._running[tenant] = tuple(name for name in used if not problems[name])
        return found

    def _changed(self, tenants: set[str]) -> None:
        for key, known in self._known.items():
            if key[0] in tenants:
                known.stale = True
        for tenant in tenants:
            self._running.pop(tenant, None)

    def _read(self, tenant: str, plugin: str, channel: str) -> _Read:
        layers, own = _live(self._directory, tenant, plugin, channel)
        known = self._host.plugins.get(plugin)
        references = References([layer.values for layer in layers if layer.file])
        stamp = references.stamp()
        return _Read(read(layers, known.settings if known else None, own), references, stamp)


def problem(directory: Directory, host: Host, tenant: str, plugin: str, above: Sequence[str] = ()) -> str:
    """Why a tenant's plugin cannot run, "" when it can as far as its settings and what it requires go. Those
    *above* require it: two may require each other."""
    known, served = host.plugins.get(plugin), directory.get(tenant)
    if known is None or served is None:
        return ""
    for channel in ("", *_layered(served.channels, plugin)):
        layers, own = _live(directory, tenant, plugin, channel)
        try:
            read(layers, known.settings, own)
        except SettingsError as error:
            return str(error)
    # One that is used and could not be loaded, or was switched off, is as good as none.
    if needed := lacking(host.plugins, [each for each in served.plugins if each in host.plugins], plugin):
        return without(plugin, needed)
    for each in known.offers.requires:
        if each not in above and (why := problem(directory, host, tenant, each, (*above, plugin))):
            return f"{without(plugin, [each])}, which does not run: {why}"
    return ""


def _live(directory: Directory, tenant: str, plugin: str, channel: str) -> tuple[list[Layer], str]:
    """The layers as they are served now."""
    served = directory.get(tenant) or TenantSettings(tenant)
    file = directory.plugin_origin(tenant, plugin) == "file"
    return layers_of(
        directory.settings, served, plugin, channel, lambda each: directory.place(tenant, each), file
    )


def _layered(channels: Sequence[ChannelSettings], plugin: str) -> Iterator[str]:
    """The channels that say something about *plugin*."""
    return (each.id for each in channels if plugin in each.plugin_settings)


def _places(settings: Settings, tenant: TenantSettings, index: int) -> Place:
    ids = [each.id for each in tenant.channels]
    base = f"{settings.path.name}: tenants[{index}]"
    return lambda channel: f"{base}.channels[{ids.index(channel)}]" if channel else base
