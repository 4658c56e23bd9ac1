"""`gateway tenant`: the businesses that are served."""

from __future__ import annotations

import argparse
from typing import Any

from gateway.commands.asking import ask, common, given, plain, sure, told

NAME = "tenant"
HELP = "list, add, change and remove tenants"

_EXAMPLE = """example:
  gateway tenant list
  gateway tenant add soko --name "Soko Ltd" --time-zone Africa/Nairobi --language sw --country KE
  gateway tenant change soko --language en
  gateway tenant show soko --json
  gateway tenant remove soko           its secrets are destroyed, its keys revoked, what waits is cancelled

All of them work while `gateway serve` runs and count at once. What gateway.toml names is changed there."""

_OWN = ("name", "time_zone", "language", "country")


def configure(parser: argparse.ArgumentParser) -> None:
    """list, show, add, change and remove."""
    parser.epilog = _EXAMPLE
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="every tenant", epilog="example: gateway tenant list --json")
    show = actions.add_parser("show", help="one tenant", epilog="example: gateway tenant show soko")
    add = actions.add_parser(
        "add", help="serve one more", epilog="example: gateway tenant add soko --time-zone Africa/Nairobi"
    )
    change = actions.add_parser(
        "change", help="change one", epilog="example: gateway tenant change soko --language en"
    )
    remove = actions.add_parser(
        "remove", help="serve one no more", epilog="example: gateway tenant remove soko --yes"
    )
    for action in (show, add, change, remove):
        action.add_argument("id", metavar="ID", help="the tenant's id: a-z, 0-9, _ and -")
    for action in (add, change):
        action.add_argument("--name", help="its name for people")
        action.add_argument("--time-zone", metavar="ZONE", help='as "Africa/Nairobi" (default UTC)')
        action.add_argument("--language", metavar="CODE", help='as "en" or "pt_BR" (default en)')
        action.add_argument("--country", metavar="CODE", help='two capitals, as "KE", or "" for none')
    remove.add_argument("--yes", action="store_true", help="do not ask")
    acts = ((listing, _list), (show, _show), (add, _add), (change, _change), (remove, _remove))
    for action, act in acts:
        common(action, act)


def run(args: argparse.Namespace) -> int:
    """Do the action that was asked for."""
    code: int = args.act(args)
    return code


def _list(args: argparse.Namespace) -> int:
    from gateway.commands.output import table

    answer = ask(args, "tenant.list")
    head = ("ID", "NAME", "TIME ZONE", "LANGUAGE", "COUNTRY", "CHANNELS", "PLUGINS", "ORIGIN")
    return told(args, answer, table(head, [_row(each) for each in answer["tenants"]]))


def _row(tenant: dict[str, Any]) -> tuple[str, ...]:
    lists = [", ".join(tenant[name]) or "-" for name in ("channels", "plugins")]
    country = tenant["country"] or "-"
    head = (tenant["id"], tenant["name"] or "-", tenant["time_zone"], tenant["language"], country)
    return (*head, *lists, tenant["origin"])


def _show(args: argparse.Namespace) -> int:
    answer = ask(args, "tenant.show", id=args.id)
    return told(args, answer, plain(answer))


def _add(args: argparse.Namespace) -> int:
    answer = ask(args, "tenant.add", form={"id": args.id, **given(args, _OWN)})
    next_step = f"Next: gateway channel add ID --tenant {args.id} --provider NAME --set …"
    return told(args, answer, f"Tenant {args.id} is served.\n{next_step}")


def _change(args: argparse.Namespace) -> int:
    answer = ask(args, "tenant.change", id=args.id, form=given(args, _OWN))
    return told(args, answer, plain(answer))


def _remove(args: argparse.Namespace) -> int:
    sure(args, f"Tenant {args.id} ends: secrets destroyed, keys revoked, what waits cancelled.")
    answer = ask(args, "tenant.remove", id=args.id)
    cancelled = answer["cancelled"]
    words = f"Tenant {args.id} is removed; {cancelled} parts of messages that waited were cancelled."
    return told(args, answer, f"{words} Its record is kept, under its id.")
