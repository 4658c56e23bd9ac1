"""The pipeline as one thing: the stages, wired to each other, started and drained in order."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from functools import partial
from pathlib import Path
from typing import Any

from gateway.channels import Channel, Channels
from gateway.clock import Clock
from gateway.cluster.leading import leading
from gateway.cluster.port import Cluster
from gateway.cluster.sole import Sole
from gateway.consent.tell import Told
from gateway.errors import StoreUnavailable
from gateway.feed.sequence import EVERY, SHARED, Sequencer
from gateway.flows.engine import Engine
from gateway.flows.known import KnownFlows
from gateway.hooks.host import Host
from gateway.hooks.metrics import PluginMetrics
from gateway.house.claims import House
from gateway.house.ground import Ground
from gateway.house.keeping import MutedKeeper
from gateway.language.commands import Commands
from gateway.language.speech import Speech
from gateway.media.fetch import Fetcher
from gateway.media.files import Files
from gateway.media.offer import Offers
from gateway.media.pending import file_of
from gateway.media.sweep import Sweep
from gateway.model.event import MessageReceived
from gateway.observe import Metrics, get_logger
from gateway.pages.links import Links
from gateway.pages.posts import Posts
from gateway.pipeline.around import Around
from gateway.pipeline.backlog import Backlogs
from gateway.pipeline.bench import ChannelBench
from gateway.pipeline.cancel import Canceller
from gateway.pipeline.dispatch import Dispatcher
from gateway.pipeline.doubt import Doubts
from gateway.pipeline.effects import Effects
from gateway.pipeline.enqueue import Enqueue
from gateway.pipeline.fence import Fence
from gateway.pipeline.follow import follow
from gateway.pipeline.heard import Heard
from gateway.pipeline.journal import Journal
from gateway.pipeline.lanes import Lanes
from gateway.pipeline.loops import LoopDetector
from gateway.pipeline.outbox import Outbox
from gateway.pipeline.parse import Parser
from gateway.pipeline.pause import Pauses
from gateway.pipeline.plan import Planner
from gateway.pipeline.proofs import Proofs
from gateway.pipeline.raws import Raws
from gateway.pipeline.receive import Receiver
from gateway.pipeline.records import OpenEvent, RawWebhook
from gateway.pipeline.recover import Recovery
from gateway.pipeline.refill import Refill
from gateway.pipeline.reopen import Reopen
from gateway.pipeline.reread import Reader
from gateway.pipeline.schedule import Schedule
from gateway.pipeline.send import Sender
from gateway.pipeline.signals import Signals
from gateway.pipeline.spool import Spool
from gateway.pipeline.stages import stages
from gateway.pipeline.status import Folded
from gateway.pipeline.steps import Steps
from gateway.pipeline.wakes import Wakes
from gateway.pipeline.witness import Witnesses
from gateway.policy import quotas
from gateway.policy.gate import Gate
from gateway.settings import Settings
from gateway.store.port import Store
from gateway.tasks import supervised
from gateway.templates.desk import Rules, rules
from gateway.templates.registry import Registry
from gateway.templates.sync import Syncs
from gateway.tenants.directory import Directory
from gateway.tenants.plugin_settings import PluginSettings

log = get_logger("gateway.pipeline")

#: Stages that one process runs for all.
LED = frozenset({"events_log", "syncs", "schedule", "retention", "contacts", "reseal"})


class Line:
    """journal → parser → lanes → dispatcher → outbox → sender, and statuses back."""

    def __init__(
        self, settings: Settings, store: Store, channels: Channels, host: Host, metrics: Metrics,
        clock: Clock, directory: Directory, cluster: Cluster | None = None,
    ) -> None:  # fmt: skip
        """Without a *cluster* this process owns everything."""
        self.cluster: Cluster = cluster or Sole(store, clock)
        self.directory, self._channels = directory, channels
        self._tasks: list[asyncio.Task[None]] = []
        self._more: list[tuple[str, Callable[[], Coroutine[Any, Any, None]]]] = []
        self._settings, self._store, self._metrics, self._clock = settings, store, metrics, clock
        self.sequencer = Sequencer(store, every=SHARED if self.cluster.shared else EVERY)
        loops = LoopDetector(settings.sending.loop_limit)
        self.gate = Gate(channels.get, directory.seal)
        self.outbox = Outbox(store, self.gate, loops, metrics, clock, self.sequencer.stir)
        self.outbox.pokes = self.cluster
        self.files = Files(settings, store, clock)
        keep = Offers(self.files, store)
        self.sender = Sender(
            channels, self.outbox, settings.sending, metrics, clock, self.cluster, bench=self._bench
        )
        self.signals = Signals(self.sender.ask, metrics, clock)
        self.templates = Registry(store, clock)
        self.syncs = Syncs(store, channels, self.templates, clock, others=self.cluster.shared)
        known = rules(self.templates)
        self.plugin_settings = PluginSettings(directory, host)
        self.steps = steps = Steps(host, self.plugin_settings.plugins_of)
        self._wire_turns(host, known, keep)
        self._wire_intake(channels)
        self.heard = Heard(channels, store, metrics, clock, self.journal.up_seconds, self.cluster)
        self.doubts = Doubts(
            self.sender, self.outbox, settings.sending, metrics, clock, self.journal.up_seconds
        )
        self.proofs = Proofs(self.doubts, metrics, clock)
        self.witnesses = Witnesses(self.doubts, self.sender, self.outbox, store, clock)
        self.pauses = Pauses(self.sender, channels, store, metrics, clock)
        self._wire_recovery(Reader(store, channels))
        self.enqueue = Enqueue(store, self.outbox, self.gate, clock, known, keep)
        self.quotas = quotas.made(store, clock, directory, metrics, self.outbox, self.gate, self.enqueue)
        self.backlogs = Backlogs(channels, store, self.journal, self.sender.ask, clock, self.cluster)
        self.canceller = Canceller(store, self.outbox, clock)
        since = self.outbox.restored.since
        self.backlogs.since = self.wakes.since = self.fetcher.since = since
        self.schedule = Schedule(store, self.outbox, self.sender, metrics, clock)
        #: Called when jobs were ordered.
        self.on_jobs: list[Callable[[], None]] = []
        #: Called with all that a turn, a job or a route left behind, once it is durable.
        self.on_kept: list[Callable[[Effects], None]] = []
        directory.listeners.append(self._changed)
        directory.rereads.append(lambda settings: steps.forget(directory))

    def _wire_intake(self, channels: Channels) -> None:
        """What takes webhooks in, reads them, and fetches the files they speak of."""
        settings, store, metrics, clock = self._settings, self._store, self._metrics, self._clock
        self.parser = Parser(
            store, channels, self.steps.wanted, metrics, clock, self.cluster,
            found=self._found, folded=self._folded,
            stirred=self.templates.stir, queued=self.outbox.enqueue, public_url=settings.server.public_url,
        )  # fmt: skip
        self.fetcher = Fetcher(
            self.files, store, channels, self.steps.wanted, metrics, clock,
            ask=self.sender.ask, found=self.found, ownership=self.cluster,
        )  # fmt: skip
        self.sweep = Sweep(self.files, store, clock)
        self.journal = Journal(store, clock, self.cluster, channels, self._durable)
        self.spool = Spool(Path(settings.server.spool), self.journal, metrics)
        self.receiver = Receiver(
            channels, self.journal, self.spool, metrics, clock,
            max_body=settings.server.max_body, body_timeout=settings.server.body_timeout,
            proxies=settings.server.proxies, public_url=settings.server.public_url,
        )  # fmt: skip

    def _wire_recovery(self, reader: Reader) -> None:
        """What reads back what is open, in order: parts, events, the journal."""
        store, cluster, clock = self._store, self.cluster, self._clock
        self.refill = Refill(store, reader, self.sender, cluster, clock)
        cluster.heard.append(self.refill.heard)
        self.reopen = Reopen(store, reader, self.lanes, cluster, clock, self.known_flows)
        cluster.heard.append(self.reopen.heard)
        self.sequencer.on_blocks.append(Told(self.reopen.heard, cluster.tell).noted)
        self.raws = Raws(store, self._channels, self.journal, self.parser, cluster, clock)
        cluster.heard.append(self.parser.heard)
        if not self._settings.server.intake_only:
            muted = MutedKeeper(store, self.house.hushed)
            cluster.keepers.extend((self.refill, muted, self.reopen, self.raws))
        self.recovery = Recovery([self.reopen.sweep, self.raws.sweep])

    def _wire_turns(self, host: Host, known: Rules, keep: Offers) -> None:
        """What runs plugins: flows, commands, hooks, one after another."""
        steps, used = self.steps, self.plugin_settings.plugins_of
        self.plugin_metrics = PluginMetrics(self._metrics.registry, host.plugins.values())
        self.known_flows = KnownFlows(self._store, self._channels, self.cluster, self._clock)
        self.waiting = self.known_flows.waiting
        server = self._settings.server
        self.links = Links(host, server.secret, server.public_url, self._clock)
        self.speech = Speech(host, used, self.directory.told)
        commands = Commands(host, used, self.speech.spoken)
        self.flows = Engine(self.waiting, self.speech.spoken, commands.always)
        self.around = Around(
            store=self._store, clock=self._clock, host=host, signals=self.signals,
            tenants=self.directory.told, plugins=used, settings=self.plugin_settings.of,
            listens=steps.listens, flows=self.flows, speech=self.speech, count=self.plugin_metrics.count,
            rules=known, keep=keep, channels=self._channels, link=self.links.make, offers=keep,
        )  # fmt: skip
        ground = Ground(
            self._clock, self._metrics, self.waiting, self.speech.spoken, self.directory.policy_of,
            self.directory.seal, self._settings.backup.keep,
        )  # fmt: skip
        self.house = House(ground, self._settings.sending.loop_limit)
        planner = Planner(steps, self.house, self.flows, commands, Posts())
        fence = Fence(self.cluster, self.known_flows)
        self.dispatcher = Dispatcher(planner, self.around, self.outbox, self._metrics, self.kept, fence)
        self.lanes = Lanes(self.dispatcher.handle)
        self.wakes = Wakes(self._store, self._channels, self.cluster, self._clock, self.found)

    def add_stage(self, name: str, run: Callable[[], Coroutine[Any, Any, None]]) -> None:
        """Run *run* beside the stages from the start to the drain."""
        self._more.append((name, run))

    def kept(self, effects: Effects) -> None:
        """What a turn, a job or a route did is durable, and its messages are with the sender: let the rest
        of it go on."""
        self.waiting.take(write.row for write in effects.flows)
        self.cluster.tell(write.row.shard for write in effects.flows)
        for opened in effects.heard:
            self.found(opened)
        if effects.emitted or any(write.waits for write in effects.flows):
            self.wakes.stir()
        if effects.jobs:
            for told in self.on_jobs:
                told()
        self.house.hushed.spoke(effects)
        for heard in self.on_kept:
            heard(effects)

    def _changed(self, tenants: set[str]) -> None:
        """Tenants are others now: their plugins, their channels."""
        self.steps.forget(tenants)
        follow(self.sender, self._channels, tenants)

    def _bench(self, channel: Channel) -> ChannelBench:
        """What work for *channel* at its provider may use."""
        return ChannelBench(channel, self._store, self._clock, self.files, self._settings.server.public_url)

    async def start(self) -> None:
        """Take over what is open, and begin."""
        self.spool.open()
        await self.templates.load()
        await self.outbox.restored.load(self._store)
        await self.sender.start()
        await self.cluster.join()
        await self.journal.begin()
        for name, stage in [
            *stages(self, self._settings, self._store, self._metrics, self._clock),
            *self._more,
        ]:
            run = leading(self.cluster, stage) if name in LED else stage
            failed = partial(log.exception, "stage.failed", stage=name)
            self._tasks.append(asyncio.create_task(supervised(run, failed), name=f"gateway-{name}"))

    async def drain(self, seconds: float = 20.0) -> None:
        """Take nothing more in, hand every number over once what is under way of it has ended, and end."""
        await self.journal.drain()
        await self.fetcher.drain(seconds / 10)
        try:
            await self.cluster.leave(seconds / 2)
        except StoreUnavailable:
            log.error(
                "drain.not_noted", hint="the database is away; the next start runs open events one by one"
            )
        await self.parser.drain(seconds / 8)
        await self.reopen.close()
        await self.lanes.drain(seconds / 8)
        await self.dispatcher.drain()
        await self.signals.drain(seconds / 10)
        await self.sender.drain(seconds / 8)
        await self.outbox.drain()
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        self.spool.close()
        self.heard.look()
        await self.heard.note()

    def _durable(self, batch: list[RawWebhook]) -> None:
        self.receiver.count(batch)
        self.heard.mark(batch)
        if not self._settings.server.intake_only:
            self.parser.offer(batch)

    def found(self, opened: OpenEvent) -> None:
        """An event that is durable now: it goes into its lane here, or its owner is told."""
        if self.cluster.epoch(opened.shard):
            self.lanes.offer(opened)
        else:
            self.cluster.tell((opened.shard,))

    def _found(self, opened: OpenEvent) -> None:
        """An event to dispatch; the file of its message is fetched beside it."""
        self.found(opened)
        self.sequencer.stir()
        if isinstance(opened.event, MessageReceived) and file_of(opened.event.content) is not None:
            self.fetcher.stir()

    def _folded(self, folded: list[Folded]) -> None:
        """What statuses have told: doubts resolved, evidence, latencies, events for plugins."""
        self.sequencer.stir()
        self.proofs.told(folded)
