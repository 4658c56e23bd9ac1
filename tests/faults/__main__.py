"""The fault runs: `python -m tests.faults`, or `make faults`. Exits with 1 when a promise was broken."""

from __future__ import annotations

import argparse
import asyncio
import contextlib
import random
import shutil
import sys
import tempfile
import time
from collections.abc import Awaitable, Callable, Iterator
from pathlib import Path

from tests.faults.conversation import conversation_run
from tests.faults.crash_points import crash_run
from tests.faults.databases import postgres_server, sqlite_database
from tests.faults.fold import cases, fold_run
from tests.faults.judge import Report
from tests.faults.killer import Plan, kill_run
from tests.faults.process import GatewayFailed
from tests.faults.report import table
from tests.faults.site import Database

RUNS = ("kill", "crash", "statuses", "conversation")


def main() -> int:
    """Run what was asked for and print the tables."""
    options = _parser().parse_args()
    folder = Path(tempfile.mkdtemp(prefix="gateway-faults-"))
    with contextlib.ExitStack() as stack:
        databases = list(_databases(options.database, folder, stack))
        results = [_one(name, run) for name, run in _plan(options, folder, databases)]
    if all(results) and not options.keep:
        shutil.rmtree(folder)
    else:
        _say(f"databases, logs and configurations are kept in {folder}")
    return 0 if all(results) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("runs", nargs="*", metavar="RUN", help=f"{', '.join(RUNS)} (default: all)")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--kills", type=int, default=200, help="kill -9 per database (default: %(default)s)")
    parser.add_argument("--points", type=int, default=100, help="crash at the first N writes, and fsyncs")
    parser.add_argument(
        "--contacts", type=int, default=120, help="contacts that write (default: %(default)s)"
    )
    parser.add_argument("--rate", type=float, default=40, help="webhooks a second (default: %(default)s)")
    parser.add_argument("--drain", type=float, default=90, help="seconds of quiet time at the end, at most")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--keep", action="store_true", help="keep the run's folder also when all is well")
    return parser


def _databases(choice: str, folder: Path, stack: contextlib.ExitStack) -> Iterator[Callable[[str], Database]]:
    """For every kind of database asked for: what makes a new one by name."""
    if choice in ("sqlite", "both"):
        yield lambda name: sqlite_database(folder / name)
    if choice in ("postgres", "both"):
        server = stack.enter_context(postgres_server(folder / "postgres"))
        yield server.database


def _plan(
    options: argparse.Namespace, folder: Path, databases: list[Callable[[str], Database]]
) -> Iterator[tuple[str, Callable[[], Awaitable[Report]]]]:
    unknown = set(options.runs) - set(RUNS)
    if unknown:
        raise SystemExit(f"unknown run {', '.join(sorted(unknown))}; choose from {', '.join(RUNS)}")
    wanted = set(options.runs or RUNS)
    plan = Plan(options.kills, options.seed, options.contacts, options.rate, options.drain)
    for number, make in enumerate(databases):
        if "statuses" in wanted:
            database = make(f"statuses{number}")
            yield f"statuses, {database.name}", _fold(folder / f"statuses{number}", database, options.seed)
        if "kill" in wanted:
            database = make(f"kill{number}")
            yield f"kill -9, {database.name}", _kill(folder / f"kill{number}", database, plan)
        if "conversation" in wanted:
            yield f"conversations, database {number + 1}", _talk(folder / f"talk{number}", make, number)
        if "crash" in wanted and (database := make(f"crash{number}")).name == "sqlite":
            counts = range(1, options.points + 1)
            yield "crash points, sqlite", _crash(folder / f"crash{number}", database, counts, options.seed)


def _fold(folder: Path, database: Database, seed: int) -> Callable[[], Awaitable[Report]]:
    return lambda: fold_run(folder, database, cases(), seed, _say)


def _kill(folder: Path, database: Database, plan: Plan) -> Callable[[], Awaitable[Report]]:
    return lambda: kill_run(folder, database, plan, _say)


def _crash(folder: Path, database: Database, counts: range, seed: int) -> Callable[[], Awaitable[Report]]:
    return lambda: crash_run(folder, database, counts, seed, _say)


def _talk(folder: Path, make: Callable[[str], Database], number: int) -> Callable[[], Awaitable[Report]]:
    return lambda: conversation_run(folder, lambda name: make(f"talk{number}{name}"), _say)


def _one(name: str, run: Callable[[], Awaitable[Report]]) -> bool:
    """Run one; print its table; whether all was well."""

    try:
        report = asyncio.run(_awaited(run))
    except (GatewayFailed, RuntimeError) as problem:
        _say(f"{name}: FAILED: {problem}")
        return False
    _say(table(name, report))
    return report.ok


async def _awaited(run: Callable[[], Awaitable[Report]]) -> Report:
    return await run()


def _say(text: str) -> None:
    print(f"{time.strftime('%H:%M:%S')} {text}", flush=True)


if __name__ == "__main__":
    sys.exit(main())
