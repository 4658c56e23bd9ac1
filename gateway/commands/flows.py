"""`gateway flows`: which conversations are open, which would not go on with the code that is installed."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from msgspec import to_builtins

from gateway.commands import add_config, load_config

if TYPE_CHECKING:
    from gateway.flows.check import Finding, Progress, Report
    from gateway.flows.lint import Remark
    from gateway.hooks.host import Host
    from gateway.settings import Settings

NAME = "flows"
HELP = "list open conversations of flows, and check that they fit the installed code"

_EXAMPLE = """examples:
  gateway flows check --config /etc/gateway/gateway.toml && systemctl restart gateway
  gateway flows list"""
_CHECK = """Run it with the new code against the live database, before the new code is served: it reads only,
also beside a running gateway. Exit code 1 when a conversation would not go on, or a plugin cannot be loaded;
with --strict also when a flow reads clocks, draws random numbers or does something else that a replay must
not."""


def configure(parser: argparse.ArgumentParser) -> None:
    """check and list."""
    parser.epilog = _EXAMPLE
    actions = parser.add_subparsers(title="actions", metavar="ACTION", required=True)
    check = _action(actions, "check", "replay every open conversation against the installed code", _do_check)
    check.description = _CHECK
    check.add_argument("--strict", action="store_true", help="remarks about the code count too")
    _action(actions, "list", "what is open, by flow and by question", _do_list)


def _action(actions: Any, name: str, text: str, act: Any) -> argparse.ArgumentParser:
    action: argparse.ArgumentParser = actions.add_parser(name, help=text, description=text)
    add_config(action)
    action.add_argument("--json", action="store_true", help="print JSON")
    action.set_defaults(act=act)
    return action


def run(args: argparse.Namespace) -> int:
    """Do the action."""
    code: int = args.act(args)
    return code


def _do_check(args: argparse.Namespace) -> int:
    from gateway.commands.flows_open import NothingThere
    from gateway.flows.check import Report
    from gateway.flows.lint import lint
    from gateway.hooks.host import Host

    settings = load_config(args)
    host = Host.load(settings.plugin_paths)
    try:
        report = asyncio.run(_checked(args, settings, host))
    except NothingThere:
        report = Report(0, ())
    remarks = lint(host)
    failed = [why for name, why in host.failed.items() if name not in host.off]
    good = report.good and not failed and not (args.strict and remarks)
    if args.json:
        print(json.dumps(_as_json(report, remarks, failed, good), indent=2, ensure_ascii=False))
    else:
        _print(report, remarks, failed)
    return 0 if good else 1


async def _checked(args: argparse.Namespace, settings: Settings, host: Host) -> Report:
    from gateway.commands.flows_open import opened
    from gateway.flows.check import check

    async with opened(settings, host) as here:
        return await check(here.store, here.around, _progress(args))


def _progress(args: argparse.Namespace) -> Progress:
    if args.json or not sys.stderr.isatty():
        return lambda done, all: None

    def tell(done: int, all: int) -> None:
        end = "\n" if done >= all else ""
        print(f"\r{done:,} of {all:,} conversations", end=end, file=sys.stderr, flush=True)

    return tell


def _as_json(report: Report, remarks: list[Remark], failed: list[str], good: bool) -> dict[str, Any]:
    from gateway.flows.check_words import remedy, sentence

    return {
        "ok": good,
        "flows": report.flows,
        "findings": [
            {**to_builtins(each), "says": sentence(each), "remedy": remedy(each)} for each in report.findings
        ],
        "remarks": to_builtins(remarks),
        "failed": failed,
    }


def _print(report: Report, remarks: list[Remark], failed: list[str]) -> None:
    from gateway.commands.output import marks

    good, bad = marks()
    for why in failed:
        print(f"{bad} {why}")
    for finding in report.findings:
        print(f"{bad} {_of(finding)}")
    for remark in remarks:
        print(f"note: {remark}")
    wrong = sum(each.count for each in report.findings)
    if wrong:
        print(f"\n{wrong:,} of {report.flows:,} open conversations would not go on with this code.")
    else:
        print(f"{good} {report.flows:,} open conversations fit this code.")


def _of(finding: Finding) -> str:
    from gateway.flows.check_words import remedy, sentence

    where = f", {finding.why.where}" if finding.why.where else ""
    head = f"plugin '{finding.plugin}', flow '{finding.flow}' (tenant {finding.tenant}{where}): "
    ids = ", ".join(finding.ids) + (", …" if finding.count > len(finding.ids) else "")
    return f"{head}{sentence(finding)}\n     {remedy(finding)}\n     {ids}"


def _do_list(args: argparse.Namespace) -> int:
    rows = asyncio.run(_listed(args))
    if args.json:
        print(json.dumps(rows, indent=2))
        return 0
    from gateway.commands.output import ago, table

    head = ("TENANT", "PLUGIN", "FLOW", "VERSION", "WAITS AT", "STATE", "OPEN", "LONGEST QUIET")
    lines = [
        (row["tenant"], row["plugin"], row["name"], row["code"], row["pending"], row["state"],
         f"{row['flows']:,}", ago(time.time() - row["oldest"] / 1e6)) for row in rows
    ]  # fmt: skip
    print(table(head, lines) if lines else "No conversation is in a flow.")
    return 0


async def _listed(args: argparse.Namespace) -> list[dict[str, Any]]:
    from gateway.commands.flows_open import NothingThere, opened
    from gateway.flows.check import live
    from gateway.hooks.host import Host

    try:
        async with opened(load_config(args), Host()) as here:
            return await live(here.store)
    except NothingThere:
        return []
