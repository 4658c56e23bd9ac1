"""`gateway plugin`: which plugins a tenant uses, in which order, with which settings."""

from __future__ import annotations

import argparse
from typing import Any

from gateway.commands.asking import ask, common, plain, settings, settings_options, told

NAME = "plugin"
HELP = "turn a tenant's plugins on and off, order them, set them"

_EXAMPLE = """example:
  gateway plugin list --tenant soko
  gateway plugin enable echo --tenant soko
  gateway plugin set shop --tenant soko --set greeting="Karibu" --set api_key=@env:SHOP_KEY
  gateway plugin order shop echo --tenant soko
  gateway plugin disable echo --tenant soko

All of them work while `gateway serve` runs and count for the next message. `gateway plugins` lists what is
installed; a plugin is installed by plugin_paths or as a package."""


def configure(parser: argparse.ArgumentParser) -> None:
    """list, enable, disable, set and order."""
    parser.epilog = _EXAMPLE
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list", help="a tenant's plugins and the others", epilog="example: gateway plugin list --tenant soko"
    )
    enable = actions.add_parser(
        "enable", help="let it run for a tenant", epilog="example: gateway plugin enable echo --tenant soko"
    )
    enable.add_argument("--position", type=int, help="its place in the order, from 0 (default: the last)")
    disable = actions.add_parser(
        "disable",
        help="let it run no more, and keep its settings",
        epilog="example: gateway plugin disable echo --tenant soko",
    )
    change = actions.add_parser("set", help="change its settings for a tenant")
    order = actions.add_parser(
        "order",
        help="in which order a message meets them",
        epilog="example: gateway plugin order shop echo --tenant soko",
    )
    settings_options(change, "gateway plugin set shop --tenant soko --set greeting=Karibu", unset=True)
    for action in (enable, disable, change):
        action.add_argument("name", metavar="NAME", help="the plugin's name")
    order.add_argument(
        "names", metavar="NAME", nargs="+", help="the first, the second, …; others come behind"
    )
    acts = ((listing, _list), (enable, _enable), (disable, _disable), (change, _set), (order, _order))
    for action, act in acts:
        action.add_argument("--tenant", default="", help="whose (default: the only tenant's)")
        common(action, act)


def run(args: argparse.Namespace) -> int:
    """Do the action that was asked for."""
    code: int = args.act(args)
    return code


def _list(args: argparse.Namespace) -> int:
    answer = ask(args, "plugin.list", tenant=args.tenant)
    return told(args, answer, _table(answer["plugins"]))


def _table(plugins: list[dict[str, Any]]) -> str:
    from gateway.commands.output import table

    rows = [
        (
            each["name"], each["version"] or "-", "-" if each["position"] is None else str(each["position"]),
            ", ".join(each["hooks"]) or "-", ", ".join(each["settings"]) or "-",
            each["health"], each["origin"],
        )
        for each in plugins
    ]  # fmt: skip
    return table(("NAME", "VERSION", "PLACE", "HOOKS", "SETTINGS", "HEALTH", "ORIGIN"), rows)


def _changed(args: argparse.Namespace, form: dict[str, Any]) -> int:
    answer = ask(args, "plugin.change", tenant=args.tenant, name=args.name, form=form)
    return told(args, answer, plain({name: value for name, value in answer.items() if name != "schema"}))


def _enable(args: argparse.Namespace) -> int:
    place = {} if args.position is None else {"position": args.position}
    return _changed(args, {"enabled": True, **place})


def _disable(args: argparse.Namespace) -> int:
    return _changed(args, {"enabled": False})


def _set(args: argparse.Namespace) -> int:
    from gateway.tenants.usage import secret_fields

    known = ask(args, "plugin.list", tenant=args.tenant)["plugins"]
    schema = next((each["schema"] for each in known if each["name"] == args.name), None)
    return _changed(args, {"settings": settings(args, secret_fields(schema) or ())})


def _order(args: argparse.Namespace) -> int:
    answer = ask(args, "plugin.order", tenant=args.tenant, names=args.names)
    return told(args, answer, _table(answer["plugins"]))
