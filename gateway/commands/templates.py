"""`gateway templates`: what the provider has, and a file of templates applied to it."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from gateway.commands import add_config, load_config

NAME = "templates"
HELP = "list the provider's templates, apply a file of them, delete one"

_EXAMPLE = """example:
  gateway templates list --channel duka-main --sync
  gateway templates apply --channel duka-main --file templates.toml --dry-run
  gateway templates apply --channel duka-main --file templates.toml --wait
  gateway templates delete --channel duka-main order_ready --language en

--channel may be left out while there is one account only. All of them work while `gateway serve` runs.
Exit codes: 0 done, 1 some were refused (or are not approved, with --wait), 2 it could not be done."""

#: Seconds that one step may take: a video is uploaded on the way.
PATIENCE = 600.0
#: Seconds between two looks at the table, and between two readings of the provider's list.
LOOK, ASK = 1.0, 15.0
_MARKS = {"create": "+", "rename": "+", "edit": "~", "unchanged": "=", "refused": "!"}
_OVER = ("REJECTED", "DISABLED", "DELETED", "PAUSED")


def configure(parser: argparse.ArgumentParser) -> None:
    """list, apply and delete."""
    parser.epilog = _EXAMPLE
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="the templates of the channel's account, as we know them")
    listing.add_argument("--sync", action="store_true", help="read them from the provider first")
    listing.add_argument("--language", default="", help="only this language, as en_US")
    apply = actions.add_parser("apply", help="make the provider's templates what the file says")
    apply.add_argument("--file", type=Path, required=True, help="the TOML file with [[templates]]")
    apply.add_argument("--wait", action="store_true", help="wait for the review of what was submitted")
    apply.add_argument("--timeout", type=float, default=600.0, help="seconds that --wait waits (default 600)")
    delete = actions.add_parser("delete", help="delete a template, in all its languages or in one")
    delete.add_argument("name", metavar="NAME", help="the provider's name, with its version if it has one")
    delete.add_argument("--language", default="", help="only this language (default: all)")
    for action, act in ((listing, _list), (apply, _apply), (delete, _delete)):
        action.add_argument("--channel", default="", help="a channel of the account")
        action.add_argument("--json", action="store_true", help="print JSON")
        if action is not listing:
            action.add_argument(
                "--dry-run", action="store_true", help="say what would be done, and do nothing"
            )
            action.add_argument("--yes", action="store_true", help="do not ask")
        add_config(action)
        action.set_defaults(act=act)


def run(args: argparse.Namespace) -> int:
    """Do the action that was asked for."""
    code: int = args.act(args)
    return code


def _ask(args: argparse.Namespace, command: str, **values: Any) -> dict[str, Any]:
    from gateway.operate import operate

    asked = {"channel": args.channel, **values}
    return asyncio.run(operate(load_config(args), f"templates.{command}", asked, timeout=PATIENCE))


def _list(args: argparse.Namespace) -> int:
    from gateway.commands.output import moment, table

    told = _ask(args, "list", sync=args.sync)
    found = [one for one in told["templates"] if args.language in ("", one["language"])]
    if args.json:
        print(json.dumps(told | {"templates": found}, indent=2, ensure_ascii=False))
        return 0
    rows = [
        (one["name"], one["language"], one["category"], one.get("status", ""), one.get("quality", ""),
         one.get("reason", ""))
        for one in found
    ]  # fmt: skip
    print(table(("NAME", "LANGUAGE", "CATEGORY", "STATUS", "QUALITY", "REASON"), rows))
    print(f"\nAccount {told['account']}, read {moment(told['synced_at'])}.")
    if not told["synced_at"]:
        print(
            "It was never read: sends are not checked against it. `gateway templates list --sync` reads it."
        )
    return 0


def _apply(args: argparse.Namespace) -> int:
    path = str(args.file.absolute())
    planned = _ask(args, "plan", file=path)
    steps = planned["steps"]
    if not args.json:
        for step in steps:
            _print_step(step)
    refused = [step for step in steps if step["action"] == "refused"]
    todo = [step for step in steps if step["acts"]]
    outcomes: list[dict[str, Any]] = []
    if todo and not args.dry_run:
        if not _agreed(args, f"Apply {len(todo)} of them to account {planned['account']}?"):
            return 2
        for step in todo:
            where = {"name": step["logical"], "language": step["definition"]["language"]}
            outcomes.append(_ask(args, "apply", file=path, **where))
            if not args.json:
                _print_outcome(outcomes[-1])
    if args.json:
        print(json.dumps(planned | {"outcomes": outcomes}, indent=2, ensure_ascii=False))
    elif not todo:
        print(
            "Nothing to do: the account is as the file says." if not refused else "Nothing can be done now."
        )
    elif args.dry_run:
        print(f"{len(todo)} to do; nothing was changed.")
    failed = bool(refused) or any(outcome.get("error") for outcome in outcomes)
    if args.wait and not args.dry_run:
        failed = not _reviewed(args, steps, outcomes) or failed
    return 1 if failed else 0


def _print_step(step: Mapping[str, Any]) -> None:
    definition = step["definition"]
    name = step["logical"]
    target = f" as {definition['name']}" if definition["name"] != name else ""
    words = f"{_MARKS[step['action']]} {step['action']:9} {name} {definition['language']}{target}"
    print(words + (f": {step['reason']}" if step.get("reason") else ""))
    for change in step.get("changes", ()):
        print(f"    {change}")


def _print_outcome(outcome: Mapping[str, Any]) -> None:
    what = f"{outcome['name']} {outcome['language']}"
    if outcome.get("error"):
        print(f"  {what}: refused: {outcome['error']}")
        return
    renamed = f"; sent as {outcome['logical']}" if outcome.get("renamed") else ""
    print(f"  {what}: {outcome['status']}, {outcome['category']}{renamed}")


def _agreed(args: argparse.Namespace, question: str, *, strict: bool = False) -> bool:
    """Whether a person at the terminal agrees. Without one the answer is yes, or no when *strict*."""
    if args.yes:
        return True
    if args.json or not sys.stdin.isatty():
        if strict:
            print("gateway: nobody can be asked here: say --yes", file=sys.stderr)
        return not strict
    try:
        return input(f"{question} [y/N] ").strip().lower() in ("y", "yes")
    except EOFError:  # Ctrl-D
        print()
        return False


def _reviewed(args: argparse.Namespace, steps: list[dict[str, Any]], outcomes: list[dict[str, Any]]) -> bool:
    """Wait until no template of the file is in review; whether all are approved then."""
    submitted = {(one["name"], one["language"]) for one in outcomes if not one.get("error")}
    kept = [step["definition"] for step in steps if step["action"] == "unchanged"]
    waiting = submitted | {(one["name"], one["language"]) for one in kept}
    approved, said = True, ""
    deadline, asked = time.monotonic() + args.timeout, 0.0
    while waiting:
        sync = time.monotonic() - asked >= ASK
        asked = time.monotonic() if sync else asked
        told = _ask(args, "list", sync=sync)["templates"]
        now = {(one["name"], one["language"]): one for one in told}
        for key in sorted(waiting):
            status = now.get(key, {}).get("status", "DELETED")
            if status == "APPROVED" or status in _OVER:
                waiting.discard(key)
                approved = approved and status == "APPROVED"
                reason = now.get(key, {}).get("reason", "")
                _say(args, f"  {key[0]} {key[1]}: {status}" + (f" ({reason})" if reason else ""))
        if not waiting:
            break
        if time.monotonic() > deadline:
            names = ", ".join(f"{name} {language}" for name, language in sorted(waiting))
            _say(args, f"still in review after {args.timeout:g} s: {names}")
            return False
        words = f"waiting for the review of {len(waiting)}"
        if words != said:
            _say(args, words)
            said = words
        time.sleep(LOOK)
    return approved


def _say(args: argparse.Namespace, words: str) -> None:
    """Progress: to stderr when stdout is for a program."""
    print(words, file=sys.stderr if args.json else sys.stdout, flush=True)


def _delete(args: argparse.Namespace) -> int:
    which = {"name": args.name, "language": args.language}
    found = _ask(args, "delete", dry_run=True, **which)["templates"]
    if not args.json:
        for one in found:
            print(f"- delete    {one['name']} {one['language']} ({one.get('status', '')})")
    if args.dry_run:
        print(json.dumps({"templates": found}, indent=2) if args.json else "Nothing was changed.")
        return 0
    if not _agreed(args, "The name cannot be used again for 30 days. Delete?", strict=True):
        return 2
    outcomes = _ask(args, "delete", **which)["outcomes"]
    if args.json:
        print(json.dumps({"outcomes": outcomes}, indent=2, ensure_ascii=False))
    else:
        for outcome in outcomes:
            error = outcome.get("error")
            print(
                f"  {outcome['name']} {outcome['language']}: " + (f"refused: {error}" if error else "deleted")
            )
    return 1 if any(outcome.get("error") for outcome in outcomes) else 0
