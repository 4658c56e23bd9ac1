"""A crash at each of the first writes and fsyncs of a start, each recovered from by the next start.

SQLite only. One database goes through all of it: the start for point *k + 1* recovers from the crash at
point *k*, so recovery itself is crashed as well. After every crash the journal is read directly: what was
answered 200 must be there. Every third crash is followed by a calm life, for a webhook that is at hand in
five deaths in a row is rightly put aside as poison.
"""

from __future__ import annotations

import asyncio
import itertools
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field, replace
from pathlib import Path

from tests.faults.drain import drain
from tests.faults.judge import Report
from tests.faults.keys import Key
from tests.faults.provider import Odds
from tests.faults.site import Database
from tests.faults.tables import journaled, open_work
from tests.faults.tracer import crash_at
from tests.faults.webhooks import inbound
from tests.faults.world import World, world

CALLS = ("pwrite64", "fdatasync")
#: Seconds that a life may take to reach its point, and the quiet time at the end.
_LIFE, _DRAIN = 30.0, 60.0
_CALM = 3
#: Lives are too short for a hold to pass, so a doubt must outlast them all.
_GIVE_UP = 3600.0


@dataclass
class Progress:
    """What the points have shown so far."""

    acked: list[Key] = field(default_factory=list)
    bodies: set[bytes] = field(default_factory=set)
    #: The message that was on its way when the gateway died: the next life is given it again.
    pending: tuple[Key, bytes] | None = None
    #: Webhooks that were stored although their answer was lost in the crash.
    durable_unacked: int = 0
    missing: list[str] = field(default_factory=list)
    not_reached: list[str] = field(default_factory=list)


async def crash_run(
    folder: Path, database: Database, counts: Iterable[int], seed: int, say: Callable[[str], None]
) -> Report:
    """Crash at every one of *counts* for each call, drain, and judge."""
    started, done = time.monotonic(), Progress()
    points = [(call, count) for call in CALLS for count in counts]
    async with world(folder, database, seed, odds=Odds(0, 0), give_up=_GIVE_UP) as around:
        say(f"crash points: {len(points)}, seed {seed}, log in {around.site.log}")
        for number, (call, count) in enumerate(points, 1):
            await _one_point(around, done, number, call, count)
            if number % _CALM == 0:
                await _calm_life(around, done)
            if number % 20 == 0:
                seconds = time.monotonic() - started
                say(f"  {number}/{len(points)} points, {len(done.acked)} acknowledged, {seconds:.0f} s")
        await _restart(around, done)
        if left := await drain(around, done.acked, _DRAIN):
            say(f"  not at rest after {_DRAIN:g} s: {left}")
        await around.gateway.stop()
        report = await around.verdict(done.acked)
    figures = {
        "crash points": len(points) - len(done.not_reached),
        "durable but not acknowledged": done.durable_unacked,
        **report.figures,
        "seconds": int(time.monotonic() - started),
    }
    extra = {"acknowledged and not in the journal": done.missing, "points not reached": done.not_reached}
    return replace(report, figures=figures, violations={**extra, **report.violations})


async def _one_point(around: World, done: Progress, number: int, call: str, count: int) -> None:
    """One life under strace, with a contact of its own that writes until the gateway is dead."""
    point = f"{call} number {count}"
    around.gateway.start(prefix=crash_at(call, count))
    end, keys = time.monotonic() + _LIFE, (Key(number, n) for n in itertools.count(1))
    while around.gateway.alive and time.monotonic() < end:
        if done.pending is None:
            key = next(keys)
            done.pending = key, inbound([key])
        if not await _deliver(around, done):
            await asyncio.sleep(0.01)
    if around.gateway.alive:
        done.not_reached.append(f"{point} within {_LIFE:g} s")
    around.gateway.kill()
    _check_journal(around, done, point)


async def _restart(around: World, done: Progress) -> None:
    """Start without a tracer, and deliver again what the last crash left unanswered."""
    await around.start()
    while done.pending is not None:
        await _deliver(around, done)


async def _calm_life(around: World, done: Progress) -> None:
    """A life that ends when every webhook is parsed and handled. It is killed too."""
    await _restart(around, done)
    for _ in range(int(_LIFE / 0.05)):
        if not open_work(around.site.database):
            break
        await asyncio.sleep(0.05)
    around.gateway.kill()


async def _deliver(around: World, done: Progress) -> bool:
    """Deliver the pending message once; note it as acknowledged when it was."""
    assert done.pending is not None
    key, body = done.pending
    if await around.carrier.once(body):
        done.acked.append(key)
        done.bodies.add(body)
        done.pending = None
    return done.pending is None


def _check_journal(around: World, done: Progress, point: str) -> None:
    kept = journaled(around.site.database)
    if gone := len(done.bodies - kept):
        done.missing.append(f"after {point}: {gone} webhooks")
    done.durable_unacked += done.pending is not None and done.pending[1] in kept
