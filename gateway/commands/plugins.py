"""`gateway plugins`: what is installed, what it listens to, who uses it, and what is wrong with it."""

from __future__ import annotations

import argparse
import json
from typing import TYPE_CHECKING

from msgspec import Struct, to_builtins

from gateway.commands import add_config, load_config

if TYPE_CHECKING:
    from gateway.hooks.host import Host
    from gateway.settings import Settings

NAME = "plugins"
HELP = "list the installed plugins, their hooks and the tenants that use them"

_EXAMPLE = """example:
  gateway plugins
  gateway plugins --json | jq '.[] | select(.state != "ready")'"""


class Line(Struct, frozen=True):
    """One plugin. *state* is "ready", "unused" (no tenant lists it), "failed", or "missing" (a tenant
    lists it and it is not there); *reason* says why."""

    name: str
    version: str = ""
    source: str = ""
    hooks: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    state: str = "ready"
    reason: str = ""


def configure(parser: argparse.ArgumentParser) -> None:
    """--config and --json."""
    parser.epilog = _EXAMPLE
    add_config(parser)
    parser.add_argument("--json", action="store_true", help="print a JSON array instead of a table")


def run(args: argparse.Namespace) -> int:
    """Print every plugin; exit code 0 also when some failed (`gateway check` judges)."""
    from gateway.hooks.host import Host

    settings = load_config(args)
    lines = survey(settings, Host.load(settings.plugin_paths))
    if args.json:
        print(json.dumps(to_builtins(lines), indent=2))
    elif lines:
        _print(lines)
    else:
        print("No plugin is installed. Name a file in plugin_paths, or install a package that brings one.")
    return 0


def survey(settings: Settings, host: Host) -> list[Line]:
    """A line for each plugin that is loaded, failed, or listed by a tenant; by name."""
    users: dict[str, list[str]] = {}
    for tenant in settings.tenants:
        for name in tenant.plugins:
            users.setdefault(name, []).append(tenant.id)
    return [_line(host, name, users.get(name, [])) for name in sorted({*host.plugins, *host.failed, *users})]


def _line(host: Host, name: str, tenants: list[str]) -> Line:
    plugin = host.plugins.get(name)
    if plugin is None:
        state = "failed" if name in host.failed else "missing"
        return Line(name, tenants=tuple(tenants), state=state, reason=host.missing([name]))
    return Line(
        name,
        plugin.version,
        plugin.source,
        tuple(plugin.hooks),
        tuple(tenants),
        "ready" if tenants else "unused",
    )


def _print(lines: list[Line]) -> None:
    from gateway.commands.output import table

    head = ("NAME", "VERSION", "HOOKS", "TENANTS", "STATE", "SOURCE")
    rows = [
        (
            line.name,
            line.version or "-",
            ", ".join(line.hooks) or "-",
            ", ".join(line.tenants) or "-",
            line.state,
            line.source or "-",
        )
        for line in lines
    ]
    print(table(head, rows))
    for line in lines:
        if line.reason:
            print(f"\n{line.name}: {line.reason}")
