"""`gateway plugins`: what is installed, what it brings, who uses it, how it fares, what is wrong with it."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import TYPE_CHECKING, Any

from msgspec import Struct, to_builtins

from gateway.commands import add_config, load_config

if TYPE_CHECKING:
    from collections.abc import Mapping

    from gateway.hooks.host import Host
    from gateway.hooks.offers import Offers
    from gateway.settings import Settings

NAME = "plugins"
HELP = "list the installed plugins, what they bring and the tenants that use them"

_EXAMPLE = """example:
  gateway plugins
  gateway plugins --json | jq '.[] | select(.state != "ready")'

HEALTH is shown where the database can be asked: beside a running gateway, and on PostgreSQL.
GATEWAY_PLUGINS=shop,crm in the environment of any command leaves only these on, GATEWAY_PLUGINS= none."""


class Brought(Struct, frozen=True):
    """The names of what a plugin brings beside hooks."""

    flows: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    commands: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    listens: tuple[str, ...] = ()
    answers: tuple[str, ...] = ()
    routes: tuple[str, ...] = ()
    metrics: tuple[str, ...] = ()
    cli: tuple[str, ...] = ()


class Line(Struct, frozen=True):
    """One plugin. *state* is "ready", "unused" (no tenant lists it), "failed", "off" (switched off), or
    "missing" (a tenant lists it and it is not there); *reason* says why. *dead* counts turns that were given
    up, *aside* and *left_out* name tenants for which it does not run; None where nobody could be asked."""

    name: str
    version: str = ""
    source: str = ""
    hooks: tuple[str, ...] = ()
    tenants: tuple[str, ...] = ()
    state: str = "ready"
    reason: str = ""
    offers: Brought = Brought()
    requires: tuple[str, ...] = ()
    tables: bool = False
    dead: int | None = None
    aside: tuple[str, ...] | None = None
    left_out: dict[str, str] | None = None
    notes: tuple[str, ...] = ()


def configure(parser: argparse.ArgumentParser) -> None:
    """--config and --json."""
    parser.epilog = _EXAMPLE
    add_config(parser)
    parser.add_argument("--json", action="store_true", help="print a JSON array instead of a table")


def run(args: argparse.Namespace) -> int:
    """Print every plugin; exit code 0 also when some failed (`gateway check` judges)."""
    from gateway.hooks.host import Host

    settings = load_config(args)
    lines = survey(settings, Host.load(settings.plugin_paths), _health(settings))
    if args.json:
        print(json.dumps(to_builtins(lines), indent=2))
    elif lines:
        _print(lines)
    else:
        print("No plugin is installed. Name a file in plugin_paths, or install a package that brings one.")
    return 0


def survey(settings: Settings, host: Host, health: Mapping[str, Any] | None = None) -> list[Line]:
    """A line for each plugin that is loaded, failed, or listed by a tenant; by name. *health* is what a
    gateway says of each, None when none could be asked."""
    users: dict[str, list[str]] = {}
    for tenant in settings.tenants:
        for name in tenant.plugins:
            users.setdefault(name, []).append(tenant.id)
    for name, told in (health or {}).items():
        users[name] = sorted({*users.get(name, []), *told["tenants"]})
    names = sorted({*host.plugins, *host.failed, *(name for name, used in users.items() if used)})
    return [_line(host, name, users.get(name, []), health) for name in names]


def _health(settings: Settings) -> Mapping[str, Any] | None:
    """What the gateway that runs says, or the database. None when nobody can be asked."""
    from gateway.errors import GatewayError
    from gateway.operate import operate
    from gateway.ownership import is_owned, sqlite_file

    database = sqlite_file(settings)
    if database is not None and not is_owned(database):
        return None
    try:
        found: dict[str, Any] = asyncio.run(operate(settings, "plugin.health", {}, timeout=10.0))["plugins"]
    except GatewayError:  # a gateway that starts, a database that is away: the list is of use without
        return None
    return found


def _line(host: Host, name: str, tenants: list[str], health: Mapping[str, Any] | None) -> Line:
    plugin = host.plugins.get(name)
    if plugin is None:
        state = "off" if name in host.off else "failed" if name in host.failed else "missing"
        return Line(name, tenants=tuple(tenants), state=state, reason=host.missing([name]))
    told = (health or {}).get(name, {"dead": 0, "aside": None, "left_out": {}})
    aside = told["aside"] if health is not None else None
    return Line(
        name, plugin.version, plugin.source, tuple(plugin.hooks), tuple(tenants),
        "ready" if tenants else "unused",
        offers=_brought(plugin.offers), requires=plugin.offers.requires,
        tables=plugin.offers.migrations is not None,
        dead=told["dead"] if health is not None else None,
        aside=tuple(aside) if aside is not None else None,
        left_out=told["left_out"] if health is not None else None,
        notes=tuple(each.said for each in host.conflicts if name in each.plugins),
    )  # fmt: skip


def _brought(offers: Offers) -> Brought:
    return Brought(
        tuple(offers.flows), tuple(offers.jobs), tuple(each.name for each in offers.commands),
        tuple(offers.events), tuple(offers.listeners), tuple(offers.collectors),
        tuple(f"{each.method} {each.path}" for each in offers.routes),
        tuple(each.name for each in offers.metrics), tuple(each.name for each in offers.cli),
    )  # fmt: skip


def _print(lines: list[Line]) -> None:
    from gateway.commands.output import table

    head = ("NAME", "VERSION", "HOOKS", "TENANTS", "STATE", "BRINGS", "HEALTH", "SOURCE")
    rows = [
        (
            line.name, line.version or "-", ", ".join(line.hooks) or "-", ", ".join(line.tenants) or "-",
            line.state, _counted(line.offers) or "-", _fares(line), line.source or "-",
        )
        for line in lines
    ]  # fmt: skip
    print(table(head, rows))
    said = [f"{line.name}: {line.reason}" for line in lines if line.reason]
    for line in lines:
        left_out = (line.left_out or {}).items()
        said += [f"{line.name} does not run for {tenant}: {why}" for tenant, why in left_out]
    said += [f"note: {note}" for note in dict.fromkeys(note for line in lines for note in line.notes)]
    for each in said:
        print(f"\n{each}")


def _counted(offers: Brought) -> str:
    """ "2 flows, 1 job"; what it brings to the terminal is its commands there."""
    names = ("flows", "jobs", "commands", "events", "routes", "metrics")
    counts = {name: len(getattr(offers, name)) for name in names} | {"terminal commands": len(offers.cli)}
    return ", ".join(
        f"{count} {name if count > 1 else name.removesuffix('s')}" for name, count in counts.items() if count
    )


def _fares(line: Line) -> str:
    if line.dead is None:
        return "-"
    bad = [f"{line.dead} dead"] if line.dead else []
    bad += [f"aside for {len(line.aside)}"] if line.aside else []
    bad += [f"out for {len(line.left_out)}"] if line.left_out else []
    return ", ".join(bad) or "well"
