"""`gateway audit`: who changed what, and whether that record is as it was written."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import Any

from gateway.commands import add_config, load_config
from gateway.commands.output import as_json

NAME = "audit"
HELP = "who changed what, and whether that record is unbroken"

_EXAMPLE = """example:
  gateway audit list --tenant duka --action key
  gateway audit list --actor cli:ana --last 200 --json
  gateway audit verify                   walks every tenant's chain; exits 1 when one is broken

What concerns no tenant, such as keys of operators, is under the tenant "-". Both work while
`gateway serve` runs."""

_NOBODY = "-"


def configure(parser: argparse.ArgumentParser) -> None:
    """list and verify."""
    parser.epilog = _EXAMPLE
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="the newest changes first")
    listing.add_argument("--action", default="", help='"key.revoke", or "key" for all of that kind')
    listing.add_argument("--object", default="", help='what was changed, as "channel:duka-main"')
    listing.add_argument("--actor", default="", help='who did it, as "cli:ana" or "key:k3jq7x2mabcd"')
    listing.add_argument("--last", metavar="N", type=int, default=50, help="how many at most (default 50)")
    verify = actions.add_parser("verify", help="find the first row that was changed or taken out")
    for action, act in ((listing, _list), (verify, _verify)):
        action.add_argument("--tenant", default=None, help='only this tenant\'s; "-" is what concerns none')
        action.add_argument("--json", action="store_true", help="print JSON")
        add_config(action)
        action.set_defaults(act=act)


def run(args: argparse.Namespace) -> int:
    """Do the action that was asked for."""
    code: int = args.act(args)
    return code


def _ask(args: argparse.Namespace, command: str, **values: Any) -> dict[str, Any]:
    from gateway.operate import operate

    tenant = "" if args.tenant == _NOBODY else args.tenant
    return asyncio.run(operate(load_config(args), command, {"tenant": tenant, **values}, timeout=600.0))


def _list(args: argparse.Namespace) -> int:
    from gateway.commands.output import moment, table

    told = _ask(args, "audit.list", action=args.action, object=args.object, actor=args.actor, limit=args.last)
    if args.json:
        return as_json(told)
    rows = [
        (
            moment(entry["at"]),
            entry["tenant"] or _NOBODY,
            entry["actor"],
            entry["action"],
            entry["object"],
            json.dumps(entry["detail"], ensure_ascii=False),
        )
        for entry in told["entries"]
    ]
    print(table(("AT", "TENANT", "ACTOR", "ACTION", "OBJECT", "DETAIL"), rows))
    return 0


def _verify(args: argparse.Namespace) -> int:
    from gateway.commands.output import table

    told = _ask(args, "audit.verify")
    broken = [chain for chain in told["chains"] if chain["problem"]]
    if args.json:
        as_json(told)
    else:
        rows = [
            (
                chain["tenant"] or _NOBODY,
                str(chain["rows"]),
                chain["problem"] or "unbroken",
                chain["last_hash"],
            )
            for chain in told["chains"]
        ]
        print(table(("TENANT", "SOUND ROWS", "STATE", "HASH OF THE LAST"), rows))
    return 1 if broken else 0
