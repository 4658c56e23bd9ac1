"""Acks while old messages, their parts and the log of events are removed beside them."""

from __future__ import annotations

import asyncio
import time

from benchmarks.bench import Bench, Kind
from benchmarks.errors import BenchError
from benchmarks.figures import Figure, percentile
from benchmarks.load import Pool, open_loop
from benchmarks.site import Plan, Site, Tenant

#: Acks a second while it is measured.
_RATE = 200.0
_TARGET = 1.5


async def measure(bench: Bench) -> list[Figure]:
    """Figures ``retention …`` for each database: p99 of acks during a round beside that before."""
    figures: list[Figure] = []
    for kind in bench.scale.databases:
        plan = Plan("retention", tenants=(Tenant(plugin="quiet"),))
        async with bench.site(plan, kind, kill=True) as site:
            figures.append(await _database(bench, site, kind))
    return figures


async def _database(bench: Bench, site: Site, kind: Kind) -> Figure:
    rows = bench.scale.removed
    await _fill(site, kind, rows)
    await _acks(bench, site)
    alone = await _acks(bench, site)
    before, began = await _left(site), time.monotonic()
    await site.database.run("update retention_round set next_at = 1")
    while await _left(site) == before:
        if time.monotonic() > began + 30:
            raise BenchError("no round began within 30 s")
        await asyncio.sleep(0.1)
    at, since = await _left(site), time.monotonic()
    beside = await _acks(bench, site)
    after, took = await _left(site), time.monotonic() - since
    if after == at:
        raise BenchError("nothing was removed while acks were measured")
    p50, p99 = (tuple(percentile(each, share) for each in (beside, alone)) for share in (0.5, 0.99))
    return Figure(
        name=f"retention {kind}", values=(p99[0] / p99[1],), target=_TARGET, at_most=True,
        ours=f"p50 {p50[0]:.1f}, p99 {p99[0]:.1f} ms, {(at - after) / took:,.0f} rows/s of {rows:,} removed",
        against=f"p50 {p50[1]:.1f}, p99 {p99[1]:.1f} ms without",
    )  # fmt: skip


async def _acks(bench: Bench, site: Site) -> list[float]:
    """How long each ack of a steady load took, milliseconds."""
    pool = Pool(site.process.port, connections=8)
    await pool.open()
    try:
        seconds = bench.scale.steady * 5
        await open_loop(
            pool, bench.messages(max(int(_RATE * seconds), 50)), rate=_RATE, within=bench.scale.limit
        )
        return [each * 1000 for each in pool.latencies]
    finally:
        pool.close()


async def _left(site: Site) -> int:
    """Rows of those that were filled in."""
    counts = [
        await site.database.value(f"select count(*) from {table} where {column} < 1000000000000000")
        for table, column in (("message", "created_at"), ("part", "accepted_at"), ("feed", "at"))
    ]
    return sum(map(int, counts))


#: Ids of long ago, of the place *i*.
_IDS = {
    "sqlite": "'00000000-' || substr(printf('%08x', i), 5) || '-7000-8000-' || printf('%012x', i)",
    "postgres": "'00000000-' || right(lpad(to_hex(i), 8, '0'), 4) || '-7000-8000-'"
    " || lpad(to_hex(i), 12, '0')",
}
_N = "with recursive n (i) as (select 1 union all select i + 1 from n where i < {count})"
_FILL = (
    _N
    + """
insert into message (tenant, id, channel, conversation, contact, direction, type, content,
    provider_message_id, event, origin, parts, at, created_at, raw)
select '{tenant}', {id}, 'main', 'v' || cast(i % 1000 as text), 'c', 'out', 'text',
    '{{"type":"text","text":"Thank you, your order is on its way."}}', '', '', 'reply', 1, i, i, {none}
from n""",
    _N
    + """
insert into part (tenant, id, message, idx, channel, conversation, provider_message_id, status, rank, attempt,
    resent, claimed_at, accepted_at, updated_at, error)
select '{tenant}', {id}, {id}, 0, 'main', 'v' || cast(i % 1000 as text), 'wamid.old' || cast(i as text),
    'read', 40, 1, 0, i, i, i, '' from n""",
    _N
    + """
insert into feed (tenant, first, id, at, n, data)
select '{tenant}', i, {id}, i, 1, '[["message.status",{{}}]]' from n""",
)  # fmt: skip


async def _fill(site: Site, kind: Kind, rows: int) -> None:
    """A third each of messages, parts and blocks of the log; the log's head is behind them."""
    tenant = await site.database.value("select min(tenant) from tenant where tenant <> ''")
    values = {
        "tenant": tenant,
        "id": _IDS[kind],
        "count": rows // 3,
        "none": "x''" if kind == "sqlite" else "''",
    }
    for sql in _FILL:
        await site.database.run(sql.format(**values))
    await site.database.run(
        f"insert into feed_head (tenant, seq) values ('{tenant}', {rows // 3})"
        f" on conflict (tenant) do update set seq = feed_head.seq + {rows // 3}"
    )
