"""Real processes on a real PostgreSQL, killed, paused, restarted, and the server crashed under them.

`python -m tests.cluster --steps 60 --lease 5`. Every process writes down when it might have sent for which
shard; the judge counts who might have after another owned it. Exits with 1 when that was not never.
"""

from __future__ import annotations

import argparse
import contextlib
import random
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

from tests.cluster.judge import judge
from tests.faults.databases import Server
from tests.support.postgres import Urls, make_database, start_postgres

COUNT = 3


class Run:
    """*COUNT* processes, and what is done to them."""

    def __init__(self, server: Server, urls: Urls, folder: Path, options: argparse.Namespace) -> None:
        self.server, self.urls, self.folder, self.options = server, urls, folder, options
        self.file = folder / "samples"
        self.alive: list[subprocess.Popen[bytes]] = []
        self.draw = random.Random(options.seed)
        #: What was done when, and how long its effect was looked at.
        self.done: list[tuple[str, float, float]] = []
        self.died = 0

    def start(self) -> None:
        lease = self.options.lease
        words = [self.urls.url, self.urls.worker_url, str(self.file), str(lease), str(lease * 0.3)]
        log = (self.options.log or self.folder / "log").open("ab")
        self.alive.append(
            subprocess.Popen([sys.executable, "-m", "tests.cluster.child", *words], stdout=log, stderr=log)
        )

    def step(self) -> None:
        """Do one thing, then wait until its effect must be over."""
        what = self.draw.choice(("kill", "kill", "pause", "restart", "crash"))
        began, lease = time.monotonic(), self.options.lease
        for ended in [each for each in self.alive if each.poll() is not None]:
            self.alive.remove(ended)
            self.died += 1
            self.start()
        process = self.draw.choice(self.alive)
        if what == "kill":
            self._end(process, signal.SIGKILL)
            time.sleep(lease + 3 if self.draw.random() < 0.7 else self.draw.random() * lease)
            self.start()
        elif what == "pause":
            process.send_signal(signal.SIGSTOP)
            time.sleep(lease * self.draw.uniform(0.5, 2.5))
            process.send_signal(signal.SIGCONT)
        elif what == "restart":
            self._end(process, signal.SIGTERM)
            self.start()
        else:
            self.server.crash()
            time.sleep(lease * self.draw.uniform(0.0, 2.0))
            self.server.start()
        time.sleep(lease * self.draw.uniform(0.5, 1.5))
        self.done.append((what, began, time.monotonic()))
        print(what, end=" ", flush=True)

    def end(self) -> None:
        for process in self.alive:
            process.kill()
            process.wait()

    def _end(self, process: subprocess.Popen[bytes], how: int) -> None:
        process.send_signal(how)
        process.wait()
        self.alive.remove(process)


@contextlib.contextmanager
def _server(folder: Path) -> Iterator[Server]:
    """One that does not wait for the disk: a crash of it loses nothing, only one of the machine would."""
    server = start_postgres(folder, fsync=False)
    try:
        yield Server(server, folder)
    finally:
        server.stop()


def main() -> int:
    """Run and judge."""
    parser = argparse.ArgumentParser(prog="python -m tests.cluster", description=__doc__)
    parser.add_argument("--steps", type=int, default=60)
    parser.add_argument("--lease", type=float, default=5.0)
    parser.add_argument("--seed", type=int, default=int(time.time()))
    parser.add_argument("--log", type=Path, help="keep what the processes logged in this file")
    options = parser.parse_args()
    print(f"seed {options.seed}")
    with tempfile.TemporaryDirectory(prefix="cluster-") as name, _server(Path(name) / "data") as server:
        run = Run(server, make_database(server.server, "cluster"), Path(name), options)
        try:
            for _ in range(COUNT):
                run.start()
            time.sleep(options.lease + 3)
            for _ in range(options.steps):
                run.step()
        finally:
            run.end()
        verdict = judge(run.file.read_text().splitlines())
    print(f"\n{verdict.samples} samples, {verdict.late} late, {verdict.twice} twice, {run.died} died unasked")
    for kind in ("kill", "pause", "restart", "crash"):
        gaps = sorted(verdict.longest(start, end) for what, start, end in run.done if what == kind)
        if gaps:
            middle, most = gaps[len(gaps) // 2], gaps[-1]
            print(f"{kind}: {len(gaps)}, longest gaps: median {middle:.2f} s, most {most:.2f} s")
    return 1 if verdict.late or verdict.twice else 0


if __name__ == "__main__":
    sys.exit(main())
