"""Webhook → echo accepted with everything on, beside an echo that keeps nothing; and how long it takes.

A turn is one message webhook, one reply and three status webhooks. CPU counts until the last status is
answered and, for ours, folded.
"""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial

from benchmarks.bench import Bench, Kind
from benchmarks.figures import Figure, percentile, rate, ratios
from benchmarks.machine import Process
from benchmarks.samples import Sample
from benchmarks.site import Plan, Tenant
from benchmarks.stub import Stub
from benchmarks.turns import Settled, closed, steady

_TARGETS = {"sqlite": 0.55, "postgres": 0.45}
_P99_TARGET = 25.0
_PEER = "aiohttp"


async def measure(bench: Bench) -> list[Figure]:
    """Figures ``echo …`` and ``echo … p99`` for each database."""
    async with AsyncExitStack() as stack:
        stub = Stub()
        await stub.start()
        stack.callback(stub.stop)
        api_base = f"http://127.0.0.1:{stub.port}"
        servers: dict[str, tuple[Process, Settled]] = {
            _PEER: (await bench.peer("aiohttp_echo", api_base), _nothing)
        }
        plan = Plan("echo", tenants=(Tenant(plugin="echo"),), api_base=api_base)
        for kind in bench.scale.databases:
            site = await stack.enter_async_context(bench.site(plan, kind))
            servers[kind] = (site.process, partial(site.idle, within=bench.scale.limit / 4))
        samples = await _rounds(bench, stub, servers)
        figures = [_throughput(kind, samples) for kind in bench.scale.databases]
        for kind in bench.scale.databases:
            top = percentile([sample.per_second for sample in samples[kind]], 0.5)
            figures.append(await _latency(bench, stub, kind, *servers[kind], rate=top / 2))
    return figures


async def _nothing() -> None:
    """The peer has nothing left to do once its answers are there."""


async def _rounds(
    bench: Bench, stub: Stub, servers: dict[str, tuple[Process, Settled]]
) -> dict[str, list[Sample]]:
    samples: dict[str, list[Sample]] = {name: [] for name in servers}
    for count in [bench.scale.warm_up // 2] + [bench.scale.turns] * min(bench.scale.rounds, 3):
        for name, (server, settled) in servers.items():
            keys = bench.keys(count)
            sample = await closed(
                server, stub, bench.wire, keys, settled=settled, within=bench.scale.limit / 4
            )
            samples[name].append(sample)
    return {name: every[1:] for name, every in samples.items()}


def _throughput(kind: Kind, samples: dict[str, list[Sample]]) -> Figure:
    mine = [sample.per_cpu for sample in samples[kind]]
    theirs = [sample.per_cpu for sample in samples[_PEER]]
    walls = {name: [sample.per_second for sample in samples[name]] for name in (kind, _PEER)}
    return Figure(
        name=f"echo {kind}",
        values=ratios(mine, theirs),
        target=_TARGETS[kind],
        ours=rate(mine),
        against=f"aiohttp echo {rate(theirs)}",
        note=f"by the clock {rate(walls[kind], '/s')} and {rate(walls[_PEER], '/s')}",
    )


async def _latency(
    bench: Bench, stub: Stub, kind: Kind, server: Process, settled: Settled, *, rate: float
) -> Figure:
    p50s: list[float] = []
    p99s: list[float] = []
    for _ in range(min(bench.scale.rounds, 3)):
        keys = bench.keys(max(int(rate * bench.scale.steady), 10))
        seconds = await steady(
            server, stub, bench.wire, keys, rate=rate, settled=settled, within=bench.scale.limit / 4
        )
        p50s.append(percentile(seconds, 0.5) * 1000)
        p99s.append(percentile(seconds, 0.99) * 1000)
    return Figure(
        name=f"echo {kind} p99",
        values=tuple(p99s),
        unit=" ms",
        target=_P99_TARGET,
        at_most=True,
        ours=f"p50 {percentile(p50s, 0.5):.1f} ms",
        note=f"webhook to accepted, {rate:,.0f} messages/s, half of the top rate",
    )
