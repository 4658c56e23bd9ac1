"""The cores and the processes on them: servers under test on the first core, all else on the last."""

from __future__ import annotations

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Protocol

from benchmarks.errors import BenchError


class Cores:
    """Which core the servers get and which one the load, the stub and PostgreSQL get."""

    def __init__(self) -> None:
        usable = sorted(os.sched_getaffinity(0))
        self.pinned = len(usable) > 1
        self._server, self._load = {usable[0]}, {usable[-1]}

    def take_load_core(self) -> None:
        """Move this process, and with it what it starts from now on, to the core of the load."""
        os.sched_setaffinity(0, self._load)

    @contextlib.contextmanager
    def server_core(self) -> Iterator[None]:
        """What is started inside inherits the servers' core."""
        os.sched_setaffinity(0, self._server)
        try:
            yield
        finally:
            os.sched_setaffinity(0, self._load)


class Server(Protocol):
    """What is measured: one process, or several that share the work."""

    @property
    def ports(self) -> tuple[int, ...]:
        """Where it listens."""

    def cpu(self) -> float:
        """Seconds of CPU that it has used, user and system."""


class Group:
    """Processes that share the work."""

    def __init__(self, processes: Sequence[Process]) -> None:
        self._processes = tuple(processes)

    @property
    def ports(self) -> tuple[int, ...]:
        return tuple(process.port for process in self._processes)

    def cpu(self) -> float:
        return sum(process.cpu() for process in self._processes)


class Process:
    """A server under test."""

    def __init__(self, name: str, process: subprocess.Popen[bytes], port: int, log: Path) -> None:
        self.name, self.port = name, port
        self._process, self._log = process, log

    @classmethod
    def start(
        cls,
        name: str,
        command: Sequence[str],
        *,
        port: int,
        cores: Cores,
        log: Path,
        cwd: Path | None = None,
        env: Mapping[str, str] | None = None,
    ) -> Process:
        """Start *command* on the servers' core; its output goes to *log*."""
        with log.open("ab") as out, cores.server_core():
            process = subprocess.Popen(
                list(command), stdout=out, stderr=out, cwd=cwd, env={**os.environ, **(env or {})}
            )
        return cls(name, process, port, log)

    @property
    def ports(self) -> tuple[int, ...]:
        """Its port, alone."""
        return (self.port,)

    @property
    def pid(self) -> int:
        """The process id."""
        return self._process.pid

    def cpu(self) -> float:
        """Seconds of CPU that all its threads have used, user and system.

        It is utime + stime of /proc/PID/stat, read from the process's CPU clock, which counts in
        nanoseconds where the file counts in ticks of 10 ms. The clock's id is that of
        clock_getcpuclockid(3) on Linux.
        """
        return time.clock_gettime((~self.pid << 3) | 2)

    def resident(self) -> float:
        """Resident memory in MB."""
        for line in Path(f"/proc/{self.pid}/status").read_text().splitlines():
            if line.startswith("VmRSS:"):
                return int(line.split()[1]) / 1024
        raise BenchError(f"{self.name} has no resident memory: it has ended")

    async def ready(self, path: str, *, within: float = 20.0) -> None:
        """Return when GET *path* is answered 2xx ("" when the port is enough). Raises with the log's end."""
        end = time.monotonic() + within
        while not await _answers(self.port, path):
            ended = self._process.poll() is not None
            if ended or time.monotonic() > end:
                tail = self._log.read_text(errors="replace")[-1500:]
                how = "ended before it was ready" if ended else f"was not ready within {within:g} s"
                raise BenchError(f"{self.name} {how}; its log ends:\n{tail}")
            await asyncio.sleep(0.005)

    async def stop(self, *, within: float = 15.0) -> None:
        """End it by SIGTERM, and by SIGKILL when that takes longer than *within* seconds."""
        if self._process.poll() is None:
            self._process.send_signal(signal.SIGTERM)
            with contextlib.suppress(subprocess.TimeoutExpired):
                await asyncio.to_thread(self._process.wait, within)
        self.kill()

    def kill(self) -> None:
        """End it at once."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()


async def _answers(port: int, path: str) -> bool:
    try:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
    except OSError:
        return False
    try:
        if not path:
            return True
        writer.write(f"GET {path} HTTP/1.1\r\nHost: gateway.test\r\nConnection: close\r\n\r\n".encode())
        line = await asyncio.wait_for(reader.readline(), 2)
        return line[9:10] == b"2"
    except (OSError, TimeoutError):
        return False
    finally:
        writer.close()


def python(*words: str) -> list[str]:
    """A command for this interpreter."""
    return [sys.executable, *words]
