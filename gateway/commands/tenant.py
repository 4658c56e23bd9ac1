"""`gateway tenant`: the businesses that are served."""

from __future__ import annotations

import argparse
from typing import Any

from gateway.commands.asking import (
    ask,
    common,
    given,
    nested,
    plain,
    settings,
    settings_options,
    sure,
    told,
)

NAME = "tenant"
HELP = "list, add, change and remove tenants"

_EXAMPLE = """example:
  gateway tenant list
  gateway tenant add soko --name "Soko Ltd" --time-zone Africa/Nairobi --language sw --country KE
  gateway tenant change soko --language en
  gateway tenant show soko --json
  gateway tenant policy soko --set quiet.start=21:00 --set quiet.end=08:00
  gateway tenant remove soko           its secrets are destroyed, its keys revoked, what waits is cancelled

All of them work while `gateway serve` runs and count at once. What gateway.toml names is changed there."""

_POLICY = """gateway tenant policy soko --set quiet.start=21:00 --set quiet.end=08:00
  gateway tenant policy soko --set-json 'caps=[{"most": 2, "per": "7d"}]'
  gateway tenant policy soko --unset quiet          as if nobody had said anything"""

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
    policy = actions.add_parser("policy", help="what one lets out, to whom and when; or change that")
    settings_options(policy, _POLICY, unset=True)
    for action in (show, add, change, policy, remove):
        action.add_argument("id", metavar="ID", help="the tenant's id: a-z, 0-9, _ and -")
    for action in (add, change):
        action.add_argument("--name", help="its name for people")
        action.add_argument("--time-zone", metavar="ZONE", help='as "Africa/Nairobi" (default UTC)')
        action.add_argument("--language", metavar="CODE", help='as "en" or "pt_BR" (default en)')
        action.add_argument("--country", metavar="CODE", help='two capitals, as "KE", or "" for none')
    remove.add_argument("--yes", action="store_true", help="do not ask")
    for action, act in (
        (listing, _list), (show, _show), (add, _add), (change, _change), (policy, _policy), (remove, _remove),
    ):  # fmt: skip
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


def _policy(args: argparse.Namespace) -> int:
    from gateway.commands.output import table

    said = {name: _several(name, value) for name, value in settings(args, ()).items()}
    answer = ask(args, "tenant.policy", id=args.id, form=nested(said))
    rows = []
    for name, source in answer["sources"].items():
        table_name, _, key = name.rpartition(".")
        rows.append((name, _words((answer[table_name] if table_name else answer)[key]), source))
    return told(args, answer, table(("SETTING", "VALUE", "SAID BY"), rows))


def _several(name: str, value: Any) -> Any:
    """A list, where one is meant: "marketing,service"."""
    if name.rpartition(".")[2] == "purposes" and isinstance(value, str):
        return [each.strip() for each in value.split(",") if each.strip()]
    return value


def _words(value: Any) -> str:
    if isinstance(value, dict):
        return f"{value['most']} per {value['per']} of {_words(value['purposes'])}"
    if isinstance(value, list):
        return "; ".join(map(_words, value)) or "-"
    return str(value)


def _remove(args: argparse.Namespace) -> int:
    sure(args, f"Tenant {args.id} ends: secrets destroyed, keys revoked, what waits cancelled.")
    answer = ask(args, "tenant.remove", id=args.id)
    cancelled = answer["cancelled"]
    words = f"Tenant {args.id} is removed; {cancelled} parts of messages that waited were cancelled."
    return told(args, answer, f"{words} Its record is kept, under its id.")
