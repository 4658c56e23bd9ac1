"""Conversations with an echo: message webhooks go in, replies reach the stub, statuses go back."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable

from benchmarks.errors import BenchError
from benchmarks.load import Pool, until
from benchmarks.machine import Server
from benchmarks.payloads import Wire
from benchmarks.samples import Sample, measured
from benchmarks.stub import Stub

#: Messages whose reply is not accepted yet, at most.
IN_FLIGHT = 256

Settled = Callable[[], Awaitable[None]]


async def closed(
    server: Server,
    stub: Stub,
    wire: Wire,
    keys: list[int],
    *,
    settled: Settled,
    within: float,
    silent: bool = False,
) -> Sample:
    """Play *keys* with at most `IN_FLIGHT` open; the sample's time ends with the last acceptance, its
    CPU when all statuses are answered and *settled* returns. *silent*: no statuses."""
    waiting = iter([wire.request(wire.message_body(key)) for key in keys])
    pool = await _pool(server, stub)
    if silent:
        stub.deliver = None
    all_accepted = asyncio.Event()

    def more(_: int) -> None:
        following = next(waiting, None)
        if following is not None:
            pool.submit(following)
        if len(stub.accepted) == len(keys):
            all_accepted.set()

    stub.on_accepted = more
    try:
        with measured(server) as sample:
            start = time.perf_counter()
            for _ in range(min(IN_FLIGHT, len(keys))):
                pool.submit(next(waiting))
            await _accepted(all_accepted, stub, len(keys), within)
            wall = time.perf_counter() - start
            await _statuses(pool, stub, settled, within)
        sample.done, sample.wall = len(keys), wall
        return sample
    finally:
        _part(pool, stub)


async def steady(
    server: Server, stub: Stub, wire: Wire, keys: list[int], *, rate: float, settled: Settled, within: float
) -> list[float]:
    """Play *keys* at *rate* a second; for each the seconds from when its webhook was due to acceptance."""
    requests = [wire.request(wire.message_body(key)) for key in keys]
    pool = await _pool(server, stub)
    all_accepted = asyncio.Event()

    def check(_: int) -> None:
        if len(stub.accepted) == len(keys):
            all_accepted.set()

    stub.on_accepted = check
    try:
        with measured(server):
            start = time.perf_counter()
            for index, request in enumerate(requests):
                due = start + index / rate
                await until(due)
                pool.submit(request, due)
            await _accepted(all_accepted, stub, len(keys), within)
            await _statuses(pool, stub, settled, within)
        return [stub.accepted[key] - start - index / rate for index, key in enumerate(keys)]
    finally:
        _part(pool, stub)


async def _pool(server: Server, stub: Stub) -> Pool:
    pool = Pool(*server.ports)
    await pool.open()
    stub.forget()
    stub.deliver = pool.submit
    return pool


def _part(pool: Pool, stub: Stub) -> None:
    stub.deliver = stub.on_accepted = None
    pool.close()


async def _accepted(event: asyncio.Event, stub: Stub, count: int, within: float) -> None:
    try:
        async with asyncio.timeout(within):
            await event.wait()
    except TimeoutError:
        missing = f"of {count} messages {len(stub.accepted)} were replied to within {within:g} s"
        raise BenchError(missing) from None
    if stub.repeated:
        raise BenchError(f"{len(stub.repeated)} replies were sent more than once")


async def _statuses(pool: Pool, stub: Stub, settled: Settled, within: float) -> None:
    await stub.reported()
    await pool.answered(within)
    await settled()
