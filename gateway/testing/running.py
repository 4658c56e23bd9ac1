"""The machinery of a world: the gateway and the simulator, started, restarted, and led through time."""

from __future__ import annotations

import asyncio
import inspect
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import structlog
from msgspec import Struct

from gateway.app import Gateway
from gateway.clock import SECOND
from gateway.demo.ports import free_port
from gateway.demo.settings import internal
from gateway.hooks.host import Host
from gateway.provider import Provider
from gateway.settings import (
    ApiSettings,
    ChannelSettings,
    MediaSettings,
    Sending,
    Server,
    Settings,
    TenantSettings,
)
from gateway.settings.durations import seconds
from gateway.settings.policy import Policy
from gateway.simulator import Simulator
from gateway.testing.databases import Fresh
from gateway.testing.failures import Failures
from gateway.testing.given import Given
from gateway.testing.timing import LoopTime, Stuck, WorldClock
from gateway.testing.watch import QUERIES, Event, LogLines, Watched
from gateway.testing.web import Web

#: A contact of a test writes more within a minute than people do.
FAST = Policy(inbound_per_minute=10_000)
#: Monday, 2 March 2026, 09:00 UTC: when a world begins.
BEGIN = int(datetime(2026, 3, 2, 9, tzinfo=UTC).timestamp()) * SECOND
TENANT = "test"
#: Seconds by which the loop's timers go on at least when time passes: longer than any stage's pause.
STAGES = 3.0


class Where(Struct, frozen=True):
    """Where a world takes place. *tenant* is what is not usual about the tenant: time_zone, language,
    country."""

    provider: Provider
    given: Given
    folder: Path
    fresh: Fresh
    tenant: Mapping[str, Any] = {}
    now: int = BEGIN


class Running:
    """One tenant with one channel, from `start` to `end`."""

    def __init__(self, where: Where) -> None:
        self._where = where
        #: The provider, as the gateway uses it, and its simulator: whatever it can do, a test may do.
        self.provider = where.provider
        self.sim: Simulator
        #: Every event that a plugin emitted, in order.
        self.emitted: list[Event] = []
        #: What the gateway logged, in order.
        self.logs = LogLines()
        self._failures = Failures()
        #: The servers elsewhere that jobs ask.
        self.web = Web(self._failures)
        self._logging = structlog.get_config()

    # Its beginning and its end.

    async def start(self) -> None:
        """Start everything."""
        self.time = LoopTime(lambda: self._watched.busy())
        self.clock = WorldClock(self._where.now, self.time.time)
        structlog.configure(processors=[self.logs])
        make: Any = self.provider.simulator()
        self.sim = make(clock=self.clock) if _takes(make, "clock") else make()
        self.sim.status_delay, self.sim.statuses = 0.02, ("sent", "delivered")
        await self.sim.start()
        self._port = free_port()
        host, names = self._where.given.load()
        self._store = self._where.fresh(self._where.folder, host.components)
        await self._run(host, names)

    async def end(self) -> None:
        """Stop everything."""
        try:
            await self._stop()
            await self.sim.stop()
            await asyncio.sleep(0)
        finally:
            self.time.give_back()
            structlog.configure(**self._logging)

    async def restart(self, *, kill: bool = False) -> None:
        """Stop the gateway and start it again, its plugins loaded anew. With *kill* nothing more is written
        or said first, as if the process had ended there and then."""
        if kill:
            self._watched.sever()
            self.gateway.host = Host()  # nobody hears of the end
        self.logs.muted = kill
        stopping = asyncio.ensure_future(self._stop())
        while kill and not stopping.done():
            await self.time.idle()
            self.time.skip(1.0)  # whatever it waits for does not come any more
        await stopping
        self.logs.muted = False
        await self._run(*self._where.given.load())
        await self.settled("after the restart")

    async def _stop(self) -> None:
        await self.gateway.stop()
        self._watched.close()

    async def _run(self, host: Host, names: tuple[str, ...]) -> None:
        settings = self._settings(names)
        providers = {self.provider.name: self.provider}
        gateway = Gateway(settings, strict=True, host=host, providers=providers, clock=self.clock, alone=True)
        gateway.http = self.web
        self._watched = Watched(gateway, self._failures, self.emitted)
        await gateway.start()
        self.gateway = gateway
        self._watched.started()
        self.sim.webhook_url = f"{gateway.url}/webhooks/{self.provider.name}/{self.channel}"

    def _settings(self, names: tuple[str, ...]) -> Settings:
        where, folder = self._where, self._where.folder
        channel = ChannelSettings(self.channel, self.provider.name, self.sim.channel_settings())
        url = f"http://127.0.0.1:{self._port}"
        given = {"plugins": names, "settings": where.given.settings_of(names), "channels": (channel,)}
        return Settings(
            path=folder / "gateway.toml",
            server=Server(port=self._port, public_url=url, secret=("s" * 40,), spool=folder / "spool"),
            store=self._store,
            # A contact of a test is faster than people are, and says the same again.
            sending=Sending(number_rate=100_000, pair_burst=100_000, loop_limit=100_000),
            api=ApiSettings(key_burst=100_000, tenant_burst=100_000),
            media=MediaSettings(store=str(folder / "media"), internal=tuple(internal([self.sim]))),
            tenants=(TenantSettings(**{"id": TENANT, "policy": FAST, **where.tenant, **given}),),
        )

    @property
    def tenant(self) -> str:
        """The tenant's id."""
        return str(self._where.tenant.get("id", TENANT))

    @property
    def plugins(self) -> tuple[str, ...]:
        """The names of the plugins, in their order."""
        return self.gateway.directory.plugins_of(self.tenant)

    @property
    def channel(self) -> str:
        """The channel's id."""
        return self.provider.name.replace("_", "-")

    @property
    def now(self) -> datetime:
        """The time by the world's clock, UTC."""
        return datetime.fromtimestamp(self.clock.now() / SECOND, UTC)

    # Time, and rest.

    async def settle(self) -> None:
        """Return when nothing is left to do, except for what waits for its time."""
        try:
            await self.time.idle()
        except Stuck:
            raise Stuck(f"the gateway does not come to rest: {self._watched.doing()}") from None
        await self._look()

    async def settled(self, doing: str) -> None:
        """`settle`, and fail for the plugins that failed *doing* that."""
        __tracebackhide__ = True
        await self.settle()
        self._failures.check(doing)

    async def waits(self, time: str | float) -> None:
        """Let *time* go by ("90s", "12h", or seconds): what falls due in it happens, in order."""
        __tracebackhide__ = True
        await self.settle()
        end = self.clock.now() + int(seconds(time) * SECOND)
        while (due := await self._upcoming()) is not None and due < end:
            await self._pass(due)
        await self._pass(end)
        self._failures.check(f"while {time} went by")

    async def _pass(self, until: int) -> None:
        passed = (until - self.clock.now()) / SECOND
        self.clock.advance(passed)
        self.time.skip(max(passed, STAGES))
        await self.settle()

    async def _upcoming(self) -> int | None:
        """When something is due next, in the database or in memory."""
        now = self.clock.now()
        scope = self.gateway.store.scope(self.tenant)
        found = await scope.read(lambda tx: tx.value(QUERIES["upcoming"], now=now))
        return min((due for due in (found, *self._watched.doubts()) if due and due > now), default=None)

    async def _look(self) -> None:
        """Nothing is left to do: see what came of it."""


def _takes(make: Any, argument: str) -> bool:
    """Whether a simulator can be given a clock: a stranger's may have its own."""
    return argument in inspect.signature(make).parameters
