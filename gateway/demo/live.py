"""The demo that stays up: what is printed, and the phone that is served beside it."""

from __future__ import annotations

import asyncio
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from gateway.demo.phone.losses import Losses
from gateway.demo.phone.server import PhoneServer
from gateway.demo.screen import Screen, picture
from gateway.demo.settings import channel_id
from gateway.demo.simulators import Simulator
from gateway.demo.stage import Stage
from gateway.operate import operate


@asynccontextmanager
async def api(running: Stage) -> AsyncIterator[Losses]:
    """What asks the running gateway's API, with a key of its own."""
    losses = Losses(running.url, await key(running), {name: channel_id(name) for name in running.simulators})
    try:
        yield losses
    finally:
        await losses.close()


async def key(running: Stage) -> str:
    """A key of the tenant's, for whatever the API does."""
    made = await operate(running.settings, "key.create", {"tenant": "demo", "name": "demo"})
    return str(made["key"])


async def stay(running: Stage, screen: Screen, port: int, contact: str, title: str) -> None:
    """Serve the phone of a business called *title* on *port*, and print what *contact* is answered, until
    SIGINT or SIGTERM."""
    stopped = asyncio.Event()
    loop = asyncio.get_running_loop()
    for number in (signal.SIGINT, signal.SIGTERM):
        loop.add_signal_handler(number, stopped.set)
    async with api(running) as losses:
        phone = PhoneServer(dict(running.simulators), running.url, losses, title)
        await phone.start(port)
        tell(running, screen, phone.url, contact)
        watching = [asyncio.ensure_future(_show(sim, screen, contact)) for sim in running.simulators.values()]
        await stopped.wait()
        for task in watching:
            task.cancel()
        await asyncio.gather(*watching, return_exceptions=True)
        await phone.stop()


def tell(running: Stage, screen: Screen, phone: str, contact: str) -> None:
    """The addresses, and what to do with them."""
    url, config = running.url, running.settings.path
    screen.heading("A phone for the browser, with the wire beside it. Open:")
    screen.line(f"  {phone}", "green")
    screen.heading("The gateway runs against simulated providers.")
    for name, simulator in running.simulators.items():
        screen.line(f"  webhook   {simulator.webhook_url}   ({name})")
    screen.line(f"  API       {url}/api/v1/messages")
    screen.line(f"            gateway key create --config {config} --tenant demo")
    screen.line(f"  metrics   {url}/metrics")
    screen.line(f"  health    {url}/health/live  {url}/health/ready")
    screen.heading("Or write to it as a contact from another terminal (the simulator signs the webhook):")
    for simulator in running.simulators.values():
        screen.line(simulator.hint(contact, "hello"))
    screen.line()
    screen.line("Ctrl-C stops it.")


async def _show(simulator: Simulator, screen: Screen, contact: str) -> None:
    """Print every message that the contact gets."""
    shown = 0
    while True:
        try:
            inbox = await simulator.wait_for(contact, shown + 1, 3600.0)
        except TimeoutError:
            continue
        for message in inbox[shown:]:
            screen.line()
            for line in picture(message, screen.width - 4):
                screen.line(f"  {line}", "green")
        shown = len(inbox)
