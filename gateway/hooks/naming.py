"""Names of plugins: they are parts of addresses, tables, metrics and commands."""

from __future__ import annotations

import re

from gateway.errors import PluginError, SettingsError
from gateway.store.migrate.confine import check_names
from gateway.store.migrate.source import CORE, Component, migrations

#: What the gateway itself says and does toward contacts goes by this name (`gateway.house`).
HOUSE = "gateway"
_NAME = re.compile(r"[a-z][a-z0-9_-]{0,40}")


def check_name(name: str) -> None:
    """Raise `PluginError` for a name that no plugin can have."""
    if not _NAME.fullmatch(name):
        near = re.sub(r"[^a-z0-9_-]+", "_", name.lower()).lstrip("_-0123456789")[:41] or "my_plugin"
        raise PluginError(
            f"plugin {name[:60]!r} cannot have this name: a plugin's is 1 to 41 of a-z, 0-9, _ and -, and "
            f"begins with a letter; call it '{near}' (the file's stem, or the name of the entry point)"
        )
    if name == CORE.name:
        raise PluginError(
            f"no plugin can be called '{name}': the gateway's own tables are filed under this name; rename it"
        )
    if name == HOUSE:
        raise PluginError(
            f"no plugin can be called '{name}': what the gateway itself says goes by this name; rename it"
        )


def one(name: str) -> str:
    """What may be there once: "my-shop" and "my_shop" have the same tables and the same metrics."""
    return name.replace("-", "_")


def check_component(component: Component) -> None:
    """Raise `PluginError` for tables that could not be told from the core's, and for files in the folder of
    migrations that are none."""
    try:
        check_names([component])
        for dialect in ("sqlite", "postgres"):
            migrations([component], dialect)
    except SettingsError as error:
        raise PluginError(f"plugin '{component.name}': {error}") from error
