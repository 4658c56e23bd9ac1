"""Replies of a tenant while another one has a million messages queued, one conversation of ten thousand
messages, a provider that never answers, or a plugin that hangs.

The other tenants are there, and silent, while the tenant is measured alone: before and after.
"""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

from benchmarks.bench import Bench, Kind
from benchmarks.errors import BenchError
from benchmarks.figures import Figure, percentile
from benchmarks.load import Pool, open_loop
from benchmarks.payloads import ACCOUNT, Wire
from benchmarks.site import Plan, Site, Tenant
from benchmarks.stub import Stub
from benchmarks.turns import steady

_OTHERS = ("queued", "hot", "mute", "hang")
_NUMBERS = {name: f"40112233447590{index}" for index, name in enumerate(_OTHERS)}
#: Messages a second of the tenant that is measured, and of one in trouble.
_RATE = 50.0
_PACE = 80
_TARGET = 1.2
_SAID = {
    "queued": "has {count:,} messages in its queue",
    "hot": "has one conversation with {count:,} messages waiting",
    "mute": "has a provider that takes messages and never answers",
    "hang": "has a plugin that awaits 10 s in every turn",
}


async def measure(bench: Bench) -> list[Figure]:
    """Figures ``fair …`` for each database: p99 from webhook to accepted reply beside that alone."""
    stub = Stub()
    await stub.start()
    try:
        async with _silence() as mute:
            figures: list[Figure] = []
            for kind in bench.scale.databases:
                figures += await _database(bench, stub, kind, mute)
            return figures
    finally:
        stub.stop()


async def _database(bench: Bench, stub: Stub, kind: Kind, mute: str) -> list[Figure]:
    plan, took = _plan(stub, mute), dict[str, list[float]]()
    within = bench.scale.limit / 2

    async def replies(site: Site, beside: Callable[[Site], Awaitable[None]] | None = None) -> list[float]:
        if beside is not None:
            await beside(site)
        keys = bench.keys(max(int(_RATE * bench.scale.steady * 2), 20))
        found = await steady(
            site.process, stub, bench.wire, keys, rate=_RATE, settled=_nothing, within=within
        )
        return [each * 1000 for each in found]

    async with bench.site(plan, kind, kill=True) as site:
        await replies(site)
        took["alone"] = await replies(site)
        for name in ("mute", "hang"):
            async with _writing(bench, site, name):
                took[name] = await replies(site)
        took["alone"] += await replies(site)
        took["hot"] = await replies(site, lambda site: _heat(bench, site))
    async with bench.site(_plan(stub, mute, "queued"), kind, kill=True) as site:
        await _queue(bench, site, kind, plan)
        await replies(site)
        took["queued"] = await replies(site)
    return [_figure(kind, name, took[name], took["alone"], bench) for name in _OTHERS]


def _plan(stub: Stub, mute: str, *silent: str) -> Plan:
    """*silent* tenants, and the one called so, have the provider that never answers."""
    plugins, silent = {"hang": "hang"}, (*silent, "mute")
    others = [
        Tenant(name, plugins.get(name, "echo"), (_NUMBERS[name],), api_base=mute if name in silent else "")
        for name in _OTHERS
    ]
    return Plan(
        "fairness", (Tenant(plugin="echo"), *others), api_base=f"http://127.0.0.1:{stub.port}", pace=_PACE
    )


@asynccontextmanager
async def _writing(bench: Bench, site: Site, name: str) -> AsyncIterator[None]:
    """Contacts of *name* write as much as those of the tenant that is measured."""
    pool, wire = Pool(site.process.port, connections=8), Wire(_NUMBERS[name])
    await pool.open()
    requests = bench.messages(int(_RATE * bench.scale.steady * 2), wire=wire)
    task = asyncio.create_task(open_loop(pool, requests, rate=_RATE, within=bench.scale.limit / 2))
    try:
        yield
        await task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        pool.close()


