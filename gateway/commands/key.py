"""`gateway key`: make, list, rotate and revoke keys of the API, also while `gateway serve` runs."""

from __future__ import annotations

import argparse
import asyncio
from typing import Any

from gateway.commands import add_config, load_config
from gateway.commands.output import as_json

NAME = "key"
HELP = "make, list, rotate and revoke keys for /api/v1"

_EXAMPLE = """example:
  gateway key create --tenant duka --name "till 2"     the key is the last line of what is printed
  KEY=$(gateway key create --tenant duka | tail -n 1)
  gateway key create --tenant duka --scopes messages:write,contacts:read --expires 90d
  gateway key create --operator --name "ana, on call"  for work across tenants
  gateway key list --tenant duka
  gateway key rotate k3jq7x2mabcd --overlap 2h         a new key; the old one ends in two hours
  gateway key revoke k3jq7x2mabcd

All of them work while `gateway serve` runs. docs/keys.md has the scopes."""


def configure(parser: argparse.ArgumentParser) -> None:
    """create, list, rotate and revoke."""
    parser.epilog = _EXAMPLE
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    create = actions.add_parser("create", help="make a key and print it, once", description=_create.__doc__)
    whose = create.add_mutually_exclusive_group(required=True)
    whose.add_argument("--tenant", default="", help="whose messages the key may read and send")
    whose.add_argument("--operator", action="store_true", help="a key for work across tenants")
    create.add_argument("--name", default="", help="a note for `gateway key list`, such as who uses it")
    create.add_argument(
        "--scopes",
        default="*",
        help='what it may do, as "read" or "messages:write,contacts:read" (default: *)',
    )
    create.add_argument("--expires", metavar="TIME", default="", help='how long it is good, as "90d"')
    listing = actions.add_parser("list", help="the keys there are, without their secrets")
    only = listing.add_mutually_exclusive_group()
    only.add_argument("--tenant", default="", help="only this tenant's (default: every tenant's)")
    only.add_argument("--operator", action="store_true", help="only the operators'")
    rotate = actions.add_parser("rotate", help="make a key's successor, and let the old one end soon")
    rotate.add_argument(
        "--overlap", metavar="TIME", default="24h", help="how long the old one stays good (default 24h)"
    )
    revoke = actions.add_parser("revoke", help="make a key useless, for good")
    for action in (rotate, revoke):
        action.add_argument(
            "id", metavar="ID", help="the key's id: its middle part, also in `gateway key list`"
        )
    for action, act in ((create, _create), (listing, _list), (rotate, _rotate), (revoke, _revoke)):
        action.add_argument("--json", action="store_true", help="print JSON")
        add_config(action)
        action.set_defaults(act=act)


def run(args: argparse.Namespace) -> int:
    """Do the action that was asked for."""
    code: int = args.act(args)
    return code


def _ask(args: argparse.Namespace, command: str, **values: Any) -> dict[str, Any]:
    from gateway.operate import operate

    return asyncio.run(operate(load_config(args), command, values))


def _create(args: argparse.Namespace) -> int:
    """Make a key for a tenant or an operator. The key is printed alone on the last line and cannot be shown
    again."""
    made = _ask(
        args, "key.create", tenant=args.tenant, operator=args.operator, name=args.name,
        scopes=[each.strip() for each in args.scopes.split(",") if each.strip()],
        expires=_seconds("--expires", args.expires) if args.expires else 0,
    )  # fmt: skip
    if args.json:
        return as_json(made)
    print(f"A key for {_whose(made)}, id {made['id']}. It is shown this once; only its hash is kept.")
    _print_key(made)
    return 0


def _list(args: argparse.Namespace) -> int:
    from gateway.commands.output import moment, table

    told = _ask(args, "key.list", tenant=args.tenant, operator=args.operator)
    if args.json:
        return as_json(told)
    rows = [
        (
            key["id"],
            "(operator)" if key["operator"] else key["tenant"],
            key["name"],
            " ".join(key["scopes"]),
            moment(key["created_at"]),
            moment(key["last_used_at"]),
            moment(key["expires_at"]),
            f"revoked {moment(key['revoked_at'])}" if key["revoked_at"] else _STATES[key["state"]],
        )
        for key in told["keys"]
    ]
    print(table(("ID", "TENANT", "NAME", "SCOPES", "CREATED", "LAST USED", "EXPIRES", "STATE"), rows))
    return 0


def _rotate(args: argparse.Namespace) -> int:
    from gateway.commands.output import moment

    made = _ask(args, "key.rotate", id=_id(args), overlap=_seconds("--overlap", args.overlap))
    if args.json:
        return as_json(made)
    print(f"A key for {_whose(made)}, id {made['id']}, in place of {made['old']['id']}, which is good until")
    print(f"{moment(made['old']['expires_at'])}. The new one is shown this once; only its hash is kept.")
    _print_key(made)
    return 0


def _revoke(args: argparse.Namespace) -> int:
    done = _ask(args, "key.revoke", id=_id(args))
    if args.json:
        return as_json(done)
    print(f"Key {done['id']} of {_whose(done)} is revoked; every running gateway refuses it within a second.")
    return 0


def _print_key(made: dict[str, Any]) -> None:
    from gateway.commands.output import moment

    print(f"It may: {', '.join(made['scopes'])}. It expires: {moment(made['expires_at'])}.")
    print("Send it as the header `Authorization: Bearer KEY`.")
    if made["operator"]:
        print("Name the tenant that is meant in the header `Gateway-Tenant: ID`; what is done is noted.")
    print(f"`gateway key revoke {made['id']}` ends it. The key:")
    print(made["key"])


def _whose(key: dict[str, Any]) -> str:
    return "an operator" if key["operator"] else f"tenant {key['tenant']}"


def _id(args: argparse.Namespace) -> str:
    """A whole key pasted in place of its id must not end up in an error message or a log."""
    written: str = args.id
    return written.split("_")[1] if written.startswith("gw_") else written


def _seconds(option: str, written: str) -> float:
    from gateway.errors import GatewayError
    from gateway.settings.durations import seconds

    try:
        return seconds(written)
    except ValueError as error:
        raise GatewayError(f'{option}: {error}; write a length of time such as "90d" or "2h"') from None


_STATES = {"active": "in use", "expired": "expired"}
