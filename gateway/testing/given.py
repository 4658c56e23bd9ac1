"""Which plugins a world has: files, installed ones by name, modules, classes and instances."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from types import ModuleType
from typing import Any

from msgspec import Struct

from gateway.errors import PluginError
from gateway.hooks.host import Host


class Given(Struct, frozen=True):
    """Plugins and their settings, before they are loaded. *plugins* are paths of files or folders, names of
    installed plugins, modules, classes (made anew at each start) or objects, or a mapping that gives names to
    these. *settings* are by plugin, or the only plugin's own."""

    plugins: tuple[Any, ...]
    settings: Mapping[str, Any]
    folder: Path

    def load(self) -> tuple[Host, tuple[str, ...]]:
        """The plugins, loaded anew, and their names in order. Raises `PluginError`."""
        named = [pair for one in self.plugins for pair in self._named(one)]
        paths = [what for _, what in named if isinstance(what, Path)]
        installed = [name for name, what in named if isinstance(what, str)]
        host = Host.load(paths, entry_points=bool(installed), strict=True)
        for name, what in named:
            if not isinstance(what, str | Path):
                host.register(what() if isinstance(what, type) else what, name)
        names = tuple(name for name, _ in named)
        if missing := host.missing(names):
            raise PluginError(missing)
        return host, names

    def settings_of(self, names: Sequence[str]) -> dict[str, dict[str, Any]]:
        """The settings by plugin."""
        given = dict(self.settings)
        if not given or (given.keys() <= set(names) and all(isinstance(v, Mapping) for v in given.values())):
            return {name: dict(value) for name, value in given.items()}
        if len(names) == 1:
            return {names[0]: given}
        known = ", ".join(names)
        raise PluginError(
            f"settings={{…}} of several plugins are written by plugin: {{name: {{…}}}}; there are {known}"
        )

    def _named(self, one: Any) -> list[tuple[str, Any]]:
        if isinstance(one, Mapping):
            return [(name, _nameless(name, each)) for name, each in one.items()]
        if isinstance(one, ModuleType):
            return [(one.__name__.removesuffix(".hooks").rpartition(".")[2], one)]
        if not isinstance(one, str | Path):
            cls = one if isinstance(one, type) else type(one)
            return [(re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", cls.__name__).lower(), one)]
        path = self.folder / one
        if isinstance(one, Path) or path.exists() or "/" in one or one.endswith(".py"):
            return [(path.stem, path.resolve())]
        return [(one, one)]


def _nameless(name: str, plugin: Any) -> Any:
    """*plugin*, if it may be called *name*."""
    if isinstance(plugin, str | Path):
        raise PluginError(
            f"a plugin in a file is named by its stem: write {str(plugin)!r} in place of {name!r}: …"
        )
    return plugin
