"""``python -m benchmarks [ROW…] [--quick] [--profile ROW]``: exit code 1 when a row could not be measured.

A missed target is no failure: the table says so.
"""

from __future__ import annotations

import argparse
import asyncio
import sys
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

import uvloop

from benchmarks.bench import OUT, SCALES, Bench
from benchmarks.errors import BenchError
from benchmarks.figures import Figure
from benchmarks.report import table, write
from benchmarks.rows import ROWS, Row


def main() -> int:
    """Measure what the command line asks for, print the table, write the JSON."""
    parser = _parser()
    args = parser.parse_args()
    unknown = sorted(set(args.rows) - {row.name for row in ROWS})
    if unknown:
        parser.error(f"no such row: {', '.join(unknown)}; --help lists them")
    scale = "quick" if args.quick else args.scale
    names = [args.profile] if args.profile else args.rows
    rows = [row for row in ROWS if not names or row.name in names]
    with asyncio.Runner(loop_factory=uvloop.new_event_loop) as runner:
        figures, failures = runner.run(_measure(rows, scale, profile=bool(args.profile)))
    if figures:
        print("\n" + table(figures))
    for name, reason in failures.items():
        print(f"\n{name} could not be measured: {reason}")
    write(figures, failures, scale, args.out)
    return 1 if failures else 0


async def _measure(rows: Sequence[Row], scale: str, *, profile: bool) -> tuple[list[Figure], dict[str, str]]:
    figures: list[Figure] = []
    failures: dict[str, str] = {}
    async with Bench(SCALES[scale], profile=profile) as bench:
        if not bench.cores.pinned:
            print("one core only: servers and load share it, ratios are less steady")
        end = time.monotonic() + bench.scale.total
        for row in rows:
            start = time.monotonic()
            limit = min(bench.scale.limit * row.share, end - start)
            try:
                async with asyncio.timeout(limit):
                    figures += await row.measure(bench)
            except BenchError as error:
                failures[row.name] = str(error)
            except TimeoutError:
                failures[row.name] = f"there were {limit:.0f} s for it, which was not enough"
            except Exception:  # one row's mistake costs that row only
                failures[row.name] = traceback.format_exc()
            print(f"{row.name:8} {time.monotonic() - start:5.1f} s  {row.title}", flush=True)
        for path in bench.profiles:
            print(f"profile: {path.relative_to(OUT.parent)} (figures taken under a profiler are too low)")
    return figures, failures


def _parser() -> argparse.ArgumentParser:
    epilog = "rows:\n" + "\n".join(f"  {row.name:8} {row.title}" for row in ROWS)
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks",
        description="Measure the gateway beside its limits and its peers; ratios in one run count.",
        epilog=epilog,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    names = [row.name for row in ROWS]
    parser.add_argument("rows", nargs="*", metavar="ROW", help="rows to measure (default: all)")
    parser.add_argument("--quick", action="store_true", help="a minute instead of minutes, less steady")
    parser.add_argument("--scale", choices=list(SCALES), default="full", help=argparse.SUPPRESS)
    parser.add_argument("--out", type=Path, default=OUT / "results.json", help="the JSON (%(default)s)")
    parser.add_argument("--profile", metavar="ROW", choices=names, help="profile ROW's servers into .bench/")
    return parser


if __name__ == "__main__":
    sys.exit(main())
