"""The gateway as a process of its own: start it, wait until it is ready, kill it, stop it."""

from __future__ import annotations

import asyncio
import json
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Sequence

import aiohttp

from tests.faults.site import Site


class GatewayFailed(Exception):
    """The gateway did not do what it must: the message has the end of its log."""


class GatewayProcess:
    """At most one running gateway for *site*. *prefix* is put before the command (a tracer), *options* come
    after it."""

    def __init__(self, site: Site, *, prefix: Sequence[str] = (), options: Sequence[str] = ()) -> None:
        self._site, self._prefix, self._options = site, tuple(prefix), tuple(options)
        self._child: subprocess.Popen[bytes] | None = None
        self.starts = 0
        self.paused = False
        #: Seconds from each start to the first 200 of `/health/ready`.
        self.ready_after: list[float] = []

    @property
    def url(self) -> str:
        """Where it listens."""
        return self._site.url

    @property
    def alive(self) -> bool:
        """Whether the process is running."""
        return self._child is not None and self._child.poll() is None

    def run(self, *command: str, timeout: float = 120, fine: Sequence[int] = (0,)) -> str:
        """Run another command of the gateway to its end (`migrate`): what it printed. Raises `GatewayFailed`
        when its exit code is none of *fine*."""
        done = subprocess.run(
            [sys.executable, "-m", "gateway", *command, "--config", str(self._site.config)],
            cwd=self._site.folder,
            capture_output=True,
            text=True,
            timeout=timeout,
            check=False,
        )
        if done.returncode not in fine:
            output = (done.stdout + done.stderr)[-2000:]
            raise GatewayFailed(f"gateway {' '.join(command)} exited with {done.returncode}:\n{output}")
        return done.stdout

    def start(self, prefix: Sequence[str] = ()) -> None:
        """Start `gateway serve`; do not wait."""
        words = ("serve", "--config", str(self._site.config), *self._options)
        command = [sys.executable, "-m", "gateway", *words]
        with self._site.log.open("ab") as log:
            self._child = subprocess.Popen(
                [*(prefix or self._prefix), *command],
                cwd=self._site.folder,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
            )
        self.starts += 1

    async def ready(self, session: aiohttp.ClientSession, timeout: float = 30) -> None:
        """Wait until `/health/ready` says 200. Raises `GatewayFailed` when the process ends or is late."""
        begun = time.monotonic()
        while time.monotonic() < begun + timeout:
            if not self.alive:
                raise GatewayFailed(f"the gateway ended by itself before it was ready:\n{self.tail()}")
            if await self.healthy(session):
                self.ready_after.append(time.monotonic() - begun)
                return
            await asyncio.sleep(0.02)
        raise GatewayFailed(f"the gateway was not ready after {timeout:g} s:\n{self.tail()}")

    async def healthy(self, session: aiohttp.ClientSession) -> bool:
        """Whether `/health/ready` says 200 now."""
        url, limit = f"{self._site.url}/health/ready", aiohttp.ClientTimeout(total=2)
        try:
            async with session.get(url, timeout=limit) as answer:
                return answer.status == 200
        except (aiohttp.ClientError, TimeoutError, OSError):
            return False

    def member(self) -> str:
        """What it is called in the table `process`: the log tells each time that it joins."""
        named = ""
        for line in self.tail(200_000).splitlines():
            if '"cluster.joined"' in line and line.startswith("{"):
                named = str(json.loads(line)["process"])
        return named

    def kill(self) -> None:
        """`kill -9`, and collect the process. Raises `GatewayFailed` when it had ended by itself."""
        if self._child is None:
            return
        if (code := self._child.poll()) is not None and code != -signal.SIGKILL:
            raise GatewayFailed(f"the gateway ended by itself with {code}:\n{self.tail()}")
        self._child.kill()
        self._child.wait()
        self.paused = False

    def pause(self) -> None:
        """SIGSTOP: the machine stands still for it, its lease does not."""
        self._signal(signal.SIGSTOP)
        self.paused = True

    def resume(self) -> None:
        """SIGCONT."""
        self._signal(signal.SIGCONT)
        self.paused = False

    def _signal(self, number: signal.Signals) -> None:
        if self._child is None or self._child.poll() is not None:
            raise GatewayFailed(f"the gateway had ended before {number.name}:\n{self.tail()}")
        self._child.send_signal(number)

    async def stop(self, timeout: float = 60) -> None:
        """SIGTERM and wait for a clean end. Raises `GatewayFailed` when it is not."""
        assert self._child is not None
        self._child.terminate()
        try:
            code = await asyncio.to_thread(self._child.wait, timeout)
        except subprocess.TimeoutExpired:
            self.kill()
            raise GatewayFailed(
                f"the gateway did not end within {timeout:g} s of SIGTERM:\n{self.tail()}"
            ) from None
        if code:
            raise GatewayFailed(f"the gateway ended with {code} after SIGTERM:\n{self.tail()}")

    def errors(self) -> Counter[str]:
        """What the log tells at the level error, over all lives, by event and kind of error."""
        counted: Counter[str] = Counter()
        for line in self.tail(1 << 30).splitlines():
            if '"error"' in line and line.startswith("{"):
                row = json.loads(line)
                if row.get("level") == "error":
                    what = " ".join(
                        filter(None, (row["event"], row.get("msg", "")[:50], row.get("err_type")))
                    )
                    counted[what] += 1 + row.get("suppressed", 0)
        return counted

    def tail(self, size: int = 3000) -> str:
        """The end of what the gateway printed."""
        return self._site.log.read_bytes()[-size:].decode(errors="replace") if self._site.log.exists() else ""
