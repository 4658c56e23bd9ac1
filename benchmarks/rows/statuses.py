"""Statuses of known messages, journaled, parsed and folded, beside acks that are only journaled."""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial

from benchmarks.bench import Bench
from benchmarks.errors import BenchError
from benchmarks.figures import Figure, rate, ratios
from benchmarks.load import Pool, closed_loop
from benchmarks.samples import acks, measured
from benchmarks.site import Plan, Site, Tenant
from benchmarks.stub import STATUSES, Stub
from benchmarks.turns import closed

_TARGET = 0.6
_READ = "select count(*) from part where status = 'read'"


async def measure(bench: Bench) -> list[Figure]:
    """Figure ``status sqlite``, one status to a webhook, and without a target three to a webhook."""
    scale = bench.scale
    single: list[float] = []
    triple: list[float] = []
    limits: list[float] = []
    async with AsyncExitStack() as stack:
        stub = Stub()
        await stub.start()
        stack.callback(stub.stop)
        plan = Plan("status", tenants=(Tenant(plugin="echo"),), api_base=f"http://127.0.0.1:{stub.port}")
        site = await stack.enter_async_context(bench.site(plan, "sqlite"))
        intake = await stack.enter_async_context(
            bench.site(Plan("status-acks", intake_only=True), "sqlite", kill=True)
        )
        await acks(intake.process, bench.messages(scale.warm_up), within=scale.limit)
        await _fold(bench, site, stub, scale.warm_up // 4, together=False)
        for _ in range(min(scale.rounds, 3)):
            single.append(await _fold(bench, site, stub, scale.turns, together=False))
            limits.append(await _acks(bench, intake))
            triple.append(await _fold(bench, site, stub, scale.turns, together=True))
    return [
        _figure("status sqlite", single, limits, _TARGET),
        _figure("status sqlite, 3 a webhook", triple, limits, None),
    ]


async def _acks(bench: Bench, intake: Site) -> float:
    requests = bench.messages(bench.scale.acks // 2)
    return (await acks(intake.process, requests, within=bench.scale.limit)).per_cpu


async def _fold(bench: Bench, site: Site, stub: Stub, count: int, *, together: bool) -> float:
    """Have *count* replies sent in silence, then report on them; statuses folded per CPU-second."""
    before = await site.database.value(_READ)
    within = bench.scale.limit / 4
    idle = partial(site.idle, within=within)
    await closed(site.process, stub, bench.wire, bench.keys(count), settled=idle, within=within, silent=True)
    requests = [request for sent in stub.sent for request in stub.statuses(*sent, together=together)]
    pool = Pool(site.process.port)
    await pool.open()
    try:
        with measured(site.process) as sample:
            await closed_loop(pool, requests, within=within)
            await idle()
        sample.done = count * len(STATUSES)
    finally:
        pool.close()
    folded = await site.database.value(_READ) - before
    if folded != count:
        raise BenchError(f"of {count} replies {folded} are known as read")
    return sample.per_cpu


def _figure(name: str, mine: list[float], limits: list[float], target: float | None) -> Figure:
    return Figure(
        name=name,
        values=ratios(mine, limits),
        target=target,
        ours=rate(mine),
        against=f"durable acks {rate(limits)}",
        note="statuses per CPU-second, until the last one is folded",
    )
