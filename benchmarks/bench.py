"""One run of the benchmarks: its scale, the servers that it keeps, what it writes to .bench/."""

from __future__ import annotations

import itertools
import shutil
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from pathlib import Path
from typing import Literal

from msgspec import Struct
from msgspec.structs import replace

from benchmarks.databases import Database, PostgresServer, SqliteFile
from benchmarks.machine import Cores, Process, python
from benchmarks.payloads import Wire
from benchmarks.profiles import Sampler, py_spy, traced_prefix, traced_table
from benchmarks.site import Plan, Site
from gateway.demo.ports import free_port

ROOT = Path(__file__).parent.parent
OUT = ROOT / ".bench"

Kind = Literal["sqlite", "postgres"]


class Scale(Struct, frozen=True):
    """How long to measure. Counts are per round and server; times are seconds."""

    rounds: int
    acks: int
    turns: int
    #: How long an open loop lasts.
    steady: float
    #: Parses per round.
    calls: int
    starts: int
    warm_up: int
    #: The most that one row may take, and all of them.
    limit: float
    total: float
    #: Messages in the queue of another tenant, and in one conversation of another.
    queued: int = 1_000_000
    hot: int = 10_000
    #: Old rows that retention removes.
    removed: int = 1_000_000
    #: What the large shop has.
    products: int = 100_000
    orders: int = 1_000_000
    databases: tuple[Kind, ...] = ("sqlite", "postgres")


SCALES = {
    "full": Scale(
        rounds=5,
        acks=20_000,
        turns=3_000,
        steady=4.0,
        calls=5_000,
        starts=5,
        warm_up=2_000,
        limit=110.0,
        total=900.0,
    ),
    "quick": Scale(
        rounds=2,
        acks=6_000,
        turns=800,
        steady=1.0,
        calls=2_000,
        starts=2,
        warm_up=400,
        limit=25.0,
        total=120.0,
        queued=20_000,
        hot=2_000,
        removed=100_000,
        products=5_000,
        orders=50_000,
    ),
    # For the tests: that every row still runs, not how fast.
    "tiny": Scale(
        rounds=1,
        acks=100,
        turns=20,
        steady=0.3,
        calls=50,
        starts=1,
        warm_up=20,
        limit=100.0,
        total=200.0,
        queued=500,
        hot=100,
        removed=3_000,
        products=200,
        orders=1_000,
        databases=("sqlite",),
    ),
}


class Bench:
    """What rows share: key numbers, peers that stay up, PostgreSQL, sites."""

    def __init__(self, scale: Scale, *, profile: bool = False) -> None:
        self.scale, self.cores, self.wire = scale, Cores(), Wire()
        self._profile = profile
        self._keys = itertools.count(1)
        self._stack = AsyncExitStack()
        self._peers: dict[str, Process] = {}
        self._postgres: PostgresServer | None = None
        self._profiles: list[Path] = []
        self._folder = Path()

    async def __aenter__(self) -> Bench:
        OUT.mkdir(exist_ok=True)
        # Beside the results, so that the databases lie on a real disk and not in memory.
        self._folder = Path(tempfile.mkdtemp(prefix="run-", dir=OUT))
        self._stack.callback(shutil.rmtree, self._folder, ignore_errors=True)
        self.cores.take_load_core()
        return self

    async def __aexit__(self, *_: object) -> None:
        await self._stack.aclose()

    def keys(self, count: int) -> list[int]:
        """Numbers that no message of this run has had."""
        return list(itertools.islice(self._keys, count))

    def messages(self, count: int, *, wire: Wire | None = None) -> list[bytes]:
        """Requests of new messages."""
        return (wire or self.wire).messages(self.keys(count))

    async def peer(self, name: str, *words: str) -> Process:
        """The peer *name*, started at its first use and kept for the run."""
        label = " ".join([name, *words])
        if label not in self._peers:
            port = free_port()
            command = python("-m", f"benchmarks.peers.{name}", str(port), *words)
            log = self._folder / f"{name}.log"
            process = Process.start(label, command, port=port, cores=self.cores, log=log, cwd=ROOT)
            self._stack.callback(process.kill)
            await process.ready("")
            self._peers[label] = process
        return self._peers[label]

    @asynccontextmanager
    async def site(self, plan: Plan, kind: Kind, *, kill: bool = False) -> AsyncIterator[Site]:
        """A gateway for *plan* on a fresh database; profiled when this run is to be."""
        folder = Path(tempfile.mkdtemp(prefix=f"{plan.name}-{kind}-", dir=self._folder))
        dump = OUT / f"profile-{plan.name}-{kind}.dump"
        traced = self._profile and not py_spy()
        prefix = traced_prefix(dump) if traced else ()
        named = replace(plan, name=f"{plan.name} {kind}")
        database = await self._database(kind, folder)
        site = await Site.start(named, folder, database, self.cores, prefix=prefix)
        sampler = Sampler(site.process, dump) if self._profile and not traced else None
        try:
            yield site
        finally:
            table = await sampler.stop() if sampler else ""
            await site.stop(kill=kill and not traced)
            if self._profile:
                text = dump.with_suffix(".txt")
                text.write_text(table or traced_table(dump, text))
                self._profiles.append(text)

    @asynccontextmanager
    async def sites(self, plan: Plan, count: int) -> AsyncIterator[list[Site]]:
        """*count* gateways for *plan* on one fresh PostgreSQL database."""
        folders = [Path(tempfile.mkdtemp(prefix=f"{plan.name}-{n}-", dir=self._folder)) for n in range(count)]
        database = await self._database("postgres", folders[0])
        async with AsyncExitStack() as stack:
            sites = []
            for n, folder in enumerate(folders):
                named = replace(plan, name=f"{plan.name} {n + 1} of {count}")
                sites.append(await Site.start(named, folder, database, self.cores))
                stack.push_async_callback(sites[-1].stop, kill=True)
            yield sites

    @property
    def profiles(self) -> Sequence[Path]:
        """The profiles that were written."""
        return self._profiles

    async def _database(self, kind: Kind, folder: Path) -> Database:
        if kind == "sqlite":
            return SqliteFile(folder)
        if self._postgres is None:
            self._postgres = await PostgresServer.start(self._folder / "postgres")
            self._stack.callback(self._postgres.stop)
        return await self._postgres.database()
