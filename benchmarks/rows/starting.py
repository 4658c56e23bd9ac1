"""Start to ready on SQLite with 100 channels, and the memory that it takes."""

from __future__ import annotations

from benchmarks.bench import Bench
from benchmarks.figures import Figure
from benchmarks.site import Plan, Tenant

_CHANNELS = 100
_SECONDS_TARGET = 1.5
_MB_TARGET = 100.0


async def measure(bench: Bench) -> list[Figure]:
    """Figures ``start`` (seconds) and ``start resident`` (MB)."""
    numbers = tuple(str(401122334400000 + index) for index in range(_CHANNELS))
    plan = Plan("start", tenants=(Tenant(plugin="echo", numbers=numbers),))
    seconds: list[float] = []
    megabytes: list[float] = []
    for _ in range(bench.scale.starts):
        async with bench.site(plan, "sqlite") as site:
            seconds.append(site.started_in)
            megabytes.append(site.process.resident())
    note = f"{_CHANNELS} channels, the database is migrated already"
    return [
        Figure(
            name="start", values=tuple(seconds), unit=" s", target=_SECONDS_TARGET, at_most=True, note=note
        ),
        Figure(name="start resident", values=tuple(megabytes), unit=" MB", target=_MB_TARGET, at_most=True),
    ]
