"""`gateway replay`: stored webhooks through today's adapter, and dead letters once more."""

from __future__ import annotations

import argparse
import asyncio
import json
from typing import Any

from gateway.commands import add_config, load_config

NAME = "replay"
HELP = "show what a stored webhook or dead letter would do today; --apply does it"


def configure(parser: argparse.ArgumentParser) -> None:
    """Add the command's own options."""
    parser.add_argument("ids", nargs="+", metavar="ID", help="id of a stored webhook or of a dead letter")
    parser.add_argument("--apply", action="store_true", help="do it; without this nothing changes")
    add_config(parser)
    parser.add_argument("--json", action="store_true", help="print the reports as JSON")
    parser.epilog = "example: gateway replay 0199a4f2-8c1e-7b3a-9d52-3f6a1c0e7b44 --apply"


def run(args: argparse.Namespace) -> int:
    """Print a report per id; 1 when one of them has an error."""
    from gateway.operate import operate

    settings = load_config(args)
    answer = asyncio.run(operate(settings, "replay", {"ids": args.ids, "apply": args.apply}))
    reports: list[dict[str, Any]] = answer["reports"]
    if args.json:
        print(json.dumps(reports, indent=2))
    else:
        for report in reports:
            _print(report, args.apply)
    return 1 if any("error" in report for report in reports) else 0


def _print(report: dict[str, Any], apply: bool) -> None:
    if "error" in report:
        print(f"{report['id']}: {report['error']}")
        return
    what = report.get("stage", report.get("kind", ""))
    print(f"{report['id']}: {what}" + (f" ({report['reason']})" if "reason" in report else ""))
    if report.get("detail"):
        print(f"  it failed: {report['detail']}")
    if "job" in report:
        print(f"  to do: plugin {report['plugin']!r} runs its job {report['job']!r} once more")
    elif "plugin" in report:
        print(f"  to do: plugin {report['plugin']!r} handles the event once more")
    elif "parts" in report:
        print(f"  to do: {report['parts']} part(s) of message {report['message']} are sent once more")
    for event in report.get("events", ()):
        if event["difference"] == "foreign":
            print(f"  {event['event']}: no channel has the number {event['number']}")
            continue
        change = f" {event['stored']} -> {event['today']}" if event["difference"] == "changed" else ""
        print(f"  {event['event']}: {event['difference']}{change}")
    for failure in report.get("failures", ()):
        print(f"  cannot be read: {failure}")
    if apply:
        print("  applied" if report["applied"] else "  not applied: somebody else has done it")
    else:
        print("  nothing was changed; --apply does it")
