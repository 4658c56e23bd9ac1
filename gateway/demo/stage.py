"""A gateway and the simulators that it talks to, started and stopped together in one process."""

from __future__ import annotations

import asyncio
import shlex
import tempfile
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from msgspec import Struct

from gateway.demo.settings import channel_id
from gateway.demo.simulators import Simulator
from gateway.errors import GatewayError
from gateway.plugin_cli import run_beside

if TYPE_CHECKING:
    from gateway.hooks.host import Host
    from gateway.settings import Settings


class Stage(Struct, frozen=True):
    """What is running: the gateway's address, its settings and plugins, and a simulator for each provider."""

    url: str
    settings: Settings
    simulators: Mapping[str, Simulator]
    host: Host

    async def fill(self, commands: Sequence[str]) -> None:
        """Run plugins' *commands* ("commerce sample") beside the gateway. Raises `GatewayError` for one that
        does not end well."""
        tenant = self.settings.tenants[0].id
        for words in commands:
            given = shlex.split(words)
            code = await asyncio.to_thread(run_beside, self.host, self.settings, tenant, given)
            if code:
                raise GatewayError(f"`gateway {words}` ended with {code}")


@asynccontextmanager
async def stage(
    simulated: Mapping[str, Simulator],
    settings_in: Callable[[Path], Settings],
    *,
    strict: bool = False,
) -> AsyncIterator[Stage]:
    """Start *simulated*, then a gateway with the settings made for a temporary folder; stop both at the end.

    *settings_in* is called when the simulators run, so that it can name their addresses. *strict* makes
    a plugin that cannot be loaded an error.
    """
    from gateway.app import Gateway

    async with AsyncExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="gateway-")))
        for simulator in simulated.values():
            await simulator.start()
            stack.push_async_callback(simulator.stop)
        settings = settings_in(folder)
        gateway = await stack.enter_async_context(Gateway(settings, strict=strict))
        for name, simulator in simulated.items():
            simulator.webhook_url = f"{gateway.url}/webhooks/{name}/{channel_id(name)}"
        yield Stage(gateway.url, settings, simulated, gateway.host)
