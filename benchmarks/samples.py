"""One measured run against a server."""

from __future__ import annotations

import contextlib
import gc
import time
from collections.abc import Iterator, Sequence

from msgspec import Struct

from benchmarks.load import Pool, closed_loop
from benchmarks.machine import Server


class Sample(Struct):
    """How much was done, and what it took of the server's CPU and of the time."""

    done: int = 0
    cpu: float = 0.0
    wall: float = 0.0
    latencies: tuple[float, ...] = ()

    @property
    def per_cpu(self) -> float:
        """Done per CPU-second of the server."""
        return self.done / max(self.cpu, 1e-3)

    @property
    def per_second(self) -> float:
        """Done per second of time."""
        return self.done / self.wall


@contextlib.contextmanager
def measured(server: Server) -> Iterator[Sample]:
    """Fill in the CPU and the time of what happens inside; keep our own collector quiet."""
    sample = Sample()
    gc.collect()
    gc.disable()
    cpu, start = server.cpu(), time.perf_counter()
    try:
        yield sample
    finally:
        sample.wall = time.perf_counter() - start
        sample.cpu = server.cpu() - cpu
        gc.enable()


async def acks(server: Server, requests: Sequence[bytes], *, within: float) -> Sample:
    """Post *requests* over 64 connections as fast as they are answered."""
    pool = Pool(*server.ports)
    await pool.open()
    try:
        with measured(server) as sample:
            await closed_loop(pool, requests, within=within)
        sample.done, sample.latencies = len(requests), tuple(pool.latencies)
        return sample
    finally:
        pool.close()
