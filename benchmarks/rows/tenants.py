"""What a turn costs with 1, 100 and 10,000 tenants in one gateway, the messages spread over their numbers."""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial

from benchmarks.bench import Bench, Kind
from benchmarks.figures import Figure, rate, ratios
from benchmarks.payloads import Wire
from benchmarks.samples import Sample
from benchmarks.site import Plan, Site, Tenant
from benchmarks.stub import Stub
from benchmarks.turns import closed

#: Tenants, and how many of them have a number.
SIZES = ((1, 1), (100, 100), (10_000, 1_000))
_TARGET = 1.2


async def measure(bench: Bench) -> list[Figure]:
    """Figures ``tenants N`` for each database: the CPU of a turn beside that with one tenant."""
    figures: list[Figure] = []
    for kind in bench.scale.databases:
        figures += await _of(bench, kind)
    return figures


async def _of(bench: Bench, kind: Kind) -> list[Figure]:
    async with AsyncExitStack() as stack:
        stub = Stub()
        await stub.start()
        stack.callback(stub.stop)
        sites: dict[int, tuple[Site, Wire]] = {}
        for count, numbered in SIZES:
            plan, wire = _plan(count, numbered, f"http://127.0.0.1:{stub.port}")
            sites[count] = await stack.enter_async_context(bench.site(plan, kind)), wire
        samples: dict[int, list[Sample]] = {count: [] for count in sites}
        some = bench.scale.turns // 3  # there are six sites, and one row's time
        for turns in [some // 2] + [some] * min(bench.scale.rounds, 3):
            for count, (site, wire) in sites.items():
                samples[count].append(await _played(bench, stub, site, wire, turns))
        return [_figure(kind, count, sites[count][0], samples) for count, _ in SIZES[1:]]


async def _played(bench: Bench, stub: Stub, site: Site, wire: Wire, turns: int) -> Sample:
    within = bench.scale.limit / 4
    stub.wire = wire  # the statuses are of the numbers that were written to
    keys = bench.keys(turns)
    settled = partial(site.idle, within=within)
    return await closed(site.process, stub, wire, keys, settled=settled, within=within)


def _figure(kind: Kind, count: int, site: Site, samples: dict[int, list[Sample]]) -> Figure:
    rates = {each: [sample.per_cpu for sample in every[1:]] for each, every in samples.items()}
    costs = {each: [1 / one for one in every] for each, every in rates.items()}
    return Figure(
        name=f"tenants {count} {kind}",
        values=ratios(costs[count], costs[1]),
        target=_TARGET,
        at_most=True,
        ours=rate(rates[count]),
        against=f"one tenant {rate(rates[1])}",
        note=f"started in {site.started_in:.1f} s, {site.process.resident():.0f} MB",
    )


def _plan(count: int, numbered: int, api_base: str) -> tuple[Plan, Wire]:
    numbers = [str(401122334400000 + index) for index in range(numbered)]
    tenants = [
        Tenant(f"bench-{index}", "echo", (numbers[index],) if index < numbered else ())
        for index in range(count)
    ]
    return Plan(f"tenants-{count}", tenants=tuple(tenants), api_base=api_base), Wire(*numbers)
