"""The composition root: the only file that knows everybody."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping
from importlib.metadata import version
from types import TracebackType

from aiohttp import web
from msgspec.structs import asdict

from gateway import operate
from gateway.api.access.door import Door
from gateway.api.access.keys import Keys
from gateway.api.access.limits import Limits
from gateway.api.counted import count
from gateway.api.cursor import Cursors
from gateway.api.following.events import allowed
from gateway.api.following.stream import Streams
from gateway.api.openapi import Description
from gateway.api.operating.operation import OperationApi
from gateway.api.parts import Parts
from gateway.api.problems import add_fallback
from gateway.api.route import Route
from gateway.api.serving import add_routes
from gateway.api.table import every_route
from gateway.channels import Channels, load_providers
from gateway.clock import Clock, SystemClock
from gateway.cluster.members import Members
from gateway.cluster.port import Cluster
from gateway.cluster.queries import CLUSTER
from gateway.cluster.setup import Own
from gateway.cluster.sole import Sole
from gateway.control import ControlServer
from gateway.endpoints.deliver import Deliverer
from gateway.erasure.wiring import erasures
from gateway.errors import SettingsError
from gateway.feed.heads import Heads
from gateway.hooks.host import Host
from gateway.hooks.lifecycle import run_everywhere
from gateway.hooks.naming import HOUSE
from gateway.hooks.standstill import watchdog
from gateway.jobs.http import JobHttp
from gateway.jobs.runner import Jobs
from gateway.listen import Listener
from gateway.media.serve import MediaServer
from gateway.observe import Health, Metrics, Probe, disk_probe, folder_probe, get_logger
from gateway.pages.serve import PluginServer
from gateway.pipeline.line import Line
from gateway.provider import Provider
from gateway.registry import unpause
from gateway.settings import Settings
from gateway.settings.networks import Networks
from gateway.store import connect
from gateway.store.port import Store, Tx
from gateway.store.reseal import Reseal
from gateway.store.seal import Seal
from gateway.tenants.directory import Directory
from gateway.tenants.plugin_settings import judged
from gateway.tenants.watch import Watch
from gateway.verify.stage import Verifier

log = get_logger("gateway.app")


class Gateway:
    """A running gateway. `async with Gateway(settings) as gateway: gateway.url`. *providers* and *host* stand
    in for what is installed, *clock* for the machine's time; *alone*: no other process has this database."""

    def __init__(
        self, settings: Settings, *, strict: bool = False, host: Host | None = None,
        providers: Mapping[str, Provider] | None = None, clock: Clock | None = None, alone: bool = False,
    ) -> None:  # fmt: skip
        self.settings = settings
        self.clock: Clock = clock or SystemClock()
        self.channels = Channels(settings, load_providers() if providers is None else providers)
        self.host = host or _host(settings, strict)
        self.store: Store = connect(
            settings.store.url, worker_url=settings.store.worker_url, components=self.host.components,
            pools=asdict(settings.store.pools), pooler=settings.store.pooler,
        )  # fmt: skip
        self.metrics = self._metrics()
        self.cluster = self._cluster(alone)
        self.watchdog = watchdog(self.host, self.metrics)
        self.seal = Seal(settings.server.secret)
        self.directory = Directory(settings, self.channels, self.store, self.seal)
        self.watch = Watch(self.directory, self.channels, self.store, self.seal, self.clock)
        self.keys = Keys(self.store, settings.server.secret, self.clock)
        self.cursors = Cursors(settings.server.secret)
        limited = self.metrics.bind(self.metrics.api_limited)
        self.limits = Limits(settings.api, self.clock.monotonic, lambda what: limited[what].inc())
        self.reseal = Reseal(self.store, self.seal)
        self.directory.rereads.append(self._renew)
        self.directory.judges.append(self._judge)
        self.deliverer = Deliverer(settings.webhooks, self.store, self.seal, self.metrics, self.clock)
        self.streams = Streams(allowed(self.keys, self.directory))
        #: Every route of the API, as it is served.
        self.routes: list[Route] = []
        self.line: Line | None = None
        self.jobs: Jobs | None = None
        #: Stands in for the way out of jobs.
        self.http: JobHttp | None = None
        self._listener: Listener | None = None
        self._control: ControlServer | None = None
        self._health: Health | None = None

    def _metrics(self) -> Metrics:
        """The process's metrics, every series started at 0."""
        metrics = Metrics()
        metrics.build_info.labels(version("channel-gateway"), self.store.dialect).set(1)
        for provider in self.channels.providers:
            metrics.add_provider(provider)
        for plugin in self.host.plugins.values():
            metrics.add_plugin(plugin.name, tuple(plugin.hooks))
        metrics.add_plugin(HOUSE, ("house",))
        return metrics

    def _cluster(self, alone: bool) -> Cluster:
        """Who owns which numbers: on SQLite this process owns all of them."""
        settings = self.settings
        if alone or self.store.dialect == "sqlite":
            return Sole(self.store, self.clock)
        # Leases are about real time, also where a test lets a day pass.
        return Members(
            self.store, SystemClock(), url=settings.store.listen_url, takes=not settings.server.intake_only,
            metrics=self.metrics, setup=Own(lambda: self.directory.settings, self.host.plugins),
        )  # fmt: skip

    @property
    def url(self) -> str:
        """Where it listens, once it is started."""
        assert self._listener is not None
        return self._listener.url

    async def start(self) -> None:
        """Open the database, take over what is open, load nothing more, listen."""
        self._judge(self.settings)
        for conflict in self.host.conflicts:
            log.warning("plugins.conflict", plugins=conflict.plugins, problem=conflict.said)
        await self.store.open(own=True)
        try:
            await self._begin()
        except BaseException:
            await self.stop()
            raise

    async def _begin(self) -> None:
        settings = self.settings
        if not self.cluster.shared:  # else each owner looks at its own numbers
            await unpause(self.store)
        await self.watch.begin()
        self.line = line = Line(
            settings, self.store, self.channels, self.host, self.metrics, self.clock, self.directory,
            self.cluster,
        )  # fmt: skip
        self.jobs = Jobs(settings.jobs, line, self.host, self.directory, self.metrics, http=self.http)
        line.add_stage("watch", self.watch.run)
        line.parser.news = self.watch.look if line.cluster.shared else None
        line.add_stage("reseal", self.reseal.run)
        self.deliverer.follow(line.sequencer)
        self.deliverer.under(self.cluster)
        if self.cluster.shared:
            heads = Heads(self.store, self.streams.followed, self.streams.told)
            line.add_stage("heads", heads.run)
        if not settings.server.intake_only:
            leads = lambda: self.cluster.leads  # noqa: E731
            verifier = Verifier(self.store, self.clock, self.metrics, leads, settings.sending)
            line.add_stage("verify", verifier.run)
            line.add_stage("webhooks", self.deliverer.run)
            line.add_stage("jobs", self.jobs.run)
            line.add_stage("erasures", erasures(line, self.host, self.seal).run)
        await line.files.keeper.ready()
        self.watchdog.start()
        await line.start()
        await run_everywhere(self.host, "on_start")
        self._health = Health(self.watchdog.last_turn_age, self._probes())
        self._listener = Listener(settings.server)
        self._add_routes(self._listener.app, line, self._health)
        await self._listener.start()
        self._control = operate.server(
            operate.Context(
                self.store,
                settings,
                self.channels,
                self.directory,
                self.seal,
                self.keys,
                self.host,
                self.watch.catch_up,
                lambda plugin, tenant: line.dispatcher.breaker.state(plugin, tenant) != "closed",
                line.files,
            )
        )
        if self._control is not None:
            await self._control.start()
        log.info("gateway.ready", url=self.url, channels=len(self.channels), plugins=len(self.host.plugins))

    def _add_routes(self, app: web.Application, line: Line, health: Health) -> None:
        settings = self.settings
        line.receiver.add_routes(app)
        OperationApi(self.metrics, health, Networks(settings.server.metrics_from)).add_routes(app)
        door = Door(
            self.keys, self.store, self.directory, self.metrics.auth_failures.labels("api").inc, self.limits,
            Networks(settings.server.proxies), self.clock,
        )  # fmt: skip
        count(app, self.metrics)
        line.sequencer.on_new.append(self.streams.told)
        app.on_shutdown.append(self.streams.close)
        ours = every_route(self._parts(line))
        add_routes(app, door, ours)
        plugins = PluginServer(self.host, line, door, self.metrics, self.clock, settings)
        plugins.add_routes(app)
        line.links.served = lambda: self.url
        self.routes = [*ours, *plugins.routes]
        Description(self.routes, settings.server.public_url).add_routes(app)
        MediaServer(line.files, self.store, self.clock, Networks(settings.server.proxies)).add_routes(app)
        add_fallback(app)

    def _parts(self, line: Line) -> Parts:
        jobs = self.jobs
        assert jobs is not None
        return Parts(
            self.settings, self.store, self.channels, self.directory, self.watch, self.host, line,
            self.metrics, self.clock, self.seal, self.keys, self.cursors, self.deliverer, self.streams, jobs,
        )  # fmt: skip

    def _judge(self, settings: Settings) -> None:
        """Refuse a gateway.toml that the plugins of its tenants cannot work with."""
        for problem in judged(settings, self.host):
            raise problem

    def _renew(self, settings: Settings) -> None:
        """gateway.toml was read again: the keys may be others."""
        secrets = settings.server.secret
        for each in (self.seal, self.keys, self.cursors):
            each.renew(secrets)
        self.reseal.stir()
        self.limits.renew(settings.api)
        if self.line is not None:
            self.line.links.tokens.renew(secrets)
        if self.line is not None and self.line.files.tokens is not None:
            self.line.files.tokens.renew(secrets)

    def _probes(self) -> dict[str, Probe]:
        spool = self.settings.server.spool

        async def store() -> None:
            async def touch(tx: Tx) -> None:
                await tx.run(CLUSTER["touch"], id=self.cluster.process)

            await self.store.write(touch)

        return {"store": store, "spool": folder_probe(spool), "disk": disk_probe(spool)}

    async def stop(self, *, grace: float = 0.0, seconds: float = 20.0) -> None:
        """Drain: not ready, (a balancer's *grace*), no new requests, end what is under way, hand over, close.
        Sends that are under way get half of *seconds* to end."""
        if self._health is not None:
            self._health.draining = True
            log.info("gateway.draining", grace=grace)
            if grace:
                await asyncio.sleep(grace)
        if self._control is not None:
            await self._control.stop()
        if self._listener is not None:
            await self._listener.stop()
        if self.jobs is not None:
            await self.jobs.drain(10.0)
        if self.line is not None:
            await self.deliverer.drain(5.0)
            await self.line.drain(seconds)
            await run_everywhere(self.host, "on_stop")
        self.watchdog.stop()
        await self.store.close()
        log.info("gateway.stopped")

    async def __aenter__(self) -> Gateway:
        await self.start()
        return self

    async def __aexit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        await self.stop()


def _host(settings: Settings, strict: bool) -> Host:
    """The plugins, loaded; a tenant's plugin that is not there is an error of the configuration."""
    host = Host.load(settings.plugin_paths, strict=strict)
    for index, tenant in enumerate(settings.tenants):
        names = [name for name in tenant.plugins if name not in host.failed]
        missing = host.missing(names)
        if missing:
            raise SettingsError(f"{settings.path.name}: tenants[{index}].plugins", missing)
    return host
