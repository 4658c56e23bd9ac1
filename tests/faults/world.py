"""Everything around the gateways of a run: processes, balancer, the stand-in for Meta, the postman."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Coroutine, Sequence
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from gateway.demo.ports import free_port
from tests.faults.balancer import Balancer
from tests.faults.delivery import Carrier
from tests.faults.judge import Evidence, Report, judge
from tests.faults.keys import Key
from tests.faults.numbers import ONE, Number
from tests.faults.postman import Postman
from tests.faults.process import GatewayProcess
from tests.faults.provider import Odds, StandIn
from tests.faults.site import Database, Site
from tests.faults.tables import read_tables


@dataclass(frozen=True)
class World:
    """Gateways on one database with their surroundings: migrated and not started. *site* is the first's."""

    site: Site
    gateways: tuple[GatewayProcess, ...]
    provider: StandIn
    balancer: Balancer
    carrier: Carrier
    postman: Postman
    session: aiohttp.ClientSession

    @property
    def gateway(self) -> GatewayProcess:
        """The only one, or the first."""
        return self.gateways[0]

    @property
    def starts(self) -> int:
        """How often any of them was started."""
        return sum(one.starts for one in self.gateways)

    async def start(self, timeout: float = 30) -> None:
        """Start those that do not run, and wait until all are ready."""
        for one in self.gateways:
            if not one.alive:
                one.start()
        await asyncio.gather(*(one.ready(self.session, timeout) for one in self.gateways))

    async def stop(self) -> None:
        """SIGTERM to all, one after another."""
        for one in self.gateways:
            await one.stop()

    def errors(self) -> Counter[str]:
        """What the logs tell at the level error."""
        return sum((one.errors() for one in self.gateways), Counter[str]())

    async def verified(self) -> list[str]:
        """What `gateway verify` finds, beside the gateways that run."""
        words = ("verify", "--all", "--json", "--settle", "1s")
        told = json.loads(await asyncio.to_thread(self.gateway.run, *words, fine=(0, 1, 2)))
        checks = told["checks"]
        found = [
            f"{each['check']}: {one['tenant']} {one['id']} {one['detail']}"
            for each in checks
            for one in each["broken"]
        ]
        return found + [f"{each['check']}: {each['problem']}" for each in checks if each["problem"]]

    async def verdict(self, acked: list[Key]) -> Report:
        """Judge what happened. Call it once the gateways have ended."""
        odd = {f"a webhook was answered {status}": count for status, count in self.carrier.odd.items()}
        odd.update({f"a send was refused: {what}": count for what, count in self.provider.odd.items()})
        tables = await read_tables(self.site.database)
        accepted, statuses = self.provider.accepted, frozenset(self.postman.acked)
        self._write_down(acked)
        return judge(Evidence(acked, accepted, tables, statuses, odd, self.site.numbers))

    def _write_down(self, acked: list[Key]) -> None:
        """Leave the record beside the database, for whoever looks into a broken promise."""
        lines = [json.dumps(one._asdict()) for one in self.provider.accepted]
        (self.site.folder / "accepted.jsonl").write_text("\n".join(lines))
        (self.site.folder / "acked.txt").write_text("\n".join(key.text for key in acked))


@contextlib.asynccontextmanager
async def world(
    folder: Path, database: Database, seed: int, *, odds: Odds | None = None, posts: bool = True,
    hold: float = 3.0, give_up: float = 30.0, processes: int = 1, numbers: tuple[Number, ...] = ONE,
    options: Sequence[str] = (),
) -> AsyncIterator[World]:  # fmt: skip
    """A world in *folder*, torn down at the end, the gateways killed if they still run.

    *posts* says whether statuses are sent by themselves, *hold* and *give_up* are
    seconds (see `[sending]`), *options* are words for `gateway serve`.
    """
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        provider = StandIn(random.Random(f"provider {seed}"), odds=odds, numbers=numbers)
        await provider.start()
        # By the folder: two runs at the same time must not meet on one port.
        folders = [folder] if processes == 1 else [folder / f"gateway{n}" for n in range(processes)]
        sites = [
            Site(each, free_port(), database, provider.url, hold=hold, give_up=give_up, numbers=numbers)
            for each in folders
        ]
        for site in sites:
            site.write()
        gateways = tuple(GatewayProcess(site, options=options) for site in sites)
        balancer = Balancer(gateways)
        carrier = Carrier(session, balancer.choose, random.Random(f"carrier {seed}"))
        postman = Postman(carrier, random.Random(f"postman {seed}"))
        if posts:
            provider.announce = postman.announce
        await asyncio.to_thread(gateways[0].run, "migrate")
        try:
            async with beside(postman.run()):
                yield World(sites[0], gateways, provider, balancer, carrier, postman, session)
        finally:
            for one in gateways:
                if one.alive:
                    one.kill()
            await postman.close()
            await provider.stop()


@contextlib.asynccontextmanager
async def beside(work: Coroutine[object, object, None]) -> AsyncIterator[asyncio.Task[None]]:
    """Let *work* run during the block; it is cancelled at the end."""
    task = asyncio.create_task(work)
    try:
        yield task
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
