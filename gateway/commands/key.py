"""`gateway key`: make, list and revoke keys of the API, also while `gateway serve` runs."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from gateway.commands import add_config, load_config

NAME = "key"
HELP = "make, list and revoke keys for /api/v1"

_EXAMPLE = """example:
  gateway key create --tenant duka --name "till 2"     the key is the last line of what is printed
  KEY=$(gateway key create --tenant duka | tail -n 1)
  gateway key list --tenant duka
  gateway key revoke k3jq7x2mabcd

All of them work while `gateway serve` runs."""


def configure(parser: argparse.ArgumentParser) -> None:
    """create, list and revoke."""
    parser.epilog = _EXAMPLE
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="make a key and print it, once", description=_create.__doc__)
    create.add_argument("--tenant", required=True, help="whose messages the key may read and send")
    create.add_argument("--name", default="", help="a note for `gateway key list`, such as who uses it")
    listing = actions.add_parser("list", help="the keys there are, without their secrets")
    listing.add_argument("--tenant", default="", help="only this tenant's (default: every tenant's)")
    revoke = actions.add_parser("revoke", help="make a key useless, for good")
    revoke.add_argument("id", metavar="ID", help="the key's id: its middle part, also in `gateway key list`")
    for action, act in ((create, _create), (listing, _list), (revoke, _revoke)):
        add_config(action)
        action.set_defaults(act=act)


def run(args: argparse.Namespace) -> int:
    """Do the action that was asked for."""
    code: int = args.act(args)
    return code


def _ask(args: argparse.Namespace, command: str, **values: str) -> dict[str, Any]:
    from gateway.operate import operate

    return asyncio.run(operate(load_config(args), command, values))


def _create(args: argparse.Namespace) -> int:
    """Make a key for a tenant. The key is printed alone on the last line and cannot be shown again."""
    made = _ask(args, "key.create", tenant=args.tenant, name=args.name)
    print(f"A key for tenant {args.tenant}, id {made['id']}. It is shown this once; only its hash is kept.")
    print("Send it as the header `Authorization: Bearer KEY`.")
    print(f"`gateway key revoke {made['id']}` ends it. The key:")
    print(made["key"])
    return 0


def _list(args: argparse.Namespace) -> int:
    from gateway.commands.output import moment, table

    keys = _ask(args, "key.list", tenant=args.tenant)["keys"]
    rows = [
        (
            key["id"],
            key["tenant"],
            key["name"],
            moment(key["created_at"]),
            moment(key["last_used_at"]),
            f"revoked {moment(key['revoked_at'])}" if key["revoked_at"] else "in use",
        )
        for key in keys
    ]
    print(table(("ID", "TENANT", "NAME", "CREATED", "LAST USED", "STATE"), rows))
    return 0


def _revoke(args: argparse.Namespace) -> int:
    # A whole key pasted in place of its id must not end up in an error message or a log.
    key_id = args.id.split("_")[1] if args.id.startswith("gw_") else args.id
    done = _ask(args, "key.revoke", id=key_id)
    print(f"Key {done['id']} of tenant {done['tenant']} is revoked; a running gateway refuses it within 5 s.")
    return 0
