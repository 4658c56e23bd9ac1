"""Several gateways on one PostgreSQL, disturbed under load; then a quiet time, and the verdict."""

from __future__ import annotations

import random
import time
from collections.abc import Awaitable, Callable
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults.databases import Server
from tests.faults.disturb import Scene, churn, crashes, kills, pauses, rolling
from tests.faults.drain import drain
from tests.faults.judge import Report
from tests.faults.load import Load
from tests.faults.moving import answer_times, percentiles, stands
from tests.faults.numbers import several
from tests.faults.provider import Odds
from tests.faults.world import World, beside, world

Say = Callable[[str], None]
Gaps = tuple[float, float]
Disturb = Callable[[Scene], Awaitable[None]]


@dataclass(frozen=True)
class Plan:
    """The size of a run. *rate* is webhooks a second before copies; the others are seconds.

    *calm* comes before one kill in fifteen, long enough for every lapsed lease to be taken over.
    """

    seed: int
    kills: int = 500
    pauses: int = 50
    crashes: int = 20
    restarts: int = 100
    seconds: float = 120.0
    contacts: int = 120
    rate: float = 20.0
    drain: float = 120.0
    hold: float = 3.0
    processes: int = 3
    kill_gap: Gaps = (0.3, 2.0)
    calm: Gaps = (9.0, 12.0)
    pause_gap: Gaps = (1.0, 4.0)
    pause: Gaps = (5.5, 9.0)
    crash_gap: Gaps = (4.0, 9.0)
    away: Gaps = (0.1, 4.0)
    every: float = 2.0


async def cluster_run(name: str, folder: Path, server: Server, plan: Plan, say: Say) -> Report:
    """The run called *name*: one of `RUNS`, or several with "+" between them, one after another."""
    disturbances = [RUNS[each](plan, server) for each in name.split("+")]

    async def disturb(scene: Scene) -> None:
        for number, each in enumerate(disturbances):
            if number:
                await scene.ready(plan.processes)
            await each(scene)

    return await _run(name, folder, server, plan, say, disturb, calm=name == "rolling")


#: By name: what makes the disturbance of a plan.
RUNS: dict[str, Callable[[Plan, Server], Disturb]] = {
    "cluster": lambda plan, _: lambda scene: kills(scene, plan.kills, plan.kill_gap, plan.calm),
    "pause": lambda plan, _: lambda scene: pauses(scene, plan.pauses, plan.pause_gap, plan.pause),
    "database": lambda plan, server: (
        lambda scene: crashes(scene, server, plan.crashes, plan.crash_gap, plan.away)
    ),
    "churn": lambda plan, _: lambda scene: churn(scene, plan.seconds, plan.every),
    "rolling": lambda plan, _: lambda scene: rolling(scene, plan.restarts, (0.1, 0.6)),
}


async def _run(
    name: str, folder: Path, server: Server, plan: Plan, say: Say, disturb: Disturb, *, calm: bool
) -> Report:
    """*calm*: the provider loses and refuses nothing, and the balancer asks who is ready."""
    database = server.database(f"faults_{name.replace('+', '_')}")
    async with AsyncExitStack() as stack:
        around = await stack.enter_async_context(
            world(
                folder, database, plan.seed, odds=Odds(0, 0) if calm else None, hold=plan.hold,
                give_up=600.0, processes=plan.processes, numbers=several(),
                options=("--grace", "1") if calm else (),
            )
        )  # fmt: skip
        load = Load(
            around.carrier, random.Random(f"load {plan.seed}"), contacts=plan.contacts, rate=plan.rate,
            lives=lambda: around.starts, numbers=around.site.numbers,
        )  # fmt: skip
        say(f"{name}: seed {plan.seed}, {plan.processes} processes, logs in {folder}")
        await around.start(120)
        if calm:
            await stack.enter_async_context(beside(around.balancer.run(around.session)))
        scene = Scene(around, load, random.Random(f"{name} {plan.seed}"), say)
        async with beside(load.run()) as writing:
            await disturb(scene)
            load.end()
            await around.start(120)
            rest = time.monotonic()
            left = await drain(around, load.acked, plan.drain, busy=lambda: not writing.done())
            scene.figures["seconds until all was at rest"] = int(time.monotonic() - rest)
        broken = {"not at rest": [left] if left else [], "gateway verify": await around.verified()}
        await around.stop()
        report = await around.verdict(load.acked)
    return _told(replace(report, violations={**broken, **report.violations}), scene, around)


def _told(report: Report, scene: Scene, around: World) -> Report:
    """The verdict with what the run was, and how long lanes stood still."""
    accepted, numbers = around.provider.accepted, around.site.numbers
    found = stands(scene.events, accepted, numbers)
    figures = {
        "disturbed": len(scene.events),
        "webhooks": scene.load.webhooks,
        "webhook copies delivered": scene.load.delivered,
        **scene.figures,
        **report.figures,
        "answers lost": around.provider.fates["cut"] + around.provider.fates["hang"],
        "sends refused": around.provider.fates["refuse"],
        **{f"log, error: {what}": count for what, count in sorted(around.errors().items())},
        **percentiles("lanes move again", [each.seconds for each in found]),
        **percentiles("lanes move again, alone", [each.seconds for each in found if each.alone]),
        **percentiles("200 to reply accepted", answer_times(scene.load.acked_at, accepted)),
        "seconds": int(time.monotonic() - scene.started),
    }
    return replace(report, figures=figures)
