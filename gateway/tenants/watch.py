"""Sees changes: gateway.toml when it is saved, the database when another process or command wrote to it."""

from __future__ import annotations

import asyncio

from gateway.channels import Channels
from gateway.clock import MINUTE, Clock
from gateway.errors import GatewayError
from gateway.observe.logs import get_logger
from gateway.outage import Outage
from gateway.registry import mirror
from gateway.settings import Settings
from gateway.store.port import Store
from gateway.store.seal import Seal
from gateway.tenants.directory import Directory
from gateway.tenants.removal import cancel_left_over

log = get_logger("gateway.tenants")

#: Seconds between two looks.
LOOK = 0.5
#: Looks from one sweep to the next, and how many microseconds back it looks for channels that were removed.
SWEEP, LATELY = 40, 10 * MINUTE
#: Seconds for which nobody has written to gateway.toml before it is read.
SETTLED = 0.2
#: What of gateway.toml counts at the next start only.
FIXED = ("plugin_paths", "store", "sending", "media")
SERVER = ("host", "port", "public_url", "spool", "max_body", "proxies", "metrics_from", "intake_only")


class Watch:
    """Keeps the directory as new as its sources, and the database's picture of gateway.toml too."""

    def __init__(
        self, directory: Directory, channels: Channels, store: Store, seal: Seal, clock: Clock
    ) -> None:
        self._directory, self._channels, self._store = directory, channels, store
        self._seal, self._clock = seal, clock
        self._mirrored: Settings | None = None
        self._swept = 0
        self._outage = Outage(log, "tenants.store_away", "tenants.store_back")

    async def begin(self) -> None:
        """Everything once, before anything is served. Raises `StoreError`."""
        await self._mirror()
        await self._directory.refresh()

    async def run(self) -> None:
        """Look, for ever."""
        looks = 0
        while True:
            await asyncio.sleep(LOOK)
            await self.look()
            looks += 1
            if looks % SWEEP == 1:
                await self.sweep()

    async def sweep(self) -> None:
        """Cancel what waits for channels that are gone: of all at first, then of those removed lately."""
        now = self._clock.now()
        try:
            with self._outage:
                await cancel_left_over(self._store, self._clock, self._swept)
                self._swept = now - LATELY
        except GatewayError as error:
            log.error("tenants.not_swept", problem=str(error))

    async def catch_up(self) -> None:
        """Look for somebody who has just saved the file and expects it to count."""
        for _ in range(5):
            if not self._channels.unsettled(SETTLED):
                break
            await asyncio.sleep(SETTLED / 4)
        await self.look()

    async def look(self) -> None:
        """Look once. A database that is away is asked again next time."""
        self._channels.refresh_from_file(SETTLED)
        try:
            with self._outage:
                if self._directory.settings is not self._mirrored:
                    await self._mirror()
                await self._directory.refresh()
        except GatewayError as error:
            log.error("tenants.not_refreshed", problem=str(error))

    async def _mirror(self) -> None:
        settings = self._directory.settings
        if self._mirrored is not None:
            _tell(self._mirrored, settings)
        await mirror(self._store, self._seal, settings, self._channels, self._clock)
        self._mirrored = settings


def _tell(before: Settings, now: Settings) -> None:
    """What was changed in the file and needs a new start."""
    old, new = before.server, now.server
    changed = [name for name in FIXED if getattr(before, name) != getattr(now, name)]
    changed += [f"server.{name}" for name in SERVER if getattr(old, name) != getattr(new, name)]
    if changed:
        log.warning("settings.need_a_restart", changed=changed)
