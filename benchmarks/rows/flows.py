"""What the last turn of a conversation of a hundred questions costs, beside its first turns.

A flow is replayed at each turn, so a turn grows with what was answered before it. A turn is one webhook and
the next question accepted; statuses are left out.
"""

from __future__ import annotations

from functools import partial

from benchmarks.bench import Bench, Kind
from benchmarks.figures import Figure, percentile
from benchmarks.payloads import Few
from benchmarks.site import Plan, Site, Tenant
from benchmarks.stub import Stub
from benchmarks.turns import closed

_QUESTIONS = 100
#: Turns at the beginning and at the end that are measured, and in how many samples.
_MEASURED, _SAMPLES = 10, 5
_TARGET_MS = 6.0


async def measure(bench: Bench) -> list[Figure]:
    """Figure ``flow …`` for each database: CPU of the server per turn, in ms."""
    stub = Stub()
    await stub.start()
    try:
        return [await _database(bench, stub, kind) for kind in bench.scale.databases]
    finally:
        stub.stop()


async def _database(bench: Bench, stub: Stub, kind: Kind) -> Figure:
    people = max(bench.scale.turns // 100, 2)
    wire = Few(people)
    plan = Plan("flow", tenants=(Tenant(plugin="form"),), api_base=f"http://127.0.0.1:{stub.port}")
    async with bench.site(plan, kind) as site:
        play = partial(_played, bench, stub, site, wire, people)
        first = [await play(_MEASURED // _SAMPLES) for _ in range(_SAMPLES)]
        await play(_QUESTIONS - 2 * _MEASURED)
        last = [await play(_MEASURED // _SAMPLES) for _ in range(_SAMPLES)]
    return Figure(
        name=f"flow {kind}",
        values=tuple(last),
        unit=" ms",
        target=_TARGET_MS,
        at_most=True,
        ours=f"CPU of a turn, the last {_MEASURED} of {_QUESTIONS} questions",
        against=f"the first {_MEASURED}: {percentile(first, 0.5):.1f} ms",
        note=f"{people} conversations at once",
    )


async def _played(bench: Bench, stub: Stub, site: Site, wire: Few, people: int, turns: int) -> float:
    """Let everybody answer *turns* questions; ms of CPU per turn."""
    within = bench.scale.limit / 2
    settled = partial(site.idle, within=within)
    keys = bench.keys(people * turns)
    sample = await closed(site.process, stub, wire, keys, settled=settled, within=within, silent=True)
    return 1000 / sample.per_cpu
