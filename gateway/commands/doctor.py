"""`gateway doctor`: how the gateway is, beside it while it runs, with what to do about what is wrong."""

from __future__ import annotations

import argparse
import asyncio
import json
import sqlite3
import sys
from typing import TYPE_CHECKING, Any

from gateway.commands import add_config, load_config
from gateway.errors import GatewayError

if TYPE_CHECKING:
    from gateway.doctor import Group
    from gateway.model.finding import Finding
    from gateway.settings import Settings

NAME = "doctor"
HELP = "examine the machine, the database, the channels and what waits"

_EXAMPLE = """example:
  gateway doctor                         in a second, beside `gateway serve` or without it
  gateway doctor --online                also knocks at our own address and asks every provider
  gateway doctor --json | jq '.groups[].findings[] | select(.ok | not)'

It changes nothing, begins with all that `gateway check` finds, and exits 1 when something is wrong.
docs/doctor.md says what is looked at."""


def configure(parser: argparse.ArgumentParser) -> None:
    """--online, --json and --config."""
    parser.epilog = _EXAMPLE
    parser.add_argument(
        "--online", action="store_true", help="ask the providers too; seconds for each channel"
    )
    parser.add_argument("--json", action="store_true", help="print the findings as JSON")
    add_config(parser)


def run(args: argparse.Namespace) -> int:
    """Print every group; 1 when a finding is wrong."""
    from msgspec import to_builtins

    from gateway.commands import check
    from gateway.doctor import Group
    from gateway.doctor.examine import good

    groups = [Group("configuration", check.look(args))]
    try:
        settings = load_config(args)
    except GatewayError:
        pass  # said already
    else:
        groups += asyncio.run(_examined(settings, args.online))
    well = good(groups)
    if args.json:
        print(json.dumps({"ok": well, "groups": to_builtins(groups)}, indent=2))
    else:
        print(_printed(groups))
    return 0 if well else 1


async def _examined(settings: Settings, online: bool) -> list[Group]:
    from gateway.commands.findings import failure
    from gateway.doctor import Group
    from gateway.model.finding import Finding
    from gateway.operate import operate

    try:
        if late := await _not_migrated(settings):
            return [Group("database", [late])]
        told = await operate(settings, "doctor", {})
    except GatewayError as error:
        told_of = failure("database", error)
        remedy = told_of.remedy or "start the database, or `gateway serve`; then ask again"
        return [Group("database", [Finding("database", False, told_of.detail, remedy)])]
    groups = [Group(each["name"], _findings(each["findings"])) for each in told["groups"]]
    if online:
        found: list[Finding] = []
        for index, channel in enumerate(told["channels"]):
            _progress(f"asking about {channel['id']} ({index + 1} of {len(told['channels'])}) …")
            try:
                answer = await operate(settings, "doctor.online", channel, timeout=150.0)
                found += _findings(answer["findings"])
            except GatewayError as error:
                remedy = "ask again while `gateway serve` runs"
                found.append(Finding(f"provider of {channel['id']}", False, str(error), remedy))
        groups.append(Group("online", found))
    return groups


async def _not_migrated(settings: Settings) -> Finding | None:
    """The finding of a SQLite file that nobody serves and that is not there yet or not up to date; None for
    any other: who opens it migrates it, and an examination changes nothing."""
    from gateway.model.finding import Finding
    from gateway.ownership import is_owned, sqlite_file
    from gateway.store import pending

    file = sqlite_file(settings)
    if file is None or is_owned(file):
        return None
    remedy = "run `gateway migrate`, or start `gateway serve`; then ask again"
    if not file.exists():
        return Finding("migrations", file.parent.is_dir(), f"{file} is not there yet", remedy)
    try:
        waiting = await pending(settings.store)
    except sqlite3.Error:  # opening it says more
        return None
    if not waiting:
        return None
    return Finding("migrations", False, f"not applied yet: {', '.join(waiting)}", remedy)


def _findings(told: list[dict[str, Any]]) -> list[Any]:
    from gateway.model.finding import Finding

    return [Finding(each["what"], each["ok"], each["detail"], each.get("remedy", "")) for each in told]


def _progress(words: str) -> None:
    """Who waits is told for what, where it does not get into the output."""
    print(words, file=sys.stderr, flush=True)


def _printed(groups: list[Group]) -> str:
    from gateway.commands.output import finding_lines

    lines: list[str] = []
    for group in groups:
        lines += [group.name, *(f"  {line}" for line in finding_lines(group.findings)), ""]
    found = [each for group in groups for each in group.findings]
    wrong = sum(not each.ok for each in found)
    warned = sum(each.ok and bool(each.remedy) for each in found)
    told = f"{wrong} of {len(found)} are wrong" if wrong else "Nothing is wrong"
    lines.append(f"{told}; {warned} deserve a look." if warned else f"{told}.")
    return "\n".join(lines)