async def _heat(bench: Bench, site: Site) -> None:
    """One contact writes everything at once, fifty messages to a webhook."""
    pool = Pool(site.process.port, connections=1)
    await pool.open()
    try:
        for first in range(0, bench.scale.hot, 50):
            pool.submit(bench.wire.request(_texts("hot", first, min(50, bench.scale.hot - first))))
        await pool.answered(bench.scale.limit / 2)
    finally:
        pool.close()


async def _queue(bench: Bench, site: Site, kind: Kind, plan: Plan) -> None:
    """Have the gateway queue one message, copy it while the gateway is down, and start it with *plan*."""
    pool = Pool(site.process.port, connections=1)
    await pool.open()
    try:
        pool.submit(bench.wire.request(_texts("queued", 0, 1)))
        await pool.answered(10)
    finally:
        pool.close()
    end = time.monotonic() + 10
    while not await site.database.value("select count(*) from outbox"):
        if time.monotonic() > end:
            raise BenchError("the message to copy was not queued within 10 s")
        await asyncio.sleep(0.05)
    hexed, digits = _TEXTS[kind]
    site.process.kill()
    await site.database.run(_COPY.format(count=bench.scale.queued, hexed=hexed, digits=digits))
    await site.again(plan, bench.cores)


#: The number *i* as text of a fixed length.
_TEXTS = {
    "sqlite": ("printf('%012x', i)", "printf('%08d', i)"),
    "postgres": ("lpad(to_hex(i), 12, '0')", "lpad(cast(i as text), 8, '0')"),
}
#: A part of a conversation of its own each, for a queue of one conversation would be one lane.
_COPY = """with recursive n (i) as (select 1 union all select i + 1 from n where i < {count})
insert into outbox (tenant, idx, channel, shard, class, body, purpose, error, id, message, conversation,
    address, state, attempt, resent, epoch, not_before, deadline, claimed_at, doubt_since, created_at)
select o.tenant, o.idx, o.channel, o.shard, 'api', o.body, '', '', substr(o.id, 1, 24) || {hexed},
    substr(o.message, 1, 24) || {hexed}, substr(o.conversation, 1, 24) || {hexed}, '+2547' || {digits},
    'ready', 0, 0, 0, 0, o.deadline + 86400000000, 0, 0, o.created_at
from (select * from outbox limit 1) o cross join n"""


def _texts(name: str, first: int, count: int) -> bytes:
    """A webhook with *count* messages of one contact to *name*: none of those that the stub counts."""
    contact, now = "254790000001", str(int(time.time()))
    messages = [
        {
            "from": contact,
            "id": f"wamid.{name}{n}",
            "timestamp": now,
            "type": "text",
            "text": {"body": f"h{n}"},
        }
        for n in range(first, first + count)
    ]
    value = {
        "messaging_product": "whatsapp",
        "metadata": {"display_phone_number": "15550104477", "phone_number_id": _NUMBERS[name]},
        "contacts": [{"profile": {"name": "Lucia"}, "wa_id": contact}],
        "messages": messages,
    }
    change = {"field": "messages", "value": value}
    body = {"object": "whatsapp_business_account", "entry": [{"id": ACCOUNT, "changes": [change]}]}
    return json.dumps(body).encode()


@asynccontextmanager
async def _silence() -> AsyncIterator[str]:
    """The address of a server that reads and never answers."""

    async def swallow(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.read(65536):
            pass
        writer.close()

    server = await asyncio.start_server(swallow, "127.0.0.1", 0)
    try:
        yield f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"
    finally:
        server.close()


async def _nothing() -> None:
    """What the other tenant has left to do is its own."""


def _figure(kind: Kind, name: str, took: list[float], alone: list[float], bench: Bench) -> Figure:
    beside, without = percentile(took, 0.99), percentile(alone, 0.99)
    count = {"queued": bench.scale.queued, "hot": bench.scale.hot}.get(name, 0)
    return Figure(
        name=f"fair {name} {kind}",
        values=(beside / without,),
        target=_TARGET,
        at_most=True,
        ours=f"p99 {beside:.0f} ms, p50 {percentile(took, 0.5):.0f} ms",
        against=f"alone: p99 {without:.0f} ms, p50 {percentile(alone, 0.5):.0f} ms",
        note=f"another tenant {_SAID[name].format(count=count)}",
    )
