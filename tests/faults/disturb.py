"""What is done to the gateways of one database while they work."""

from __future__ import annotations

import asyncio
import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field

import aiohttp
import asyncpg

from tests.faults.databases import Server
from tests.faults.drain import unanswered
from tests.faults.load import Load
from tests.faults.moving import Event
from tests.faults.process import GatewayFailed, GatewayProcess
from tests.faults.site import Database
from tests.faults.world import World

ALL = frozenset(range(64))
_IN_DOUBT = "gateway_in_doubt_total{"


@dataclass
class Scene:
    """What a disturbance has before it, and what it leaves behind."""

    around: World
    load: Load
    rng: random.Random
    say: Callable[[str], None]
    events: list[Event] = field(default_factory=list)
    figures: Counter[str] = field(default_factory=Counter)
    started: float = field(default_factory=time.monotonic)

    def told(self, what: str, number: int, of: int) -> None:
        """Say how far we are, every tenth time."""
        if number % 10 == 0 or number == of:
            self.say(
                f"  {number}/{of} {what}, {len(self.load.acked)} messages acknowledged, "
                f"{len(self.around.provider.accepted)} sends accepted, "
                f"{len(unanswered(self.around, self.load.acked))} replies open, "
                f"{time.monotonic() - self.started:.0f} s"
            )

    def all_live(self, but: GatewayProcess | None = None) -> None:
        """Raise `GatewayFailed` when one of the gateways has ended by itself."""
        for one in self.around.gateways:
            if one is not but and not one.alive:
                raise GatewayFailed(f"the gateway ended by itself:\n{one.tail()}")

    async def ready(self, least: int) -> list[GatewayProcess]:
        """Who is ready, once they are *least*."""
        while True:
            gateways = self.around.gateways
            well = await asyncio.gather(*(one.healthy(self.around.session) for one in gateways))
            if sum(well) >= least:
                return [one for one, healthy in zip(gateways, well, strict=True) if healthy]
            self.all_live()
            await asyncio.sleep(0.1)

    async def strike(self, victim: GatewayProcess, act: Callable[[], None]) -> None:
        """Do *act* to *victim*, and remember which shards it owned then."""
        shards = await owned(self.around.site.database, victim.member())
        act()
        self.events.append(Event(time.time(), shards))


async def owned(database: Database, member: str) -> frozenset[int]:
    """The shards that are *member*'s by the database's word; none when the database is away."""
    try:
        connection = await asyncpg.connect(database.worker_url, timeout=2)
    except (OSError, asyncpg.PostgresError, TimeoutError):
        return frozenset()
    try:
        rows = await connection.fetch("select id from shard where owner = $1", member)
    finally:
        await connection.close()
    return frozenset(row[0] for row in rows) if member else frozenset()


Gaps = tuple[float, float]


async def kills(scene: Scene, count: int, gaps: Gaps, calm: Gaps, every: int = 10) -> None:
    """`kill -9` of any of them after each gap, and a start at once; every so often a calm time before, which
    begins when all are ready. One kill in ten strikes whoever it is, also one that is still starting; the
    others wait until two are ready, for where starting takes long nobody would be left to take over."""
    gateways = scene.around.gateways
    for number in range(1, count + 1):
        if number % every == 0:
            await scene.ready(len(gateways))
            await asyncio.sleep(scene.rng.uniform(*calm))
        else:
            await asyncio.sleep(scene.rng.uniform(*gaps))
        scene.all_live()
        victim = scene.rng.choice(gateways)
        if scene.rng.random() > 0.1:
            victim = scene.rng.choice(await scene.ready(min(2, len(gateways))))
        await scene.strike(victim, victim.kill)
        victim.start()
        scene.told("kills", number, count)


async def pauses(scene: Scene, count: int, gaps: Gaps, lengths: Gaps) -> None:
    """SIGSTOP of any of them for longer than its lease, then SIGCONT."""
    for number in range(1, count + 1):
        await asyncio.sleep(scene.rng.uniform(*gaps))
        scene.all_live()
        victim = scene.rng.choice(scene.around.gateways)
        await scene.strike(victim, victim.pause)
        await asyncio.sleep(scene.rng.uniform(*lengths))
        victim.resume()
        scene.told("pauses", number, count)


async def crashes(scene: Scene, server: Server, count: int, gaps: Gaps, away: Gaps) -> None:
    """PostgreSQL stops at once and is away for a while. Lanes are timed from its return."""
    for number in range(1, count + 1):
        await asyncio.sleep(scene.rng.uniform(*gaps))
        scene.all_live()
        await asyncio.to_thread(server.crash)
        await asyncio.sleep(scene.rng.uniform(*away))
        await asyncio.to_thread(server.start)
        scene.events.append(Event(time.time(), ALL))
        scene.told("crashes of PostgreSQL", number, count)


async def churn(scene: Scene, seconds: float, every: float) -> None:
    """The last of them leaves by SIGTERM and joins again, in turn, once in *every* seconds; the first
    third of the time all stay, to compare."""
    accepted = scene.around.provider.accepted
    guest, first = scene.around.gateways[-1], len(accepted)
    await asyncio.sleep(seconds / 3)
    stayed, begun = len(accepted), time.monotonic()
    while (left := seconds * 2 / 3 - (time.monotonic() - begun)) > 0:
        turn = time.monotonic()
        if guest.alive:
            scene.figures["leaves"] += 1
            await guest.stop()
        else:
            scene.figures["joins"] += 1
            guest.start()
            await guest.ready(scene.around.session, 60)
        scene.all_live(but=guest)
        await asyncio.sleep(min(max(every - (time.monotonic() - turn), 0.0), left))
    rate, calm = (len(accepted) - stayed) / (time.monotonic() - begun), (stayed - first) / (seconds / 3)
    if calm:
        scene.figures["sends a second, per cent of those before"] = int(100 * rate / calm)


async def rolling(scene: Scene, count: int, pause: Gaps) -> None:
    """One after another is told to stop (SIGTERM), ends by itself, starts, and is ready before the next."""
    around, took = scene.around, list[float]()
    await asyncio.sleep(2)
    before = Counter(around.carrier.answers)
    for number in range(1, count + 1):
        victim = around.gateways[number % len(around.gateways)]
        scene.figures["new in doubt"] += await in_doubt(around.session, victim)
        shards = await owned(around.site.database, victim.member())
        begun = time.monotonic()
        scene.events.append(Event(time.time(), shards))
        await victim.stop()
        took.append(time.monotonic() - begun)
        victim.start()
        await victim.ready(around.session, 90)
        await asyncio.sleep(scene.rng.uniform(*pause))
        scene.told("restarts", number, count)
    for one in around.gateways:
        scene.figures["new in doubt"] += await in_doubt(around.session, one)
    answers = around.carrier.answers - before
    scene.figures["webhooks answered 200"] = answers.pop("200", 0)
    scene.figures["webhooks answered otherwise or not at all"] = answers.total()
    scene.figures.update({f"instead of 200: {what}": times for what, times in answers.items()})
    scene.figures["SIGTERM to end, ms: worst"] = int(1000 * max(took))
    scene.figures["SIGTERM to end, ms: median"] = int(1000 * sorted(took)[len(took) // 2])


async def in_doubt(session: aiohttp.ClientSession, gateway: GatewayProcess) -> int:
    """How many sends *gateway* has counted as in doubt since it started."""
    async with session.get(f"{gateway.url}/metrics") as answer:
        lines = (await answer.text()).splitlines()
    return int(sum(float(line.rsplit(" ", 1)[1]) for line in lines if line.startswith(_IN_DOUBT)))
