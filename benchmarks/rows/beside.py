"""Acks with all the rest going on beside them on the one core: parse, dispatch, a plugin that is quiet."""

from __future__ import annotations

from contextlib import AsyncExitStack

from benchmarks.bench import Bench, Kind
from benchmarks.figures import Figure, rate, ratios
from benchmarks.load import Pool, closed_loop
from benchmarks.samples import Sample, acks, measured
from benchmarks.site import Plan, Site, Tenant

_TARGET = 0.35


async def measure(bench: Bench) -> list[Figure]:
    """For each database ``beside …``, while acks are asked for, and ``… to the end``, when all that was
    acknowledged is dispatched too."""
    scale = bench.scale
    count = scale.acks // 2
    figures: list[Figure] = []
    bare = await bench.peer("bare_aiohttp")
    async with AsyncExitStack() as stack:
        for kind in scale.databases:
            plan = Plan("beside", tenants=(Tenant(plugin="quiet"),))
            site = await stack.enter_async_context(bench.site(plan, kind))
            await _both(bench, site, scale.warm_up)
            limits: list[float] = []
            during: list[float] = []
            whole: list[float] = []
            for _ in range(scale.rounds):
                limits.append((await acks(bare, bench.messages(count), within=scale.limit)).per_cpu)
                acked, finished = await _both(bench, site, count)
                during.append(acked.per_cpu)
                whole.append(finished.per_cpu)
            figures.append(_figure(f"beside {kind}", kind, during, limits, _TARGET))
            figures.append(_figure(f"beside {kind} to the end", kind, whole, limits, None))
    return figures


async def _both(bench: Bench, site: Site, count: int) -> tuple[Sample, Sample]:
    """The sample until the last ack, and the one until the last event is done."""
    requests = bench.messages(count)
    pool = Pool(site.process.port)
    await pool.open()
    try:
        with measured(site.process) as finished:
            with measured(site.process) as acked:
                await closed_loop(pool, requests, within=bench.scale.limit)
            await site.idle(within=bench.scale.limit / 2)
        acked.done = finished.done = count
        return acked, finished
    finally:
        pool.close()


def _figure(name: str, kind: Kind, mine: list[float], limits: list[float], target: float | None) -> Figure:
    return Figure(
        name=name,
        values=ratios(mine, limits),
        target=target,
        ours=rate(mine),
        against=f"bare aiohttp {rate(limits)}",
    )
