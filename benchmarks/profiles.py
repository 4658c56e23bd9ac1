"""Where the time of a server goes: py-spy when it is installed, else cProfile."""

from __future__ import annotations

import asyncio
import pstats
import shutil
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

from benchmarks.machine import Process

TOP = 40
#: Functions in which a thread of a pool or a watchdog waits, which py-spy takes for work on some kernels.
_WAITING = ("_worker (concurrent/futures/thread.py", "Condition.wait (threading.py")


def py_spy() -> str | None:
    """The path of py-spy, if it is there."""
    beside = Path(sys.executable).with_name("py-spy")
    return str(beside) if beside.exists() else shutil.which("py-spy")


class Sampler:
    """py-spy attached to a running server. It sees all threads and slows it by a few percent."""

    def __init__(self, process: Process, raw: Path) -> None:
        self._raw = raw
        words = (
            f"record --pid {process.pid} --rate 250 --format raw --function --duration 600 --output".split()
        )
        self._spy = subprocess.Popen(
            [py_spy() or "py-spy", *words, str(raw)], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )

    async def stop(self) -> str:
        """End the sampling; the table of the functions in which the time was spent."""
        self._spy.send_signal(signal.SIGINT)
        await asyncio.to_thread(self._spy.wait, 30)
        return sampled_table(self._raw.read_text())


def sampled_table(raw: str) -> str:
    """The top functions of collapsed stacks ("a;b;c 12" a line), by their own share and by all below."""
    own: Counter[str] = Counter()
    below: Counter[str] = Counter()
    for line in raw.splitlines():
        stack, _, count = line.rpartition(" ")
        frames = stack.split(";")
        if frames[-1].startswith(_WAITING):
            continue
        own[frames[-1]] += int(count)
        for frame in set(frames):
            below[frame] += int(count)
    total = max(own.total(), 1)
    lines = [f"{'own %':>7} {'all %':>7}  function (samples: {total})"]
    for frame, samples in own.most_common(TOP):
        lines.append(f"{100 * samples / total:7.1f} {100 * below[frame] / total:7.1f}  {frame}")
    lines.append(f"\n{'all %':>7} {'own %':>7}  function")
    for frame, samples in below.most_common(TOP):
        lines.append(f"{100 * samples / total:7.1f} {100 * own[frame] / total:7.1f}  {frame}")
    return "\n".join(lines) + "\n"


def traced_table(path: Path, text: Path) -> str:
    """The top functions of a cProfile dump."""
    with text.open("w") as out:
        pstats.Stats(str(path), stream=out).strip_dirs().sort_stats("tottime").print_stats(TOP)
    return text.read_text()


def traced_prefix(path: Path) -> list[str]:
    """A command that runs the gateway under cProfile and leaves its dump at *path*."""
    return [sys.executable, "-m", "cProfile", "-o", str(path), "-m", "gateway"]
