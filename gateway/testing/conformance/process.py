"""The gateway of a world in a process of its own: to be killed, and to read what it prints."""

from __future__ import annotations

import asyncio
import base64
import pickle
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import aiohttp

from gateway.app import Gateway
from gateway.hooks.host import Host
from gateway.observe.logs import configure_logging
from gateway.provider import Provider
from gateway.settings import load
from gateway.testing.conformance.clerk import Clerk
from gateway.testing.conformance.configuration import PLUGIN
from gateway.testing.conformance.waiting import until
from gateway.testing.conformance.world import World


class Process:
    """A running gateway that can be killed. *log* is the file that has all that it prints."""

    def __init__(self, child: asyncio.subprocess.Process, log: Path) -> None:
        self._child, self.log = child, log

    async def kill(self) -> None:
        """End it as `kill -9` does; once more is nothing."""
        if self._child.returncode is None:
            self._child.kill()
            await self._child.wait()

    @property
    def runs(self) -> bool:
        """Whether it is still there."""
        return self._child.returncode is None


@asynccontextmanager
async def apart(world: World) -> AsyncIterator[Process]:
    """Stop the gateway of *world* and run it in a process; at the end it is killed, and the gateway of the
    world runs again unless it was started before."""
    await world.stop()
    settings = world.write()
    log = world.folder / "process.log"
    given = base64.b64encode(pickle.dumps((sys.path, pickle.dumps(world.provider)))).decode()
    with log.open("ab") as stream:
        child = await asyncio.create_subprocess_exec(
            sys.executable, "-m", "gateway.testing.conformance.process", str(settings.path),
            stdin=asyncio.subprocess.PIPE, stdout=stream, stderr=stream,
        )  # fmt: skip
    assert child.stdin is not None
    child.stdin.write(given.encode() + b"\n")
    child.stdin.close()
    process = Process(child, log)
    try:
        await until(lambda: _ready(world, process), "the process is ready", within=30)
        yield process
    finally:
        await process.kill()
        if world.gateway is None:
            await world.start()


async def _ready(world: World, process: Process) -> bool:
    assert process.runs, process.log.read_text()[-2000:]
    try:
        status, _, _ = await world.fetch("/health/ready")
    except aiohttp.ClientError:
        return False
    return status == 200


async def _serve(provider: Provider, config: Path) -> None:
    host = Host()
    host.register(Clerk(), PLUGIN)
    async with Gateway(load(config), strict=True, host=host, providers={provider.name: provider}):
        await asyncio.Event().wait()


def main() -> None:
    """Serve with the provider that the parent names on the standard input, until the end."""
    # The parent is this very test: what it pickled is ours.
    path, provider = pickle.loads(base64.b64decode(sys.stdin.readline()))
    sys.path[:] = path
    configure_logging("debug")
    asyncio.run(_serve(pickle.loads(provider), Path(sys.argv[1])))


if __name__ == "__main__":
    main()
