"""Durable acks: verified and journaled, nothing parsed, beside the limit and a peer that keeps nothing."""

from __future__ import annotations

from contextlib import AsyncExitStack

from benchmarks.bench import Bench
from benchmarks.figures import Figure, rate, ratios
from benchmarks.machine import Process
from benchmarks.samples import acks
from benchmarks.site import Plan

_TARGETS = {"sqlite": 0.65, "postgres": 0.70}
_PYWA_TARGET = 2.1
#: pywa is several times slower, so that fewer requests give as long a run.
_PYWA_SHARE = 3


async def measure(bench: Bench) -> list[Figure]:
    """Figures ``acks sqlite``, ``acks postgres`` and ``acks sqlite / pywa``."""
    async with AsyncExitStack() as stack:
        servers = {
            "bare": await bench.peer("bare_aiohttp"),
            "pywa": await bench.peer("pywa_starlette"),
        }
        for kind in bench.scale.databases:
            site = await stack.enter_async_context(
                bench.site(Plan("acks", intake_only=True), kind, kill=True)
            )
            servers[kind] = site.process
        rates, walls = await _rounds(bench, servers)
    figures = [
        Figure(
            name=f"acks {kind}",
            values=ratios(rates[kind], rates["bare"]),
            target=_TARGETS[kind],
            ours=rate(rates[kind]),
            against=f"bare aiohttp {rate(rates['bare'])}",
            note=f"by the clock {rate(walls[kind], '/s')} and {rate(walls['bare'], '/s')}",
        )
        for kind in bench.scale.databases
    ]
    pywa = Figure(
        name="acks sqlite / pywa",
        values=ratios(rates["sqlite"], rates["pywa"]),
        target=_PYWA_TARGET,
        ours=rate(rates["sqlite"]),
        against=f"pywa + Starlette {rate(rates['pywa'])}",
        note="pywa keeps nothing",
    )
    return [*figures, pywa]


async def _rounds(
    bench: Bench, servers: dict[str, Process]
) -> tuple[dict[str, list[float]], dict[str, list[float]]]:
    """Acks per CPU-second and per second of every server, round by round, the servers in turn."""
    scale = bench.scale
    for server in servers.values():
        await acks(server, bench.messages(scale.warm_up), within=scale.limit)
    rates: dict[str, list[float]] = {name: [] for name in servers}
    walls: dict[str, list[float]] = {name: [] for name in servers}
    for _ in range(scale.rounds):
        for name, server in servers.items():
            count = scale.acks // _PYWA_SHARE if name == "pywa" else scale.acks
            sample = await acks(server, bench.messages(count), within=scale.limit)
            rates[name].append(sample.per_cpu)
            walls[name].append(sample.per_second)
    return rates, walls
