"""One, two and three gateways on one PostgreSQL: what the work of each CPU-second is worth then.

All of them share the servers' core, so the clock tells how well they get along, and the rate per CPU-second
what it costs that there are several.
"""

from __future__ import annotations

from functools import partial

from benchmarks.bench import Bench
from benchmarks.figures import Figure, rate, ratios
from benchmarks.machine import Group
from benchmarks.payloads import Wire
from benchmarks.samples import Sample, acks
from benchmarks.site import Plan, Tenant
from benchmarks.stub import Stub
from benchmarks.turns import closed

SIZES = (1, 2, 3)
#: A dozen numbers, so that every process has some.
NUMBERS = tuple(str(401122334460000 + index) for index in range(12))
_TARGET = 0.8


async def measure(bench: Bench) -> list[Figure]:
    """Figures ``cluster N acks`` and ``cluster N turns``: per CPU-second, beside those of one process."""
    if "postgres" not in bench.scale.databases:
        return []
    taken: dict[int, list[Sample]] = {}
    turned: dict[int, list[Sample]] = {}
    for size in SIZES:
        taken[size] = await _acks(bench, size)
        turned[size] = await _turns(bench, size)
    return [
        _figure(f"cluster {size} {what}", found[size], found[1], size)
        for what, found in (("acks", taken), ("turns", turned))
        for size in SIZES
    ]


async def _acks(bench: Bench, size: int) -> list[Sample]:
    samples = []
    tenants = (Tenant(numbers=NUMBERS),)
    async with bench.sites(Plan("cluster-acks", tenants, intake_only=True), size) as sites:
        group, wire = Group([site.process for site in sites]), Wire(*NUMBERS)
        for count in [bench.scale.warm_up] + [bench.scale.acks // 2] * min(bench.scale.rounds, 3):
            requests = bench.messages(count, wire=wire)
            samples.append(await acks(group, requests, within=bench.scale.limit / 4))
    return samples[1:]


async def _turns(bench: Bench, size: int) -> list[Sample]:
    samples, within = [], bench.scale.limit / 4
    stub, wire = Stub(), Wire(*NUMBERS)
    stub.wire = wire
    await stub.start()
    try:
        tenants = tuple(Tenant(f"bench-{n}", "echo", NUMBERS[n * 4 : n * 4 + 4]) for n in range(3))
        plan = Plan("cluster-turns", tenants, api_base=f"http://127.0.0.1:{stub.port}")
        async with bench.sites(plan, size) as sites:
            group = Group([site.process for site in sites])
            settled = partial(sites[0].idle, within=within)
            for count in [bench.scale.warm_up // 2] + [bench.scale.turns // 2] * min(bench.scale.rounds, 3):
                keys = bench.keys(count)
                samples.append(await closed(group, stub, wire, keys, settled=settled, within=within))
    finally:
        stub.stop()
    return samples[1:]


def _figure(name: str, ours: list[Sample], alone: list[Sample], size: int) -> Figure:
    mine, one = [each.per_cpu for each in ours], [each.per_cpu for each in alone]
    walls = [each.per_second for each in ours]
    return Figure(
        name=name,
        values=ratios(mine, one),
        target=_TARGET if size > 1 else None,
        ours=rate(mine),
        against=f"one process {rate(one)}",
        note=f"by the clock {rate(walls, '/s')}, all on one core",
    )
