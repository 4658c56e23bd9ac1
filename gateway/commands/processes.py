"""`gateway processes`: who serves this database now, and who owns how many of the numbers."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from gateway.commands import add_config, load_config
from gateway.commands.output import as_json, moment, table

NAME = "processes"
HELP = "who serves this database now, and which share of the numbers each has"

_EXAMPLE = """example:
  gateway processes
  gateway processes --json | jq '.processes[] | select(.leads)'

It exits 1 when a share of the numbers has no owner: for seconds after a process has died, and for longer only
when nobody is there who may take it. Under the table stands who has another secret, other plugins or another
gateway.toml than the process that leads. docs/scaling.md explains them."""


def configure(parser: argparse.ArgumentParser) -> None:
    """--json and --config."""
    parser.epilog = _EXAMPLE
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_config(parser)


def run(args: argparse.Namespace) -> int:
    """Print a line for each; 1 when shards are without an owner."""
    from gateway.operate import operate

    told = asyncio.run(operate(load_config(args), "processes", {}))
    if args.json:
        as_json(told)
    else:
        print(_printed(told))
    return 1 if told["free"] else 0


def _role(each: dict[str, Any]) -> str:
    """Who takes nothing and has some hands them over at its end."""
    said = ["leads"] if each["leads"] else []
    if not each["takes"]:
        said.append("leaving" if each["shards"] else "intake only")
    return ", ".join(said)


def _printed(told: dict[str, Any]) -> str:
    head = ("NUMBER", "PLACE", "VERSION", "SINCE", "LEASE", "SHARDS", "")
    rows = [
        (
            str(each["number"]),
            each["host"] or "-",
            each["version"] or "-",
            moment(each["since"]),
            "-" if each["lease"] is None else f"{each['lease']:g} s",
            str(each["shards"]),
            _role(each),
        )
        for each in told["processes"]
    ]
    lines = [table(head, rows)] if rows else ["No process serves this database: start gateway serve."]
    if told["free"] and rows:
        taken = any(each["takes"] for each in told["processes"])
        why = "look again in ten seconds" if taken else "start a process that is not [server] intake_only"
        lines.append(f"\n{told['free']} shards have no owner now; {why}.")
    for each in told["processes"]:
        for difference in each["differs"]:
            lines.append(f"\n{each['host']} differs in its {difference['what']}: {difference['problem']}.")
            lines.append(f"  what to do: {difference['hint']}")
    return "\n".join(lines)
