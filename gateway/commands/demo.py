"""`gateway demo`: the whole gateway at work, against simulated providers, without an account."""

from __future__ import annotations

import argparse
import asyncio
import sys
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from gateway.demo.program import Program
    from gateway.demo.screen import Screen
    from gateway.demo.stage import Stage
    from gateway.settings import Settings

NAME = "demo"
HELP = "run the gateway with simulated providers, a shop, and a phone in the browser"

_EXAMPLE = """example:
  gateway demo             stay up; open the printed address: a phone, with the traffic beside it
  gateway demo --once      play a conversation at each provider, print it with what got lost on the way,
                           exit 0 when every reply came and 1 when one is missing
  gateway demo --port 9000 the phone on this port (default: the first free one from 8090 on)

The page is for this machine only: it listens on 127.0.0.1, and its address holds a token. It needs no
internet. Nothing is kept: the configuration and the database are in a temporary folder."""

CONTACT = "+254700000001"
#: Seconds for one conversation of `--once`.
WITHIN = 90.0


def configure(parser: argparse.ArgumentParser) -> None:
    """--once and --port."""
    parser.epilog = _EXAMPLE
    parser.add_argument("--once", action="store_true", help="play a conversation at each provider and exit")
    parser.add_argument("--port", type=int, default=0, metavar="PORT", help="where the phone is served")


def run(args: argparse.Namespace) -> int:
    """Play or stay up."""
    from gateway.observe import configure_logging

    configure_logging("warning")
    return asyncio.run(_demo(once=args.once, port=args.port))


async def _demo(*, once: bool, port: int = 0) -> int:
    from gateway.channels import load_providers
    from gateway.demo.ports import free_port
    from gateway.demo.program import program
    from gateway.demo.screen import Screen
    from gateway.demo.settings import write_demo
    from gateway.demo.simulators import simulators
    from gateway.demo.stage import stage
    from gateway.settings import load

    screen = Screen(sys.stdout)
    simulated, shown = simulators(load_providers()), program()

    def settings_in(folder: Path) -> Settings:
        # The port is known beforehand, because some providers sign the address that they call.
        return load(write_demo(folder, free_port(0 if once else 8080), simulated, shown))

    async with stage(simulated, settings_in, strict=True) as running:
        await running.fill(shown.commands)
        if once:
            return await _play(running, screen, shown)
        from gateway.demo.live import stay

        await stay(running, screen, port or free_port(8090), CONTACT, shown.title)
    screen.line("\nstopped.")
    return 0


async def _play(running: Stage, screen: Screen, shown: Program) -> int:
    """One conversation at each provider, each with a contact of its own; 1 when anything expected did not
    come."""
    from gateway.demo.live import api, key
    from gateway.demo.screen import Transcript
    from gateway.demo.script import Play
    from gateway.demo.staff import staff

    missing: list[str] = []
    async with api(running) as losses, staff(running.url, await key(running)) as people:
        for number, (name, simulator) in enumerate(running.simulators.items()):
            contact = f"{CONTACT[:-2]}{number + 10}"

            async def lost_of(message_id: str, name: str = name, contact: str = contact) -> tuple[str, ...]:
                found = await losses.of(name, contact, [message_id])
                if found is None:
                    return ()
                return (*(f"lost: {what}" for what in found.lost), *found.another)

            screen.heading(f"{name}: a customer (left) and {shown.title} (right)")
            play = Play(simulator, contact, Transcript(screen), lost_of, people.ask)
            await play.run(shown.play, WITHIN)
            missing += [f"{name}: {what}" for what in play.missing]
    for what in missing:
        screen.line(f"missing: {what}", "red")
    if not missing:
        screen.line("Every reply came, was delivered and was read.", "bold")
    return 1 if missing else 0
