"""`gateway retention`: for how long which data is kept."""

from __future__ import annotations

import argparse
from typing import Any

from gateway.commands.asking import ask, common, settings, settings_options, told

NAME = "retention"
HELP = "for how long which data is kept, and how that goes"

_EXAMPLE = """gateway retention
  gateway retention --tenant soko --set messages=180d --set media=30d
  gateway retention --tenant soko --unset messages         as the installation has it again"""


def configure(parser: argparse.ArgumentParser) -> None:
    """--tenant, and what is to be different."""
    settings_options(parser, _EXAMPLE, unset=True)
    parser.add_argument(
        "--tenant", metavar="ID", default="", help="whose (may be left out when there is one)"
    )
    parser.add_argument("--now", action="store_true", help="have a round begin at once, of all tenants")
    common(parser, _show)


def run(args: argparse.Namespace) -> int:
    """Show it, after the change that was asked for."""
    code: int = args.act(args)
    return code


def _show(args: argparse.Namespace) -> int:
    from gateway.commands.output import table

    answer = ask(args, "retention", tenant=args.tenant, form=settings(args, ()), now=args.now)
    rows = [
        (name, kind["kept"], kind["source"], kind["oldest_at"] or "-", _removed(kind))
        for name, kind in answer["kinds"].items()
    ]
    head = ("KIND", "KEPT FOR", "SAID BY", "OLDEST", "REMOVED LAST")
    next_round = f"Next round: {answer['next_at'] or 'one is under way, or begins soon'}"
    return told(args, answer, f"{table(head, rows)}\n{next_round}")


def _removed(kind: dict[str, Any]) -> str:
    return f"{kind['removed']} at {kind['removed_at']}" if kind["removed"] else "-"
