"""Everything around one gateway: its site, its process, the stand-in for Meta, the postman."""

from __future__ import annotations

import asyncio
import contextlib
import json
import random
from collections.abc import AsyncIterator
from dataclasses import dataclass
from pathlib import Path

import aiohttp

from tests.faults.delivery import Carrier
from tests.faults.judge import Evidence, Report, judge
from tests.faults.keys import Key
from tests.faults.postman import Postman
from tests.faults.process import GatewayProcess
from tests.faults.provider import Odds, StandIn
from tests.faults.site import Database, Site, free_port
from tests.faults.tables import read_tables


@dataclass(frozen=True)
class World:
    """One gateway with its surroundings. The gateway is migrated and not started."""

    site: Site
    gateway: GatewayProcess
    provider: StandIn
    carrier: Carrier
    postman: Postman
    session: aiohttp.ClientSession

    async def start(self, timeout: float = 30) -> None:
        """Start the gateway and wait until it is ready."""
        self.gateway.start()
        await self.gateway.ready(self.session, timeout)

    async def verdict(self, acked: list[Key]) -> Report:
        """Judge what happened. Call it once the gateway has ended."""
        odd = {f"a webhook was answered {status}": count for status, count in self.carrier.odd.items()}
        odd.update({f"a send was refused: {what}": count for what, count in self.provider.odd.items()})
        tables = await read_tables(self.site.database)
        accepted = self.provider.accepted
        self._write_down(acked)
        return judge(Evidence(acked, accepted, tables, frozenset(self.postman.acked), odd))

    def _write_down(self, acked: list[Key]) -> None:
        """Leave the record beside the database, for whoever looks into a broken promise."""
        lines = [json.dumps(one._asdict()) for one in self.provider.accepted]
        (self.site.folder / "accepted.jsonl").write_text("\n".join(lines))
        (self.site.folder / "acked.txt").write_text("\n".join(key.text for key in acked))


@contextlib.asynccontextmanager
async def world(
    folder: Path,
    database: Database,
    seed: int,
    *,
    odds: Odds | None = None,
    posts: bool = True,
    hold: float = 3.0,
    give_up: float = 30.0,
) -> AsyncIterator[World]:
    """A world in *folder*, torn down at the end, the gateway killed if it still runs.

    *posts* says whether statuses are sent by themselves, *hold* and *give_up* are
    seconds (see `[sending]`).
    """
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as session:
        provider = StandIn(random.Random(f"provider {seed}"), odds=odds)
        await provider.start()
        port = free_port(random.Random(f"port {seed} {database.name}"))
        site = Site(folder, port, database, provider.url, hold=hold, give_up=give_up)
        site.write()
        gateway = GatewayProcess(site)
        carrier = Carrier(session, site.webhook_url, random.Random(f"carrier {seed}"))
        postman = Postman(carrier, random.Random(f"postman {seed}"))
        if posts:
            provider.announce = postman.announce
        await asyncio.to_thread(gateway.run, "migrate")
        try:
            async with _background(postman):
                yield World(site, gateway, provider, carrier, postman, session)
        finally:
            if gateway.alive:
                gateway.kill()
            await provider.stop()


@contextlib.asynccontextmanager
async def _background(postman: Postman) -> AsyncIterator[None]:
    task = asyncio.create_task(postman.run())
    try:
        yield
    finally:
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
        await postman.close()
