"""One process of a simulation: a whole `Line` over the shared database, but for the stages that fetch."""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path
from types import SimpleNamespace
from typing import Any

from multidict import CIMultiDict

from gateway import Chat, Message, hook
from gateway.cluster.members import Members
from gateway.cluster.port import Cluster
from gateway.cluster.sole import Sole
from gateway.hooks.host import Host
from gateway.observe import Metrics
from gateway.pipeline.line import Line
from gateway.pipeline.verify import Arrival
from gateway.settings import ChannelSettings, Sending, Settings, TenantSettings
from gateway.settings.model import Server
from gateway.settings.policy import Policy
from gateway.tenants.directory import Directory
from tests.pipeline.world import SEAL, channels_of, metrics_of
from tests.simulation.loop import PROCESS, Process, SimClock, SimLoop
from tests.simulation.provider import Servers, Session
from tests.simulation.store import Database, SimStore

#: Tenant and channel of each number.
NUMBERS = {"100": ("duka", "main"), "200": ("duka", "side"), "300": ("soko", "front")}
HOLD, GIVE_UP, TIMEOUT = 3.0, 12.0, 4.0
_FOLDER = Path("/nonexistent")


class Teller:
    """Writes down what it hears and answers it, in one transaction."""

    @hook.on_message
    async def tell(self, message: Message, chat: Chat) -> None:
        """One effect, one reply."""
        await chat.db.run(
            "insert into sim_effect (tenant, message) values (:tenant, :message)", message=message.text
        )
        process = PROCESS.get()
        if process is not None:
            await asyncio.sleep(process.waits())
        await chat.say(f"re {message.text}")


@cache
def metrics() -> Metrics:
    """Shared: they are slow to make, and nothing is decided by them."""
    made = metrics_of()
    made.add_plugin("teller", ("on_message",))
    return made


@cache
def host() -> Host:
    """Shared, for the same reason."""
    made = Host()
    made.register(Teller(), "teller")
    return made


@cache
def settings() -> Settings:
    """Two tenants with three numbers."""
    tenants = [
        TenantSettings(
            tenant,
            plugins=("teller",),
            policy=Policy(inbound_per_minute=10_000),
            channels=tuple(
                ChannelSettings(channel, "fake", {"number": number, "token": number, "url": "http://sim/"})
                for number, (owner, channel) in NUMBERS.items()
                if owner == tenant
            ),
        )
        for tenant in ("duka", "soko")
    ]
    return Settings(
        _FOLDER / "gateway.toml",
        server=Server(spool=_FOLDER / "spool"),
        sending=Sending(in_doubt_hold=HOLD, in_doubt_give_up=GIVE_UP, timeout=TIMEOUT, loop_limit=100_000),
        tenants=tuple(tenants),
    )


class Pokes:
    """NOTIFY between processes: some arrive late, some never."""

    def __init__(self, database: Database, dice: random.Random) -> None:
        self._database, self._dice = database, dice
        self._heard: dict[Process, Members] = {}

    def join(self, process: Process, members: Members) -> None:
        """*members* hears and tells from now on."""
        self._heard[process] = members
        poke: Any = members._poke
        poke.run = _idle
        poke.tell = lambda shards: self._tell(process, frozenset(shards))

    def _tell(self, teller: Process, shards: frozenset[int]) -> None:
        for process, members in self._heard.items():
            if shards and process is not teller and self._dice.random() < 0.8:
                self._database.later(self._dice.uniform(0.001, 0.08), self._hear, process, members, shards)

    def _hear(self, process: Process, members: Members, shards: frozenset[int]) -> None:
        if process.state != "crashed":
            self._database.loop.call_soon(members._told, shards, context=process.context)


async def _idle() -> None:
    """A stage that has nothing to do here."""


class Member:
    """A process from its start to its death."""

    def __init__(
        self, name: str, loop: SimLoop, database: Database, servers: Servers, pokes: Pokes | None,
        waits: Callable[[], float],
    ) -> None:  # fmt: skip
        self.process = Process(name, waits)
        self.name, self.loop, self._database, self._servers = name, loop, database, servers
        self._pokes = pokes
        self.ready = self.leaving = False
        self.line: Line | None = None

    @property
    def state(self) -> str:
        """running, paused or crashed."""
        return self.process.state

    @property
    def serves(self) -> bool:
        """Whether a balancer would send requests here."""
        return self.ready and not self.leaving and self.state != "crashed"

    def run(self, work: Any) -> asyncio.Task[Any]:
        """Have the process do *work*."""
        task: asyncio.Task[Any] = self.loop.create_task(work, context=self.process.context)
        return task

    async def start(self) -> None:
        """Build and start the line; runs inside the process."""
        config = settings()
        store: Any = SimStore(self._database)
        channels = channels_of(config)
        directory = Directory(config, channels, store, SEAL)
        self.line = line = self._line(config, store, channels, directory)
        line.spool.open = lambda: None  # type: ignore[method-assign]
        idle: tuple[Any, ...] = (
            line.spool, line.heard, line.syncs, line.fetcher, line.sweep, line.backlogs,
        )  # fmt: skip
        for stage in idle:
            stage.run = _idle
        caller = line.sender._caller
        session: Any = Session(self._servers, TIMEOUT, self._writes)
        caller.open = lambda timeout: setattr(caller, "_session", session)  # type: ignore[method-assign]
        await line.start()
        self.ready = True

    def _line(self, config: Settings, store: Any, channels: Any, directory: Directory) -> Line:
        clock = SimClock(self.loop)
        cluster: Cluster = Sole(store, clock)
        if self._pokes is not None:
            cluster = members = Members(store, clock, metrics=metrics(), patience=4.0)
            self._pokes.join(self.process, members)
        return Line(config, store, channels, host(), metrics(), clock, directory, cluster)

    def _writes(self, token: str) -> None:
        """A send leaves: only the process that owns its number, by the database, may let it."""
        assert self.line is not None
        channel = self.line._channels.get(*NUMBERS[token])
        if self._pokes is None or channel is None:
            return
        owned = "select owner from shard where id = ?"
        (owner,) = self._database.connection.execute(owned, (channel.shard,)).fetchone()
        if owner != self.line.cluster.process:
            self.loop.problems.append(f"{self.name} sends for the number {token}, which is another's by now")

    async def receive(self, number: str, body: bytes) -> int:
        """One webhook; the status of the answer. Runs inside the process."""
        assert self.line is not None
        line, channel = self.line, NUMBERS[number][1]
        headers = CIMultiDict({"x-hub-signature-256": "s"})
        content = SimpleNamespace(is_eof=lambda: True, read_nowait=lambda n: body)
        request: Any = SimpleNamespace(
            content=content, headers=headers, raw_path=f"/webhooks/fake/{channel}", remote="203.0.113.9"
        )
        provider: Any = line._channels.provider("fake")
        arrival = Arrival(provider, line.receiver._channels_of(provider, channel), channel, request)
        response = await line.receiver._receive(arrival)
        return response.status

    async def leave(self) -> None:
        """A clean end. Runs inside the process."""
        assert self.line is not None
        await self.line.drain(4.0)
