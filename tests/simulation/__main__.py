"""Many simulations: `python -m tests.simulation --seeds 5000`. Exits with 1 when a promise was broken.

`--seed N` plays one seed again, leaves out the steps that do not matter, and prints what happened.
"""

from __future__ import annotations

import argparse
import os
import sys
import time
from collections import Counter

from tests.simulation.script import Run, play, shortened


def main() -> int:
    """Play what was asked for."""
    if os.environ.get("PYTHONHASHSEED") != "0":  # the order of a set of texts is part of a run
        os.execve(sys.executable, [sys.executable, "-m", "tests.simulation", *sys.argv[1:]],
                  os.environ | {"PYTHONHASHSEED": "0"})  # fmt: skip
    options = _parser().parse_args()
    if options.seed is not None:
        return _one(options.seed, options.members, options.whole)
    began, failed, sends, seen = time.monotonic(), list[Run](), 0, Counter[str]()
    for seed in range(options.first, options.first + options.seeds):
        run = play(seed, members=options.members)
        sends += run.sends
        seen.update(run.seen)
        if run.broken:
            failed.append(run)
            _say(f"seed {seed}: {run.broken}")
            _say(f"  again: python -m tests.simulation --members {options.members} --seed {seed}")
            if len(failed) >= options.most:
                break
    seconds = time.monotonic() - began
    done = seed - options.first + 1
    _say(f"{done} seeds ({options.first} to {seed}) with {options.members} processes, {sends} sends, "
         f"{done / seconds:.1f} seeds/s; {len(failed)} broke a promise")  # fmt: skip
    _say("the gateways' logs: " + ", ".join(f"{name} {n}" for name, n in sorted(seen.items())))
    return 1 if failed else 0


def _one(seed: int, members: int, whole: bool) -> int:
    run = play(seed, members=members, lines=True)
    if run.broken and not whole:
        run = shortened(run, members=members)
    for line in run.lines:
        _say(line)
    for step in run.steps:
        _say(f"    {step},")
    _say(f"seed {seed}, digest {run.digest}: {run.broken or 'every promise held'}")
    return 1 if run.broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m tests.simulation", description=__doc__)
    parser.add_argument("--seeds", type=int, default=1000, help="how many (default: %(default)s)")
    parser.add_argument("--first", type=int, default=1, help="the first seed (default: %(default)s)")
    parser.add_argument("--members", type=int, default=1, help="processes (default: %(default)s)")
    parser.add_argument("--most", type=int, default=5, help="stop after so many failures")
    parser.add_argument("--seed", type=int, help="play this one again, and say what happened")
    parser.add_argument("--whole", action="store_true", help="with --seed: leave no step out")
    return parser


def _say(line: str) -> None:
    print(line, flush=True)


if __name__ == "__main__":
    sys.exit(main())
