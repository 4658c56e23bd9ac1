"""`gateway consent`: what a contact agreed to, and a change of it."""

from __future__ import annotations

import argparse
from typing import Any

from gateway.commands.asking import ask, common, told

NAME = "consent"
HELP = "show what a contact agreed to; record that it was given or withdrawn"

_EXAMPLE = """example:
  gateway consent show --tenant duka 0199a4f2-8c1e-7b3a-9d52-3f6a1c0e7b44
  gateway consent give --tenant duka --purpose marketing --proof "form 3" 0199a4f2-8c1e-7b3a-9d52-3f6a1c0e7b44
  gateway consent withdraw --tenant duka --purpose marketing 0199a4f2-8c1e-7b3a-9d52-3f6a1c0e7b44"""


def configure(parser: argparse.ArgumentParser) -> None:
    """show, give and withdraw."""
    parser.epilog = _EXAMPLE
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    show = actions.add_parser("show", help="what counts now, and all that was said")
    give = actions.add_parser("give", help="record that a contact agreed")
    withdraw = actions.add_parser("withdraw", help="record that a contact wants no more of it")
    for action, act in ((show, _show), (give, _give), (withdraw, _withdraw)):
        action.add_argument("id", metavar="ID", help="the contact's id")
        action.add_argument("--tenant", required=True, help="whose contact it is")
        common(action, act)
    for action, needed in ((give, True), (withdraw, False)):
        action.add_argument("--purpose", choices=("service", "marketing"), required=True, help="what for")
        action.add_argument("--proof", required=needed, default="", help="what shows it")


def run(args: argparse.Namespace) -> int:
    """Do the action that was asked for."""
    code: int = args.act(args)
    return code


def _show(args: argparse.Namespace) -> int:
    return _told(args, ask(args, "consent.show", tenant=args.tenant, contact=args.id))


def _give(args: argparse.Namespace) -> int:
    return _changed(args, "in")


def _withdraw(args: argparse.Namespace) -> int:
    return _changed(args, "out")


def _changed(args: argparse.Namespace, state: str) -> int:
    about = {"tenant": args.tenant, "contact": args.id, "purpose": args.purpose, "proof": args.proof}
    return _told(args, ask(args, "consent.change", state=state, **about))


def _told(args: argparse.Namespace, found: dict[str, Any]) -> int:
    lines = [f"{purpose}: {found[purpose] or 'nothing was said'}" for purpose in ("service", "marketing")]
    for each in found["items"]:
        what = (each["at"], each["purpose"], each["state"], each["source"], each["proof"])
        lines.append("  " + "  ".join(filter(None, what)))
    return told(args, found, "\n".join(lines))
