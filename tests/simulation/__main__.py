"""Many simulations: `python -m tests.simulation --seeds 5000`. Exits with 1 when a promise was broken.

`--members 3` has three processes share a database; `--jobs 2` plays two seeds at a time. `--seed N` plays one
seed again, leaves out the steps that do not matter, and prints what happened.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter
from collections.abc import Sequence

from tests.simulation.jobs import begin, runs
from tests.simulation.mutants import MUTANTS, SPARE
from tests.simulation.script import play, shortened

#: Seconds between two lines that say how far it is.
OFTEN = 10.0


def main() -> int:
    """Play what was asked for."""
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of a set of texts is part of a run
        os.execve(sys.executable, [sys.executable, "-m", "tests.simulation", *sys.argv[1:]],
                  os.environ | {"PYTHONHASHSEED": "0"})  # fmt: skip
    options = _parser().parse_args()
    if options.seed is None:
        return many(sys.argv[1:])
    begin(options.mistake)
    return _one(options)


def many(arguments: Sequence[str]) -> int:
    """Play many seeds; say how far it is, and at the end what was broken and how to see it again."""
    options = _parser().parse_args(arguments)
    began = said = time.monotonic()
    done, sends, failed, seen = 0, 0, dict[int, str](), Counter[str]()
    seeds = range(options.first, options.first + options.seeds)
    played = runs(seeds, members=options.members, jobs=options.jobs, mistake=options.mistake)
    try:
        for run in played:
            done, sends = done + 1, sends + run.sends
            seen.update(run.seen)
            if run.broken:
                failed[run.seed] = run.broken
                _say(f"seed {run.seed}: {run.broken}")
            if time.monotonic() - said > OFTEN:
                said = time.monotonic()
                _say(f"  {done} of {options.seeds} seeds, {done / (said - began):.1f} a second")
            if len(failed) >= options.most:
                break
    except KeyboardInterrupt:
        _say("stopped")
    played.close()
    seconds = time.monotonic() - began
    _say("the gateways' logs: " + ", ".join(f"{name} {n}" for name, n in sorted(seen.items())))
    _say(f"{done} seeds from {options.first} on, {_processes(options.members)} each, {sends} sends, "
         f"{seconds:.1f} s ({done / seconds:.1f} a second); {len(failed) or 'none'} broke a promise"
         + ":" * bool(failed))  # fmt: skip
    for seed in sorted(failed):
        _say(f"  {_again(options, seed)}")
    return 1 if failed else 0


def _one(options: argparse.Namespace) -> int:
    run = play(options.seed, members=options.members, lines=True)
    if run.broken and not options.whole:
        run = shortened(run, members=options.members)
    for line in run.lines:
        _say(line)
    for step in run.steps:
        _say(f"    {step},")
    _say(f"seed {run.seed}, digest {run.digest}: {run.broken or 'every promise held'}")
    return 1 if run.broken else 0


def _again(options: argparse.Namespace, seed: int) -> str:
    mistake = f" --mistake {options.mistake}" if options.mistake else ""
    return f"python -m tests.simulation --members {options.members}{mistake} --seed {seed}"


def _processes(n: int) -> str:
    return "1 process" if n == 1 else f"{n} processes"


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many (default: %(default)s)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (default: %(default)s)")
    parser.add_argument("--members", type=int, default=1, help="processes of each (default: %(default)s)")
    parser.add_argument("--jobs", type=int, default=min(2, os.cpu_count() or 1),
                        help="seeds that are played at a time (default: %(default)s)")  # fmt: skip
    parser.add_argument("--most", type=int, default=5, help="stop after so many failures")
    parser.add_argument("--seed", type=int, help="play this one again, and say what happened")
    parser.add_argument("--whole", action="store_true", help="with --seed: leave no step out")
    parser.add_argument("--mistake", default="", choices=["", *MUTANTS, *SPARE], metavar="NAME",
                        help=f"make one that is to be found: {', '.join([*MUTANTS, *SPARE])}")  # fmt: skip
    return parser


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
