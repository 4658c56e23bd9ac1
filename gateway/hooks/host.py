"""The host: loads plugins, refuses bad ones with a reason, and hands out their hooks in a tenant's order."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from functools import cached_property
from pathlib import Path
from types import CodeType, MappingProxyType
from typing import Any

from pluggy import PluginManager, PluginValidationError

from gateway.errors import PluginError
from gateway.flows.flow import Flow
from gateway.hooks import specs
from gateway.hooks.checks import Implementation, adapt, check_useful, implementations, settings_of
from gateway.hooks.conflicts import Conflict, conflicts
from gateway.hooks.loading import Candidate, from_entry_points, from_paths, switched, why
from gateway.hooks.naming import HOUSE, check_name, one
from gateway.hooks.offering import offering
from gateway.hooks.plugin import Call, Plugin, files_of, where
from gateway.store.migrate.source import CORE, Component

#: The implementations of one hook, in the order in which they run.
Chain = tuple[tuple[Plugin, Call], ...]


class Host:
    """The plugins of one process. `failed` says of each plugin that is not there why; those in `off` were
    switched off by the operator."""

    def __init__(self) -> None:
        self._manager = PluginManager(specs.PROJECT)
        self._manager.add_hookspecs(specs)
        self._arguments = specs.hook_arguments()
        self._plugins: dict[str, Plugin] = {}
        self._chains: dict[tuple[tuple[str, ...], str], Chain] = {}
        self.failed: dict[str, str] = {}
        self.off: set[str] = set()

    @classmethod
    def load(
        cls, plugin_paths: Sequence[Path] = (), *, entry_points: bool = True, strict: bool = False,
        only: Collection[str] | None = None,
    ) -> Host:  # fmt: skip
        """Load every plugin, or *only* those of these names, or those that the environment's
        `GATEWAY_PLUGINS` leaves on. One that fails goes to `failed`; *strict* raises `PluginError`."""
        host = cls()
        only = switched() if only is None else only
        candidates = defaultdict[str, list[Candidate]](list)
        for candidate in [*(from_entry_points() if entry_points else ()), *from_paths(plugin_paths)]:
            candidates[candidate.name].append(candidate)
        for name, rivals in candidates.items():
            if only is not None and name not in only:
                host.off.add(name)
                host.failed[name] = f"plugin '{name}' is switched off by GATEWAY_PLUGINS or --no-plugins"
                continue
            try:
                host._load(name, rivals)
            except (Exception, SystemExit) as error:
                host.failed[name] = why(name, error)
                if strict:
                    raise PluginError(host.failed[name]) from error
        return host

    @property
    def plugins(self) -> Mapping[str, Plugin]:
        """The loaded plugins by name."""
        return MappingProxyType(self._plugins)

    @cached_property
    def house(self) -> Plugin:
        """The gateway's own, which every tenant has and none names. It is not among `plugins`."""
        from gateway.house.plugin import load

        return load()

    def named(self, plugin: str) -> Plugin | None:
        """The plugin of this name, or the house; None when there is none."""
        return self.house if plugin == HOUSE else self._plugins.get(plugin)

    def running(self, plugin: str) -> Plugin:
        """The plugin of this name, or the house, of which something is running."""
        return self.house if plugin == HOUSE else self._plugins[plugin]

    def register(
        self, plugin: object, name: str, *, source: str = "", version: str = "", files: Sequence[str] = ()
    ) -> Plugin:
        """Check *plugin* (a module or an instance) and take it in under *name*. Raises `PluginError`."""
        check_name(name)
        if rival := next((each for each in self._plugins.values() if one(each.name) == one(name)), None):
            raise PluginError(_clash(name, [rival.source, source or repr(plugin)]))
        found, settings = implementations(plugin, name), settings_of(plugin, name)
        files = tuple(files) or files_of(plugin)
        offers = offering(plugin, name, files, found)
        check_useful(name, found, offers)
        try:
            self._manager.register(plugin, name=name)
        except (PluginValidationError, ValueError) as error:
            raise PluginError(f"plugin '{name}': {error}") from error
        hooks = {
            each.hook: adapt(each.function, each.arguments, self._arguments[each.hook])
            for each in found.values()
            if not each.hook.startswith("register_")
        }
        made = Plugin(
            name,
            source or (files[0] if files else repr(plugin)),
            version,
            files,
            hooks,
            {each.hook: where(each.function) for each in found.values()},
            _codes(found.values()),
            settings,
            offers,
        )
        self._plugins[name] = made
        self._chains.clear()
        return made

    @property
    def components(self) -> tuple[Component, ...]:
        """Whose tables the database has: the core's, then those of every loaded plugin that has any."""
        plugins = self._plugins.values()
        folders = ((each.name, each.offers.migrations) for each in plugins)
        return (CORE, *(Component(name, folder) for name, folder in folders if folder is not None))

    @property
    def conflicts(self) -> tuple[Conflict, ...]:
        """Where the loaded plugins are in each other's way."""
        return conflicts(self._plugins.values())

    def chain(self, tenant_plugins: Sequence[str], hook: str) -> Chain:
        """The implementations of *hook* among *tenant_plugins*, in their order, without unknown names.

        Each is called with all the arguments of the spec, by position: ``call(message, chat)``.
        """
        key = (tuple(tenant_plugins), hook)
        chain = self._chains.get(key)
        if chain is None:
            chain = self._chains[key] = self._build(*key)
        return chain

    def flow(self, plugin: str, name: str, version: str = "") -> Flow[..., Any] | None:
        """The function of a flow: that of *version*, when it is there, else the one that was written last;
        None when there is none."""
        known = self.named(plugin)
        versions = known.offers.flows.get(name, {}) if known is not None else {}
        return versions.get(version) or next(reversed(list(versions.values())), None)

    def everyone(self, hook: str) -> Chain:
        """The implementations of *hook* of all plugins, in the order of loading; for on_start and on_stop."""
        return self.chain(tuple(self._plugins), hook)

    def missing(self, names: Iterable[str]) -> str:
        """What to tell about those of *names* that are not loaded; "" when all are."""
        installed = ", ".join(sorted(self._plugins)) or "none"
        return "; ".join(
            self.failed.get(name) or f"there is no plugin '{name}'; installed are: {installed}"
            for name in names
            if name not in self._plugins
        )

    def _build(self, names: tuple[str, ...], hook: str) -> Chain:
        if hook not in self._arguments:
            raise PluginError(f"no hook named '{hook}'; hooks are {', '.join(self._arguments)}")
        known = (self._plugins[name] for name in names if name in self._plugins)
        return tuple((plugin, plugin.hooks[hook]) for plugin in known if hook in plugin.hooks)

    def _load(self, name: str, rivals: list[Candidate]) -> None:
        if len(rivals) > 1:  # which one a tenant meant cannot be known, so neither is taken
            raise PluginError(_clash(name, [rival.source for rival in rivals]))
        loaded = rivals[0].load()
        source = rivals[0].source
        self.register(loaded.plugin, name, source=source, version=loaded.version, files=loaded.files)


def _codes(found: Iterable[Implementation]) -> dict[CodeType, str]:
    """The code of each implementation, by which a hook that runs is recognised."""
    return {each.function.__code__: each.hook for each in found if hasattr(each.function, "__code__")}


def _clash(name: str, sources: list[str]) -> str:
    return f"two plugins are named '{name}': {' and '.join(sources)}; rename or uninstall one"
