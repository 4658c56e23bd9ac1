"""Liveness and readiness. Neither asks a provider: an outage there must not take us out of service."""

from __future__ import annotations

import asyncio
import os
import shutil
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

#: Returns when all is well, raises when it is not.
Probe = Callable[[], Awaitable[None]]
Report = tuple[bool, dict[str, Any]]

#: Seconds. A loop that has not turned over for this long is stuck; a probe that takes longer has failed.
STUCK = 2.0
PROBE_TIMEOUT = 1.0


class Health:
    """*idle* gives the seconds since the event loop last turned over; *probes* are asked by name."""

    __slots__ = ("_idle", "_probes", "draining")

    def __init__(self, idle: Callable[[], float], probes: Mapping[str, Probe]) -> None:
        self._idle = idle
        self._probes = dict(probes)
        self.draining = False

    def live(self) -> Report:
        """Whether the process should go on living. Depends on nothing outside it."""
        idle = self._idle()
        return idle < STUCK, {
            "status": "ok" if idle < STUCK else "stuck",
            "loop_idle_seconds": round(idle, 3),
        }

    async def ready(self) -> Report:
        """Whether webhooks should come here: not draining, and every probe well."""
        if self.draining:
            return False, {"status": "draining", "checks": {}}
        results = await asyncio.gather(*(_ask(probe) for probe in self._probes.values()))
        checks = dict(zip(self._probes, results, strict=True))
        well = all(result == "ok" for result in results)
        return well, {"status": "ok" if well else "not ready", "checks": checks}


async def _ask(probe: Probe) -> str:
    # The type alone: an error's text may name hosts and paths, and this page may be public.
    try:
        async with asyncio.timeout(PROBE_TIMEOUT):
            await probe()
    except Exception as error:
        return type(error).__name__
    return "ok"


def disk_probe(folder: Path, least: float = 0.02) -> Probe:
    """A probe that fails when less than *least* (a fraction) of the disk under *folder* is free."""

    async def probe() -> None:
        usage = shutil.disk_usage(folder)
        if usage.free < usage.total * least:
            raise OSError("the disk is nearly full")

    return probe


def folder_probe(folder: Path) -> Probe:
    """A probe that fails when *folder* is missing or cannot be written to."""

    async def probe() -> None:
        if not os.access(folder, os.W_OK | os.X_OK):
            raise PermissionError("the folder cannot be written to")

    return probe
