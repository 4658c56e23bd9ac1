"""What the last turn of a conversation of a hundred questions costs, beside its first turns; and what it
costs to check ten thousand conversations before a deploy.

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
_CHECK_TARGET_MS = 0.5
_COPY = """with recursive n(i) as (select 1 union all select i + 1 from n where i < {times})
insert into flow (tenant, id, plugin, name, conversation, state, pending, code, args, log, epoch, version,
    wake_at, started_at, updated_at)
select tenant, id || 'copy' || i, plugin, name, conversation, 'parked', pending, code, args, log, epoch,
    version, 0, started_at, updated_at
from flow, n"""


async def measure(bench: Bench) -> list[Figure]:
    """Figures ``flow …`` and ``flow … check`` for each database: ms of CPU."""
    stub = Stub()
    await stub.start()
    try:
        return [each for kind in bench.scale.databases for each in await _database(bench, stub, kind)]
    finally:
        stub.stop()


async def _database(bench: Bench, stub: Stub, kind: Kind) -> list[Figure]:
    people = max(bench.scale.turns // 100, 2)
    wire = Few(people)
    plan = Plan("flow", tenants=(Tenant(plugin="form"),), api_base=f"http://127.0.0.1:{stub.port}")
    async with bench.site(plan, kind) as site:
        play = partial(_played, bench, stub, site, wire, people)
        first = [await play(_MEASURED // _SAMPLES) for _ in range(_SAMPLES)]
        checked = await _checked(site, people, bench.scale.acks // 2)
        await play(_QUESTIONS - 2 * _MEASURED)
        last = [await play(_MEASURED // _SAMPLES) for _ in range(_SAMPLES)]
    turn = Figure(
        name=f"flow {kind}",
        values=tuple(last),
        unit=" ms",
        target=_TARGET_MS,
        at_most=True,
        ours=f"CPU of a turn, the last {_MEASURED} of {_QUESTIONS} questions",
        against=f"the first {_MEASURED}: {percentile(first, 0.5):.1f} ms",
        note=f"{people} conversations at once",
    )
    check = Figure(
        name=f"flow {kind} check",
        values=(checked,),
        unit=" ms",
        target=_CHECK_TARGET_MS,
        at_most=True,
        ours=f"CPU of a conversation, {bench.scale.acks // 2:,} of them",
        note=f"`gateway flows check` beside the gateway, its start apart; {_MEASURED} answers each",
    )
    return [turn, check]


async def _checked(site: Site, people: int, many: int) -> float:
    """ms of CPU that `gateway flows check` takes for each of *many* copies of the conversations."""
    start = await site.command("flows", "check")
    await site.database.run(_COPY.format(times=max(many // people, 1)))
    with_all = await site.command("flows", "check")
    await site.database.run("delete from flow where id like '%copy%'")
    return 1000 * max(with_all - start, 0.0) / (people * max(many // people, 1))


async def _played(bench: Bench, stub: Stub, site: Site, wire: Few, people: int, turns: int) -> float:
    """Let everybody answer *turns* questions; ms of CPU per turn."""
    within = bench.scale.limit / 2
    settled = partial(site.idle, within=within)
    keys = bench.keys(people * turns)
    sample = await closed(site.process, stub, wire, keys, settled=settled, within=within, silent=True)
    return 1000 / sample.per_cpu
