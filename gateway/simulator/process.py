"""Runs a simulator in a process of its own: prints one line of JSON with its address and the channel's
settings, then serves until it is told to stop. `control.py` says how to speak to it."""

from __future__ import annotations

import argparse
import asyncio
import json
import signal
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, Protocol


class Option(NamedTuple):
    """An argument of the simulator, as an option ("--waba-id" is `waba_id`)."""

    name: str
    usual: str = ""
    help: str = ""


class Runnable(Protocol):
    """A simulator that can be run."""

    @property
    def api_base(self) -> str: ...

    async def start(self, port: int = 0) -> None: ...

    async def stop(self) -> None: ...

    def channel_settings(self) -> dict[str, Any]: ...


async def _serve(make: Callable[[], Runnable], port: int) -> None:
    """Serve until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        asyncio.get_running_loop().add_signal_handler(number, stopped.set)
    simulator = make()
    await simulator.start(port)
    started = {"api_base": simulator.api_base, "settings": simulator.channel_settings()}
    print(json.dumps(started), flush=True)
    await stopped.wait()
    await simulator.stop()


def run(make: Callable[..., Runnable], prog: str, options: Sequence[Option]) -> None:
    """Read *options* and `--port`, and serve what *make* makes of them."""
    parser = argparse.ArgumentParser(prog=prog, description=__doc__)
    parser.add_argument("--port", type=int, default=0, help="0 takes a free one")
    for option in options:
        parser.add_argument(f"--{option.name}", default=option.usual, help=option.help)
    arguments = vars(parser.parse_args())
    port = arguments.pop("port")
    asyncio.run(_serve(lambda: make(**arguments), port))
