"""`gateway demo`: the whole gateway at work, against a simulated provider, without an account."""

from __future__ import annotations

import argparse
import asyncio
import signal
import socket
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.demo.screen import Screen
    from gateway.demo.simulators import Simulator
    from gateway.demo.stage import Stage
    from gateway.settings import Settings

NAME = "demo"
HELP = "run the gateway with a simulated provider and an example plugin"

_EXAMPLE = """example:
  gateway demo --once      play a conversation, print it, exit 0 when every reply came
  gateway demo             stay up and print the addresses to play with

Nothing is kept: the configuration and the database are in a temporary folder."""

CONTACT = "+254700000001"
#: Seconds for one conversation of `--once`.
WITHIN = 20.0


def configure(parser: argparse.ArgumentParser) -> None:
    """--once."""
    parser.epilog = _EXAMPLE
    parser.add_argument("--once", action="store_true", help="play one conversation and exit")


def run(args: argparse.Namespace) -> int:
    """Play or stay up."""
    from gateway.observe import configure_logging

    configure_logging("warning")
    return asyncio.run(_demo(once=args.once))


async def _demo(*, once: bool) -> int:
    from gateway.channels import load_providers
    from gateway.demo.screen import Screen
    from gateway.demo.settings import write_demo
    from gateway.demo.simulators import simulators
    from gateway.demo.stage import stage
    from gateway.settings import load

    screen = Screen(sys.stdout)
    simulated = simulators(load_providers())
    port = 0 if once else free_port(8080)

    def settings_in(folder: Path) -> Settings:
        return load(write_demo(folder, port, simulated))

    async with stage(simulated, settings_in, strict=True) as running:
        if once:
            return await _play(running, screen)
        _tell(running, screen)
        await _watch(running, screen)
    screen.line("\nstopped.")
    return 0


async def _play(running: Stage, screen: Screen) -> int:
    """One conversation at each provider; 1 when anything expected did not come."""
    from gateway.demo.screen import Transcript
    from gateway.demo.script import FRUIT_STAND, Play

    missing: list[str] = []
    for name, simulator in running.simulators.items():
        screen.heading(f"{name}: a contact (left) and the plugin fruit_stand (right)")
        play = Play(simulator, CONTACT, Transcript(screen))
        await play.run(FRUIT_STAND, WITHIN)
        missing += [f"{name}: {what}" for what in play.missing]
    for what in missing:
        screen.line(f"missing: {what}", "red")
    if not missing:
        screen.line("Every reply came, was delivered and was read.", "bold")
    return 1 if missing else 0


def _tell(running: Stage, screen: Screen) -> None:
    """The addresses, and what to do with them."""
    url, config = running.url, running.settings.path
    screen.heading("The gateway is running against simulated providers.")
    for name, simulator in running.simulators.items():
        screen.line(f"  webhook   {simulator.webhook_url}   ({name})")
    screen.line(f"  API       {url}/api/v1/messages")
    screen.line(f"            gateway key create --config {config} --tenant demo")
    screen.line(f"  metrics   {url}/metrics")
    screen.line(f"  health    {url}/health/live  {url}/health/ready")
    screen.heading("Write to it as a contact (the simulator signs the webhook), from another terminal:")
    for simulator in running.simulators.values():
        screen.line(simulator.hint(CONTACT, "hello"))
    screen.line()
    screen.line("Ctrl-C stops it.")


async def _watch(running: Stage, screen: Screen) -> None:
    """Show what the contact is answered, until SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    watching = [asyncio.ensure_future(_show(sim, screen)) for sim in running.simulators.values()]
    await stopped.wait()
    for task in watching:
        task.cancel()
    await asyncio.gather(*watching, return_exceptions=True)


async def _show(simulator: Simulator, screen: Screen) -> None:
    """Print every message that the contact gets."""
    from gateway.demo.screen import picture

    shown = 0
    while True:
        try:
            inbox = await simulator.wait_for(CONTACT, shown + 1, 3600.0)
        except TimeoutError:
            continue
        for message in inbox[shown:]:
            screen.line()
            for line in picture(message, screen.width - 4):
                screen.line(f"  {line}", "green")
        shown = len(inbox)


def free_port(first: int) -> int:
    """*first*, or the next port of 127.0.0.1 on which nobody listens; 0 (any) after twenty."""
    for port in range(first, first + 20):
        with socket.socket() as probe:
            probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    return 0
