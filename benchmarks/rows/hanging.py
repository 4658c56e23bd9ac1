"""Ack latency while one tenant's plugin awaits ten seconds in every turn, beside the same load without.

Half of the webhooks are for a healthy tenant, half for the other. Each round starts both gateways afresh,
because one that has hung for a while may rightly have put the plugin aside.
"""

from __future__ import annotations

from benchmarks.bench import Bench, Kind
from benchmarks.figures import Figure, percentile, ratios
from benchmarks.load import Pool, open_loop
from benchmarks.payloads import Wire
from benchmarks.samples import acks, measured
from benchmarks.site import Plan, Tenant
from benchmarks.stub import Stub

_OTHER_NUMBER = "401122334455999"
_RATE = 400.0
_SQLITE_TARGET_MS = 150.0
_POSTGRES_TARGET = 1.3


async def measure(bench: Bench) -> list[Figure]:
    """Figure ``hang …`` for each database."""
    stub = Stub()
    await stub.start()
    try:
        return [await _database(bench, stub, kind) for kind in bench.scale.databases]
    finally:
        stub.stop()


async def _database(bench: Bench, stub: Stub, kind: Kind) -> Figure:
    calm: list[float] = []
    hung: list[float] = []
    for _ in range(min(bench.scale.rounds, 3)):
        calm.append(await _p99(bench, stub, kind, "echo"))
        hung.append(await _p99(bench, stub, kind, "hang"))
    relative = kind == "postgres"
    return Figure(
        name=f"hang {kind}",
        values=ratios(hung, calm) if relative else tuple(hung),
        unit="x" if relative else " ms",
        target=_POSTGRES_TARGET if relative else _SQLITE_TARGET_MS,
        at_most=True,
        ours=f"p99 {percentile(hung, 0.5):.1f} ms",
        against=f"without {percentile(calm, 0.5):.1f} ms",
        note=f"{_RATE:g} webhooks/s, half of them for the tenant that hangs",
    )


async def _p99(bench: Bench, stub: Stub, kind: Kind, plugin: str) -> float:
    """The 99th percentile of the acks' latency in ms when the second tenant has *plugin*."""
    plan = Plan(
        f"hang-{plugin}",
        tenants=(Tenant(plugin="echo"), Tenant(id="other", plugin=plugin, numbers=(_OTHER_NUMBER,))),
        api_base=f"http://127.0.0.1:{stub.port}",
    )
    other = Wire(_OTHER_NUMBER)
    async with bench.site(plan, kind, kill=True) as site:
        await acks(site.process, bench.messages(bench.scale.warm_up // 4), within=bench.scale.limit)
        await site.idle(within=bench.scale.limit / 4)
        pairs = int(_RATE * bench.scale.steady / 2)
        requests = [
            request
            for pair in zip(bench.messages(pairs), bench.messages(pairs, wire=other), strict=True)
            for request in pair
        ]
        pool = Pool(site.process.port)
        await pool.open()
        try:
            with measured(site.process):
                await open_loop(pool, requests, rate=_RATE, within=bench.scale.limit / 4)
        finally:
            pool.close()
    return percentile(pool.latencies, 0.99) * 1000
