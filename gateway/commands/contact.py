"""`gateway contact`: erase one, or make a file of what is known of one."""

from __future__ import annotations

import argparse
import sys
import time
from typing import Any

from gateway.commands.asking import ask, common, sure, told

NAME = "contact"
HELP = "erase a contact, or export what is known of one"

_EXAMPLE = """example:
  gateway contact export --tenant duka 0199a4f2-8c1e-7b3a-9d52-3f6a1c0e7b44
  gateway contact erase --tenant duka 0199a4f2-8c1e-7b3a-9d52-3f6a1c0e7b44 --yes

The gateway that runs does the work: without one it is begun, and done after the next start.
An erasure cannot be undone. Backups forget the contact when they end."""
#: Seconds between two looks.
EVERY = 0.5
_WIDTH = 30


def configure(parser: argparse.ArgumentParser) -> None:
    """erase and export."""
    parser.epilog = _EXAMPLE
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    erase = actions.add_parser("erase", help="remove everything about a contact")
    erase.add_argument("--yes", action="store_true", help="do not ask first")
    export = actions.add_parser("export", help="make a zip of everything about a contact; a link to it")
    for action, act in ((erase, _erase), (export, _export)):
        action.add_argument("id", metavar="ID", help="the contact's id")
        action.add_argument("--tenant", required=True, help="whose contact it is")
        action.add_argument(
            "--wait", metavar="SECONDS", type=float, default=60.0,
            help="how long to follow it (default 60); it goes on by itself",
        )  # fmt: skip
        common(action, act)


def run(args: argparse.Namespace) -> int:
    """Do the action that was asked for."""
    code: int = args.act(args)
    return code


def _erase(args: argparse.Namespace) -> int:
    sure(args, f"This erases everything about {args.id}, and cannot be undone.")
    found = _followed(args, "erase")
    how = "erased" if found["state"] == "done" else "going on"
    return told(args, found, f"{found['id']}: {how}, {found['rows']} rows removed")


def _export(args: argparse.Namespace) -> int:
    found = _followed(args, "export")
    return told(
        args, found, f"{found['id']}: {found['state']}\n{found['url'] or found['error'] or ''}".strip()
    )


def _followed(args: argparse.Namespace, what: str) -> dict[str, Any]:
    """Begin it, and look until it is done."""
    begun = ask(args, "contact.begin", tenant=args.tenant, contact=args.id, what=what)
    until = time.monotonic() + args.wait
    while True:
        found = ask(args, "contact.look", tenant=args.tenant, id=begun["id"], what=what)
        _show(found, what)
        if found["state"] not in ("running", "waiting") or time.monotonic() >= until:
            return found
        time.sleep(EVERY)


def _show(found: dict[str, Any], what: str) -> None:
    """A bar, where somebody sees it."""
    if not sys.stderr.isatty():
        return
    progress = float(found.get("progress", 1.0 if found["state"] == "done" else 0.0))
    filled = round(progress * _WIDTH)
    end = "\n" if found["state"] not in ("running", "waiting") else ""
    bar = "#" * filled + "." * (_WIDTH - filled)
    print(f"\r{what} [{bar}] {progress:4.0%}", end=end, file=sys.stderr, flush=True)
