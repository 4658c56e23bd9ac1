"""`gateway channel`: connect numbers, register their webhooks at the provider, look how they are."""

from __future__ import annotations

import argparse
import sys

from gateway.commands.asking import ask, common, given, plain, settings, settings_options, sure, told
from gateway.commands.channels import check, listed

NAME = "channel"
HELP = "add, change, pause and remove channels, register their webhooks, look how they are"

_EXAMPLE = """example:
  gateway channel list
  gateway channel add soko-main --tenant soko --provider twilio --set account_sid=AC… \\
      --set auth_token=@env:TWILIO_TOKEN --set from=whatsapp:+15550104477
  gateway channel register soko-main     the provider sends its webhooks to [server] public_url from now on
  gateway channel check                  token, number, webhook, last webhook; exits 1 when one is wrong
  gateway channel pause soko-main        nothing is sent until `gateway channel resume soko-main`

All of them work while `gateway serve` runs, and `register` needs it to: the provider calls back.
What gateway.toml names is changed there; pausing works for all."""


def configure(parser: argparse.ArgumentParser) -> None:
    """list, show, add, change, remove, pause, resume, test, register and check."""
    parser.epilog = _EXAMPLE
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser(
        "list", help="each, when it was last heard, whether it sends", epilog="example: gateway channel list"
    )
    add = actions.add_parser("add", help="connect one more number")
    change = actions.add_parser("change", help="change one, or give it new secrets")
    looking = actions.add_parser(
        "check",
        help="token, number, account, webhook and intake of a channel",
        epilog="example: gateway channel check soko-main",
    )
    looking.add_argument("id", metavar="CHANNEL", nargs="?", default="", help="default: every channel")
    _options(add, change)
    named = {
        "show": (_show, "one channel and its settings, without the secrets"),
        "pause": (_hold, "send nothing for a while; what arrives is taken as ever"),
        "resume": (_resume, "send again, what was held first"),
        "test": (check, "the same as check, of one channel"),
        "register": (_register, "have the provider send its webhooks here"),
        "remove": (_remove, "end one: its secrets are destroyed, what waits is cancelled"),
    }
    for name, (act, words) in named.items():
        action = actions.add_parser(name, help=words, epilog=f"example: gateway channel {name} soko-main")
        action.add_argument("id", metavar="CHANNEL", help="the channel's id")
        action.add_argument("--tenant", default="", help="whose, where two have one of this id")
        if name == "remove":
            action.add_argument("--yes", action="store_true", help="do not ask")
        common(action, act)
    for action, act in ((listing, listed), (add, _add), (change, _change), (looking, check)):
        action.add_argument("--tenant", default="", help="only this tenant's")
        common(action, act)


def _options(add: argparse.ArgumentParser, change: argparse.ArgumentParser) -> None:
    add.add_argument(
        "--provider", required=True, metavar="NAME", help='as "meta_cloud", "twilio", "dialog360"'
    )
    for action in (add, change):
        action.add_argument(
            "id", metavar="CHANNEL", help="its id: part of the address that the provider calls"
        )
        action.add_argument("--name", help="its name for people")
        action.add_argument(
            "--silence", metavar="TIME", help='alarm when no webhook came for so long, as "6h"'
        )
        action.add_argument(
            "--source", metavar="RANGE", action="append", dest="sources",
            help='take webhooks from these addresses only, as "31.13.24.0/21"; may be repeated',
        )  # fmt: skip
    account = "--set account_sid=AC… --set auth_token=@env:TWILIO_TOKEN --set from=whatsapp:+15550104477"
    example = f"gateway channel add soko-main --tenant soko --provider twilio {account}"
    settings_options(add, example, unset=False)
    example = "gateway channel change soko-main --set auth_token=@env:NEW --set auth_token=@env:OLD"
    settings_options(change, example, unset=True)


def run(args: argparse.Namespace) -> int:
    """Do the action that was asked for."""
    code: int = args.act(args)
    return code


def _secrets() -> frozenset[str]:
    """The names of secrets, of every provider."""
    from gateway.channels import load_providers

    return frozenset().union(*(each.secret_fields for each in load_providers().values()))


def _show(args: argparse.Namespace) -> int:
    answer = ask(args, "channel.show", id=args.id, tenant=args.tenant)
    return told(args, answer, plain(answer))


def _add(args: argparse.Namespace) -> int:
    form = {"id": args.id, "provider": args.provider, "settings": settings(args, _secrets())}
    form |= given(args, ("name", "silence", "sources"))
    answer = ask(args, "channel.add", tenant=args.tenant, form=form)
    lines = [f"Channel {args.id} of {answer['tenant']} is served, number {answer['number'] or '-'}."]
    lines += [f"Its webhooks come to {answer['webhook_url']}", f"Next: gateway channel register {args.id}"]
    return told(args, answer, "\n".join(lines))


def _change(args: argparse.Namespace) -> int:
    form = given(args, ("name", "silence", "sources"))
    if changed := settings(args, _secrets()):
        form["settings"] = changed
    answer = ask(args, "channel.change", id=args.id, tenant=args.tenant, form=form)
    return told(args, answer, plain(answer))


def _hold(args: argparse.Namespace) -> int:
    answer = ask(args, "channel.hold", id=args.id, tenant=args.tenant, held=True)
    return told(args, answer, f"Channel {args.id} sends nothing until `gateway channel resume {args.id}`.")


def _resume(args: argparse.Namespace) -> int:
    answer = ask(args, "channel.hold", id=args.id, tenant=args.tenant, held=False)
    return told(args, answer, f"Channel {args.id} sends again.")


def _remove(args: argparse.Namespace) -> int:
    sure(args, f"Channel {args.id} ends: its secrets are destroyed, what waits is cancelled.")
    answer = ask(args, "channel.remove", id=args.id, tenant=args.tenant)
    words = (
        f"Channel {args.id} is removed; {answer['cancelled']} parts of messages that waited were cancelled."
    )
    return told(args, answer, words)


def _register(args: argparse.Namespace) -> int:
    """Register; what would make the provider's handshake fail is said too."""
    answer = ask(args, "channel.register", id=args.id, tenant=args.tenant)
    if answer["warning"]:
        print(f"gateway: warning: {answer['warning']}", file=sys.stderr)
    return told(args, answer, "\n".join(answer["done"]))
