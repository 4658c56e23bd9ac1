"""`gateway jobs`: what plugins have still to do outside of conversations, and taking it back."""

from __future__ import annotations

import argparse

from gateway.commands.asking import ask, common, told

NAME = "jobs"
HELP = "jobs of plugins that wait or run, and taking one back"

_EXAMPLE = """example:
  gateway jobs list --tenant duka --plugin payments
  gateway jobs cancel --tenant duka 0199a4f2-8c1e-7b3a-9d52-3f6a1c0e7b44

What was given up is a dead letter: gateway replay ID runs it once more. Both work while
`gateway serve` runs."""


def configure(parser: argparse.ArgumentParser) -> None:
    """list and cancel."""
    parser.epilog = _EXAMPLE
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    listing = actions.add_parser("list", help="open jobs, the newest first")
    listing.add_argument("--plugin", default="", help="only this plugin's")
    listing.add_argument(
        "--state", choices=("ready", "running"), default="", help="only those that wait, or run"
    )
    listing.add_argument("--last", metavar="N", type=int, default=50, help="how many at most (default 50)")
    cancel = actions.add_parser("cancel", help="take a job back; nothing of what it says is sent")
    cancel.add_argument("id", metavar="ID", help="the job's id")
    for action, act in ((listing, _list), (cancel, _cancel)):
        action.add_argument("--tenant", required=True, help="whose job it is")
        common(action, act)


def run(args: argparse.Namespace) -> int:
    """Do the action that was asked for."""
    code: int = args.act(args)
    return code


def _list(args: argparse.Namespace) -> int:
    from gateway.commands.output import table

    answer = ask(args, "jobs.list", tenant=args.tenant, plugin=args.plugin, state=args.state, limit=args.last)
    rows = [
        (
            each["id"], each["plugin"], each["name"], each["state"], each["due_at"] or "-",
            str(each["attempt"]), _progress(each["progress"]), each["error"] or each["recurs"] or "-",
        )
        for each in answer["jobs"]
    ]  # fmt: skip
    head = ("ID", "PLUGIN", "JOB", "STATE", "DUE", "RUNS", "DONE", "ERROR OR RULE")
    return told(args, answer, table(head, rows) if rows else "no job is open")


def _cancel(args: argparse.Namespace) -> int:
    answer = ask(args, "jobs.cancel", tenant=args.tenant, id=args.id)
    return told(args, answer, f"{answer['id']}: cancelled")


def _progress(done: float | None) -> str:
    return "-" if done is None else f"{done:.0%}"
