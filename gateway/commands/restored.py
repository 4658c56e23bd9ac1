"""`gateway restored`: what is held after a restore, to be sent or discarded."""

from __future__ import annotations

import argparse

from gateway.commands.asking import ask, common, told

NAME = "restored"
HELP = "messages that are held after a restore: list, release, discard"

_EXAMPLE = """example:
  gateway restored list
  gateway restored release 0199a4f2-8c1e-7b3a-9d52-3f6a1c0e7b44
  gateway restored discard --all --tenant duka

What was to be sent when the backup was taken may have been sent since. A status or the provider's list proves
some of it by itself; a person decides about the rest. All of it works while `gateway serve` runs."""


def configure(parser: argparse.ArgumentParser) -> None:
    """list, release and discard."""
    parser.epilog = _EXAMPLE
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="what is held, by conversation")
    listing.add_argument("--last", metavar="N", type=int, default=200, help="how many at most (default 200)")
    release = actions.add_parser("release", help="send it, once")
    discard = actions.add_parser("discard", help="never send it")
    for action, act in ((listing, _list), (release, _act), (discard, _act)):
        if act is _act:
            action.add_argument("ids", nargs="*", metavar="ID", help="as `gateway restored list` shows it")
            action.add_argument("--all", action="store_true", help="all that is held")
            action.set_defaults(what="release" if action is release else "discard")
        action.add_argument("--tenant", default="", help="only this tenant's")
        common(action, act)


def run(args: argparse.Namespace) -> int:
    """Do the action that was asked for."""
    code: int = args.act(args)
    return code


def _list(args: argparse.Namespace) -> int:
    from gateway.commands.output import table

    answer = ask(args, "restored.list", tenant=args.tenant, limit=args.last)
    held = sorted(answer["held"], key=lambda each: (each["tenant"], each["conversation"], each["id"]))
    rows = [
        (each["id"], each["tenant"], each["channel"], each["address"], each["at"], each["words"])
        for each in held
    ]
    head = ("ID", "TENANT", "CHANNEL", "TO", "SINCE", "WORDS")
    return told(args, answer, table(head, rows) if rows else "nothing is held")


def _act(args: argparse.Namespace) -> int:
    from gateway.errors import GatewayError

    if bool(args.ids) == args.all:
        raise GatewayError(f"gateway restored {args.what}: name ids, or --all")
    done = {"release": "released", "discard": "discarded"}[args.what]
    answer = ask(args, f"restored.{args.what}", tenant=args.tenant, ids=args.ids, all=args.all)
    return told(args, answer, f"{len(answer['done'])} {done}")
