"""`gateway verify`: whether the database keeps what the gateway promises, beside whatever runs."""

from __future__ import annotations

import argparse
import asyncio
import json
import sys
import time
from typing import TYPE_CHECKING, Any

from gateway.commands import add_config, load_config

if TYPE_CHECKING:
    from gateway.settings import Settings
    from gateway.verify.record import Report, Result, Terms

NAME = "verify"
HELP = "look in the database for anything that breaks a promise"

_EXAMPLE = """example:
  gateway verify                         the last seven days, and all that is open
  gateway verify --all --tenant duka
  gateway verify --since 1h --json | jq '.checks[] | select(.broken != [])'

It only reads, works beside `gateway serve`, and exits 0 when nothing is broken, 1 when something is, 2 when
it could not look. What is late is shown, and is no fault. docs/verify.md explains every check."""

#: Findings of one check that are printed.
_SHOWN = 20


def configure(parser: argparse.ArgumentParser) -> None:
    """--since, --all, --tenant, --settle, --json and --config."""
    parser.epilog = _EXAMPLE
    span = parser.add_mutually_exclusive_group()
    span.add_argument(
        "--since", metavar="TIME", default="7d", help="how far back, as 24h or 30d (default 7d)"
    )
    span.add_argument("--all", action="store_true", help="look at all that is stored")
    parser.add_argument("--tenant", metavar="ID", default="", help="only this tenant's rows")
    parser.add_argument(
        "--settle",
        metavar="TIME",
        default="5s",
        help="wait before looking again at what was found (default 5s)",
    )
    parser.add_argument("--json", action="store_true", help="print JSON")
    add_config(parser)


def run(args: argparse.Namespace) -> int:
    """Verify and print; 1 when something is broken, 2 when not everything could be looked at."""
    settings = load_config(args)
    since, settle = 0.0 if args.all else _seconds("--since", args.since), _seconds("--settle", args.settle)
    report = asyncio.run(_verified(settings, since, args.tenant, settle))
    if args.json:
        print(json.dumps(_shape(report), indent=2))
    else:
        print(_printed(report))
    return 1 if report.broken else 2 if report.blind else 0


def _seconds(option: str, text: str) -> float:
    from gateway.errors import GatewayError
    from gateway.settings.durations import seconds

    try:
        return seconds(text)
    except ValueError as error:
        raise GatewayError(f"{option}: {error}; write 30s, 24h or 7d") from None


async def _verified(settings: Settings, since: float, tenant: str, settle: float) -> Report:
    from gateway.store import connect
    from gateway.verify.run import Verification

    at = settings.store
    store = connect(at.url, worker_url=at.worker_url, pooler=at.pooler)
    try:
        await store.open(own=False)
        terms = _terms(settings, since, tenant)
        return await Verification(store, terms, settle=settle, told=_Progress()).run()
    finally:
        await store.close()


def _terms(settings: Settings, since: float, tenant: str) -> Terms:
    from gateway.clock import SECOND, SystemClock
    from gateway.ownership import is_owned, sqlite_file
    from gateway.verify.record import Terms

    now, file = SystemClock().now(), sqlite_file(settings)
    return Terms.of(
        settings.sending,
        now,
        since=now - int(since * SECOND) if since else 0,
        tenant=tenant,
        running=file is None or is_owned(file),
    )


class _Progress:
    """Who waits is told how far it is, every two seconds."""

    def __init__(self) -> None:
        self._at = time.monotonic()

    def __call__(self, walk: str, rows: int, rate: float) -> None:
        if time.monotonic() - self._at >= 2.0:
            self._at = time.monotonic()
            print(f"{walk}: {rows:,} rows so far, {rate:,.0f} a second …", file=sys.stderr, flush=True)


def _shape(report: Report) -> dict[str, Any]:
    """The report as JSON."""
    return {
        "ok": not report.broken and not report.blind,
        "broken": report.broken,
        "late": report.late,
        "rows": report.rows,
        "seconds": round(report.seconds, 3),
        "checks": [
            {
                "check": each.check.name,
                "means": each.check.means,
                "advice": each.check.advice,
                "rows": each.rows,
                "broken": [_found(found) for found in each.broken],
                "late": [_found(found) for found in each.late],
                "more": each.more,
                "problem": each.problem,
            }
            for each in report.results
        ],
    }


def _found(finding: Any) -> dict[str, str]:
    return {"tenant": finding.tenant, "id": finding.id, "detail": finding.detail}


def _printed(report: Report) -> str:
    from gateway.commands.output import table

    rows = [
        (
            each.check.name,
            f"{each.rows:,}",
            "?" if each.problem else _count(each, len(each.broken)),
            "?" if each.problem else _count(each, len(each.late)),
        )
        for each in report.results
    ]
    lines = [table(("CHECK", "ROWS", "BROKEN", "LATE"), rows), ""]
    for each in report.results:
        lines += _told(each)
    lines.append(_verdict(report))
    return "\n".join(lines)


def _count(result: Result, count: int) -> str:
    return f"{count}+" if result.more and count else str(count)


def _told(result: Result) -> list[str]:
    """What a check found, with what it means and what to do."""
    if result.problem:
        return [f"{result.check.name} could not be looked at: {result.problem}", ""]
    lines: list[str] = []
    for word, found in (("BROKEN", result.broken), ("late", result.late)):
        if found:
            lines.append(f"{word} {result.check.name}: it should hold that {result.check.means}.")
            for each in found[:_SHOWN]:
                tenant = f"{each.tenant} " if each.tenant else ""
                lines.append(f"  {tenant}{each.id}: {each.detail}")
            if len(found) > _SHOWN:
                lines.append(f"  and {len(found) - _SHOWN} more; --json tells all")
            lines += [f"  what to do: {result.check.advice}", ""]
    return lines


def _verdict(report: Report) -> str:
    took = f"{report.rows:,} rows in {report.seconds:.1f} s"
    late = f" {report.late} wait longer than they should." if report.late else ""
    if report.broken:
        return f"{report.broken} rows break a promise.{late} {took}."
    if report.blind:
        return f"Not everything could be looked at.{late} {took}."
    return f"Nothing is broken.{late} {took}."
