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

from tests.faults.cluster import RUNS as CLUSTER
from tests.faults.cluster import Plan as ClusterPlan
from tests.faults.cluster import cluster_run
from tests.faults.conversation import conversation_run
from tests.faults.crash_points import crash_run
from tests.faults.crowd import crowd_run
from tests.faults.databases import Server, postgres_server, sqlite_database
from tests.faults.fold import cases, fold_run
from tests.faults.judge import Report
from tests.faults.killer import Plan, kill_run
from tests.faults.process import GatewayFailed
from tests.faults.purchase import PURCHASE
from tests.faults.report import table
from tests.faults.restore import RestorePlan, restore_run
from tests.faults.script import CHECKOUT, Script
from tests.faults.site import Database

ALONE = ("kill", "crash", "statuses", "conversation", "purchase", "crowd", "restore")
#: The second group is several processes on one PostgreSQL.
RUNS = (*ALONE, *CLUSTER)


def main() -> int:
    """Run what was asked for and print the tables."""
    options = _parser().parse_args()
    folder = Path(tempfile.mkdtemp(prefix="gateway-faults-"))
    with contextlib.ExitStack() as stack:
        server = None
        if options.database != "sqlite":
            server = stack.enter_context(postgres_server(folder / "postgres"))
        databases = list(_databases(options.database, folder, server))
        results = [_one(name, run) for name, run in _plan(options, folder, databases, server)]
    if all(results) and not options.keep:
        shutil.rmtree(folder)
    else:
        _say(f"databases, logs and configurations are kept in {folder}")
    return 0 if all(results) else 1


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("runs", nargs="*", metavar="RUN", help=f"{', '.join(RUNS)} (default: all)")
    parser.add_argument("--database", choices=("sqlite", "postgres", "both"), default="both")
    parser.add_argument("--kills", type=int, help="kill -9: per database (200), over three processes (500)")
    parser.add_argument("--pauses", type=int, default=50, help="SIGSTOP for longer than the lease")
    parser.add_argument("--crashes", type=int, default=20, help="crashes of PostgreSQL itself")
    parser.add_argument("--restarts", type=int, default=100, help="rolling restarts")
    parser.add_argument("--seconds", type=float, default=120, help="of joining and leaving")
    parser.add_argument("--processes", type=int, default=3, help="gateways on one PostgreSQL")
    parser.add_argument("--points", type=int, default=100, help="crash at the first N writes, and fsyncs")
    parser.add_argument(
        "--contacts", type=int, default=120, help="contacts that write (default: %(default)s)"
    )
    parser.add_argument("--rate", type=float, help="webhooks a second (40; 20 over three processes)")
    parser.add_argument("--drain", type=float, default=90, help="seconds of quiet time at the end, at most")
    parser.add_argument("--seed", type=int, default=random.SystemRandom().randrange(1_000_000))
    parser.add_argument("--keep", action="store_true", help="keep the run's folder also when all is well")
    return parser


def _databases(choice: str, folder: Path, server: Server | None) -> Iterator[Callable[[str], Database]]:
    """For every kind of database asked for: what makes a new one by name."""
    if choice in ("sqlite", "both"):
        yield lambda name: sqlite_database(folder / name)
    if server is not None:
        yield server.database


def _plan(
    options: argparse.Namespace,
    folder: Path,
    databases: list[Callable[[str], Database]],
    server: Server | None,
) -> Iterator[tuple[str, Callable[[], Awaitable[Report]]]]:
    unknown = set(options.runs) - set(RUNS)
    if unknown:
        raise SystemExit(f"unknown run {', '.join(sorted(unknown))}; choose from {', '.join(RUNS)}")
    wanted = set(options.runs or RUNS)
    kills, rate = options.kills or 200, options.rate or 40.0
    plan = Plan(kills, options.seed, options.contacts, rate, options.drain)
    for number, make in enumerate(databases):
        if "statuses" in wanted:
            database = make(f"statuses{number}")
            yield f"statuses, {database.name}", _fold(folder / f"statuses{number}", database, options.seed)
        if "kill" in wanted:
            database = make(f"kill{number}")
            yield f"kill -9, {database.name}", _kill(folder / f"kill{number}", database, plan)
        if "conversation" in wanted:
            yield f"conversations, database {number + 1}", _talk(folder / f"talk{number}", make, number)
        if "purchase" in wanted:
            place = folder / f"purchase{number}"
            yield f"purchases, database {number + 1}", _talk(place, make, number, "buy", PURCHASE)
        if "crowd" in wanted:
            database = make(f"crowd{number}")
            yield f"200 customers, 50 pieces, {database.name}", _crowd(folder / f"crowd{number}", database)
        if "restore" in wanted:
            database = make(f"restore{number}")
            place = folder / f"restore{number}"
            yield f"restore, {database.name}", _restore(place, database, server, options)
        if "crash" in wanted and (database := make(f"crash{number}")).name == "sqlite":
            counts = range(1, options.points + 1)
            yield "crash points, sqlite", _crash(folder / f"crash{number}", database, counts, options.seed)
    for name in (name for name in CLUSTER if name in wanted and server is not None):
        assert server is not None
        title = f"{name}, {options.processes} processes on PostgreSQL"
        yield title, _cluster(name, folder / name, server, _cluster_plan(options))


def _cluster_plan(options: argparse.Namespace) -> ClusterPlan:
    return ClusterPlan(
        options.seed, options.kills or 500, options.pauses, options.crashes, options.restarts,
        options.seconds, options.contacts, options.rate or 20.0, processes=options.processes,
    )  # fmt: skip


def _cluster(name: str, folder: Path, server: Server, plan: ClusterPlan) -> Callable[[], Awaitable[Report]]:
    return lambda: cluster_run(name, folder, server, plan, _say)


def _fold(folder: Path, database: Database, seed: int) -> Callable[[], Awaitable[Report]]:
    return lambda: fold_run(folder, database, cases(), seed, _say)


def _kill(folder: Path, database: Database, plan: Plan) -> Callable[[], Awaitable[Report]]:
    return lambda: kill_run(folder, database, plan, _say)


def _restore(
    folder: Path, database: Database, server: Server | None, options: argparse.Namespace
) -> Callable[[], Awaitable[Report]]:
    plan = RestorePlan(options.seed, min(options.seconds, 600.0) / 4, options.contacts, options.rate or 20.0)
    own = server if database.name == "postgres" else None
    return lambda: restore_run(folder, database, own, plan, _say)


def _crash(folder: Path, database: Database, counts: range, seed: int) -> Callable[[], Awaitable[Report]]:
    return lambda: crash_run(folder, database, counts, seed, _say)


def _talk(
    folder: Path, make: Callable[[str], Database], number: int, kind: str = "talk", script: Script = CHECKOUT
) -> Callable[[], Awaitable[Report]]:
    return lambda: conversation_run(folder, lambda name: make(f"{kind}{number}{name}"), _say, script=script)


def _crowd(folder: Path, database: Database) -> Callable[[], Awaitable[Report]]:
    return lambda: crowd_run(folder, database, _say)


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
