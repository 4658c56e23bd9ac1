"""`kill -9` at random moments under load, then a quiet time, then the verdict."""

from __future__ import annotations

import asyncio
import random
import statistics
import time
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path

from tests.faults.drain import drain, unanswered
from tests.faults.judge import Report
from tests.faults.load import Load
from tests.faults.site import Database
from tests.faults.world import World, beside, world

Say = Callable[[str], None]


@dataclass(frozen=True)
class Plan:
    """The size of a run. *rate* is webhooks a second before copies; *drain*, *hold* and lives
    are seconds.

    One kill in ten strikes while the gateway is still starting; every eighth life is long enough for
    sends in doubt to be resolved by time.
    """

    kills: int
    seed: int
    contacts: int = 120
    rate: float = 40.0
    drain: float = 90.0
    hold: float = 3.0
    short_life: tuple[float, float] = (0.25, 2.0)
    long_life: tuple[float, float] = (4.5, 6.0)

    def lives(self) -> list[tuple[bool, float]]:
        """For every kill: whether the gateway may get ready first, and the seconds that it lives then."""
        rng = random.Random(f"lives {self.seed}")
        return [self._life(rng, number) for number in range(1, self.kills + 1)]

    def _life(self, rng: random.Random, number: int) -> tuple[bool, float]:
        if number % 8 == 0:
            return True, rng.uniform(*self.long_life)
        if rng.random() < 0.1:
            return False, rng.uniform(0.05, 1.5)
        return True, rng.uniform(*self.short_life)


async def kill_run(folder: Path, database: Database, plan: Plan, say: Say) -> Report:
    """Run *plan* and judge it. Raises `GatewayFailed` when the gateway ends or hangs by itself."""
    started = time.monotonic()
    async with world(folder, database, plan.seed, hold=plan.hold) as around:
        load = Load(
            around.carrier,
            random.Random(f"load {plan.seed}"),
            contacts=plan.contacts,
            rate=plan.rate,
            lives=lambda: around.starts,
        )
        async with beside(load.run()) as writing:
            say(f"{database.name}: seed {plan.seed}, {plan.kills} kills, log in {around.site.log}")
            await _kill_often(around, load, plan, say, started)
            load.end()
            await around.start()
            if left := await drain(around, load.acked, plan.drain, busy=lambda: not writing.done()):
                say(f"  not at rest after {plan.drain:g} s: {left}")
            broken = {"gateway verify": await around.verified()}
            await around.gateway.stop()
        report = await around.verdict(load.acked)
    figures = {
        "kills": plan.kills,
        "webhooks": load.webhooks,
        "webhook copies delivered": load.delivered,
        **report.figures,
        "answers lost": around.provider.fates["cut"] + around.provider.fates["hang"],
        "sends refused": around.provider.fates["refuse"],
        "start to ready, ms: median": int(1000 * statistics.median(around.gateway.ready_after)),
        "start to ready, ms: worst": int(1000 * max(around.gateway.ready_after)),
        "seconds": int(time.monotonic() - started),
    }
    return replace(report, figures=figures, violations={**broken, **report.violations})


async def _kill_often(around: World, load: Load, plan: Plan, say: Say, started: float) -> None:
    for number, (ready, seconds) in enumerate(plan.lives(), 1):
        around.gateway.start()
        if ready:
            await around.gateway.ready(around.session)
        await asyncio.sleep(seconds)
        around.gateway.kill()
        if number % 10 == 0 or number == plan.kills:
            say(
                f"  {number}/{plan.kills} kills, {len(load.acked)} messages acknowledged, "
                f"{len(around.provider.accepted)} sends accepted, "
                f"{len(unanswered(around, load.acked))} replies open, {time.monotonic() - started:.0f} s"
            )
