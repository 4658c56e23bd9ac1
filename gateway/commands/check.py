"""`gateway check`: everything that can be known to be wrong before serving, all of it at once."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import TYPE_CHECKING

from msgspec import to_builtins

from gateway.commands import add_config, load_config
from gateway.errors import GatewayError

if TYPE_CHECKING:
    from gateway.model.finding import Finding

NAME = "check"
HELP = "look for mistakes in the configuration, the plugins and the database"

_EXAMPLE = """example:
  gateway check --config /etc/gateway/gateway.toml && systemctl restart gateway

It changes nothing, works while `gateway serve` runs, and exits 1 when something is wrong."""


def configure(parser: argparse.ArgumentParser) -> None:
    """--config and --json."""
    parser.epilog = _EXAMPLE
    add_config(parser)
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")


def run(args: argparse.Namespace) -> int:
    """Print a line for each thing that was looked at; 1 when one of them is wrong."""
    from gateway.commands.output import findings as printed

    findings = look(args)
    good = all(finding.ok for finding in findings)
    if args.json:
        print(json.dumps({"ok": good, "findings": to_builtins(findings)}, indent=2))
    else:
        print(printed(findings))
    return 0 if good else 1


def look(args: argparse.Namespace) -> list[Finding]:
    """All findings. Without settings that can be read there is little to look at."""
    from gateway.commands import findings
    from gateway.hooks.host import Host
    from gateway.model.finding import Finding

    found = findings.namespaces()
    try:
        settings = load_config(args)
    except GatewayError as error:
        return [*found, findings.failure("settings", error)]
    found.append(Finding("settings", True, str(settings.path)))
    found += findings.secrets(settings)
    providers, about = findings.providers()
    found += about
    found += findings.channels(settings, providers)
    host = Host.load(settings.plugin_paths)
    found += findings.plugins(host)
    found += findings.flows(host)
    found += findings.tenants(settings, host)
    found += asyncio.run(findings.database(settings, host))
    return found
