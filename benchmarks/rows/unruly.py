"""Replies of a healthy tenant while another one's plugin raises, never returns, or blocks the loop.

One gateway serves all of them, one after the other; the other tenant gets as many messages as the healthy
one, except where its plugin blocks the process: there one in three seconds.
"""

from __future__ import annotations

import asyncio

from benchmarks.bench import Bench, Kind
from benchmarks.figures import Figure, percentile
from benchmarks.load import Pool, open_loop
from benchmarks.payloads import Wire
from benchmarks.site import Plan, Site, Tenant
from benchmarks.stub import Stub
from benchmarks.turns import steady

#: Plugins of other tenants, each with a number of its own, and their messages a second.
_OTHERS = {"quiet": 100.0, "raises": 100.0, "never": 100.0, "blocks": 1 / 3}
_NUMBERS = {name: f"40112233445590{index}" for index, name in enumerate(_OTHERS)}
_RATE = 100.0
_SQLITE_TARGET_MS = 100.0
_POSTGRES_TARGET = 1.3
_SAID = {
    "raises": "raises in every turn",
    "never": "never returns",
    "blocks": "blocks the process for 0.9 s, once in 3 s",
}


async def measure(bench: Bench) -> list[Figure]:
    """Figures ``unruly …`` for each database: p99 from webhook to accepted reply, in ms."""
    stub = Stub()
    await stub.start()
    try:
        figures: list[Figure] = []
        for kind in bench.scale.databases:
            figures += await _database(bench, stub, kind)
        return figures
    finally:
        stub.stop()


async def _database(bench: Bench, stub: Stub, kind: Kind) -> list[Figure]:
    others = [Tenant(id=name, plugin=name, numbers=(_NUMBERS[name],)) for name in _OTHERS]
    plan = Plan("unruly", (Tenant(plugin="echo"), *others), api_base=f"http://127.0.0.1:{stub.port}")
    found: dict[str, list[float]] = {}
    async with bench.site(plan, kind, kill=True) as site:
        await _replies(bench, stub, site, "quiet", bench.scale.steady / 4)
        for name in (*_OTHERS, "quiet"):  # the calm before and after
            found.setdefault(name, []).extend(
                await _replies(bench, stub, site, name, bench.scale.steady * 1.3)
            )
    return [_figure(kind, name, found[name], found["quiet"]) for name in _SAID]


async def _replies(bench: Bench, stub: Stub, site: Site, name: str, seconds: float) -> list[float]:
    """ms that each reply of the healthy tenant took while *name* has messages too."""
    within = bench.scale.limit / 2
    rate, wire = _OTHERS[name], Wire(_NUMBERS[name])
    pool = Pool(site.process.port)
    await pool.open()
    try:
        took, _ = await asyncio.gather(
            steady(
                site.process, stub, bench.wire, bench.keys(int(seconds * _RATE)), rate=_RATE,
                settled=_nothing, within=within,
            ),
            open_loop(pool, bench.messages(max(int(seconds * rate), 1), wire=wire), rate=rate, within=within),
        )  # fmt: skip
    finally:
        pool.close()
    return [each * 1000 for each in took]


async def _nothing() -> None:
    """What the other tenant has left to do is its own."""


def _figure(kind: Kind, name: str, took: list[float], calm: list[float]) -> Figure:
    with_it, without = percentile(took, 0.99), percentile(calm, 0.99)
    relative = kind == "postgres"
    # One process has one loop: what blocks it is late for everybody, and is told by name.
    target = None if name == "blocks" else _POSTGRES_TARGET if relative else _SQLITE_TARGET_MS
    return Figure(
        name=f"{name} {kind}",
        values=(with_it / without if relative else with_it,),
        unit="x" if relative else " ms",
        target=target,
        at_most=True,
        ours=f"p99 {with_it:.0f} ms, p50 {percentile(took, 0.5):.0f} ms",
        against=f"a quiet plugin there: p99 {without:.0f} ms",
        note=f"another tenant's plugin {_SAID[name]}",
    )
