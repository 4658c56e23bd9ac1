"""The stage that runs jobs: claims what is due, runs it outside any turn, and writes down what came of it.

Every process runs jobs. A claim is fenced as a part's is: by the term of the process. What a process that is
gone was running goes back to ready, with its start counted: whoever leads looks for it each second. Who was
only taken for dead cuts its own runs off then. What is due is claimed in the tenants' turns.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import TypeVar

from gateway.clock import MINUTE, SECOND
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.hooks.host import Host
from gateway.hooks.naming import HOUSE
from gateway.jobs.acts import Taken, cancel
from gateway.jobs.desk import RunDesk
from gateway.jobs.ending import Ends, broken
from gateway.jobs.http import JobHttp
from gateway.jobs.queries import JOB
from gateway.jobs.record import OpenJob, Outcome, open_job
from gateway.jobs.recurring import RecurringJobs
from gateway.jobs.run import run
from gateway.jobs.turns import Lane, Turns
from gateway.jobs.under_way import UnderWay
from gateway.net import SafeClient
from gateway.observe import Metrics, get_logger
from gateway.outage import Outage
from gateway.pipeline.line import Line
from gateway.settings.model import JobSettings
from gateway.store.port import Row, Tx
from gateway.tasks import stirred
from gateway.tenants.directory import Directory

log = get_logger("gateway.jobs")

T = TypeVar("T")

#: Seconds between two looks when nobody stirs, between two at how many wait; and the least between two looks.
EVERY, COUNT, SPACE = 1.0, 10.0, 0.01
#: For how long after it is due (microseconds) a job that this process does not know is left for others: a
#: newer version may run beside us.
UNKNOWN = 10 * MINUTE
POISON = "the process ended each of five times that this job ran"


class Jobs:
    """Runs the jobs of one process. *http* and *chance* are for tests."""

    def __init__(
        self, settings: JobSettings, line: Line, host: Host, directory: Directory, metrics: Metrics, *,
        http: JobHttp | None = None, chance: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        around = line.around
        self._line, self._around, self._host = line, around, host
        self._store, self._clock, self._metrics = around.store, around.clock, metrics
        self._turns = Turns(settings.in_flight, settings.per_tenant)
        self._client = SafeClient(metrics, settings.internal, connections=settings.in_flight * 2)
        self._http = http or JobHttp(self._client)
        self._recurring = RecurringJobs(around.store, host, directory, around.clock, around.settings)
        self._ends = Ends(line, host, metrics, chance)
        self._wake = asyncio.Event()
        self._outage = Outage(log, "jobs.store_away", "jobs.store_back")
        self._draining = False
        self._left = asyncio.Event()
        self._left.set()
        self._taken = False
        self._look_at = self._count_at = 0.0
        self._running = UnderWay(self._wake.set)
        #: Told how each run ended, before it is kept.
        self.watchers: list[Callable[[OpenJob, Outcome], None]] = []
        line.on_jobs.append(self.stir)
        directory.listeners.append(self._changed)

    def __len__(self) -> int:
        return len(self._running)

    def stir(self) -> None:
        """A job was ordered, or may run now: look."""
        self._wake.set()

    def _changed(self, tenants: set[str]) -> None:
        self._recurring.changed()
        self._wake.set()

    async def run(self) -> None:
        """Run what is due, for ever."""
        self._left.clear()
        try:
            while not self._draining:
                await self._look_around()
        finally:
            self._left.set()

    async def _look_around(self) -> None:
        """One look at what is due, and the pause behind it."""
        self._wake.clear()
        pause = EVERY
        self._running.cut_off(self._line.cluster.term)
        if self._line.cluster.alive():  # without a lease there is nothing to do, nor to be told
            with self._outage:
                await self._take_over()
                if self._line.cluster.leads:
                    await self._recurring.keep_up()
                pause = await self._step()
                await self._count()
        await asyncio.sleep(SPACE)
        await stirred(self._wake, pause)

    async def drain(self, seconds: float) -> None:
        """Begin nothing new, and give what is under way *seconds* to end; the rest is cut off, and run again
        by the next process."""
        self._draining = True
        self._wake.set()
        with suppress(TimeoutError):  # what is being claimed at this moment is handed back first
            await asyncio.wait_for(self._left.wait(), seconds)
        await self._running.end(seconds)
        await self._client.close()

    async def cancel(
        self, tenant: str, identifier: str, beside: Callable[[Tx], Awaitable[None]] | None = None
    ) -> Taken:
        """Take a job back, also one that is running: nothing of what it says is kept. *beside* is written
        with it."""
        now, channels = self._clock.now(), self._around.channels

        async def work(tx: Tx) -> Taken:
            taken = await cancel(tx, channels, tenant, identifier, now)
            if taken.found and not taken.recurs and beside is not None:
                await beside(tx)
            return taken

        taken = await self._store.scope(tenant).write(work)
        if taken.found and not taken.recurs:
            self._running.cancel(tenant, identifier)
        if taken.woke is not None:
            self._line.found(taken.woke)
        return taken

    async def _take_over(self) -> None:
        """Take over what processes that are gone were running: all others, where nobody else may be."""
        cluster, at = self._line.cluster, self._clock.monotonic()
        alone = not cluster.shared
        if (alone and self._taken) or not cluster.leads or at < self._look_at:
            return
        values = {"epoch": cluster.term}
        if alone or await self._store.read(lambda tx: tx.value(JOB["left"], **values)):
            rows = await self._store.write(lambda tx: tx.all(JOB["take_over"], **values, alone=int(alone)))
            if rows:
                log.info("jobs.taken_over", count=len(rows))
        self._taken, self._look_at = True, at + EVERY

    async def _count(self) -> None:
        """How many run here; the leader counts those that wait, of all processes."""
        at = self._clock.monotonic()
        if at >= self._count_at:
            self._count_at = at + COUNT
            now, size = self._clock.now(), 0
            if self._line.cluster.leads:
                size = await self._store.read(lambda tx: tx.value(JOB["waiting"], now=now))
            self._metrics.queue.labels("jobs").set(size + len(self._running))

    async def _step(self) -> float:
        """Begin what is due and has room; seconds until there may be more."""
        if not self._may_begin() or len(self._running) >= self._turns.in_flight:
            return EVERY
        running = Counter((job.tenant, job.plugin) for job in self._running)
        rows = await self._look(running)
        now = self._clock.now()
        due: dict[Lane, list[OpenJob]] = {}
        later = now + int(EVERY * SECOND)
        for row in rows:
            if row["due_at"] <= now:
                if self._leaves(row, now) or (row["tenant"], row["id"]) in self._running:
                    continue  # it still runs here when we were taken for dead
                due.setdefault((row["tenant"], row["plugin"]), []).append(open_job(row))
            else:
                later = min(later, row["due_at"])
        suspect = any(job.starts for job in self._running)
        chosen = self._turns.choose(due, running, suspect=suspect)
        if chosen:
            await self._claim(chosen)
        return max(0.0, (later - now) / SECOND)

    async def _look(self, running: Counter[Lane]) -> list[Row]:
        """What is next of every plugin that can run."""
        most = self._turns.per_plugin
        tenants = [row["tenant"] for row in await self._store.read(lambda tx: tx.all(JOB["tenants"]))]
        asked = [
            {"tenant": tenant, "plugin": plugin, "limit": most}
            for tenant in tenants
            for plugin in (*self._around.plugins(tenant), HOUSE)
            if running[tenant, plugin] < most and self._ready(plugin, tenant)
        ]
        if not asked:
            return []
        return await self._store.read(lambda tx: tx.each(JOB["next"], asked))

    def _may_begin(self) -> bool:
        """Whether this process may still begin something, by its own clock."""
        return not self._draining and self._line.cluster.alive()

    def _leaves(self, row: Row, now: int) -> bool:
        """Whether a job that we do not know is for a process of another version, which may be there."""
        known = row["name"] in self._host.running(row["plugin"]).offers.jobs
        return not known and self._line.cluster.shared and now - row["due_at"] < UNKNOWN

    def _ready(self, plugin: str, tenant: str) -> bool:
        """Whether the jobs of *plugin* may run; they wait while it is put aside, or not there."""
        breaker = self._line.dispatcher.breaker
        return self._host.named(plugin) is not None and breaker.state(plugin, tenant) != "open"

    async def _claim(self, chosen: list[OpenJob]) -> None:
        """Claim jobs and begin them. Asked again until it is known which are ours."""
        now, epoch = self._clock.now(), self._line.cluster.term
        claimed = [job.claimed(epoch, now) for job in chosen]
        values = [
            {"tenant": job.tenant, "id": job.id, "epoch": epoch, "attempt": job.attempt, "now": now}
            # In one order everywhere, so that two processes never wait for each other in a circle.
            for job in sorted(claimed, key=lambda job: (job.tenant, job.id))
        ]
        rows = await self._patiently(lambda: self._store.write(lambda tx: tx.each(JOB["claim"], values)))
        ours = {(row["tenant"], row["id"]) for row in rows}
        mine = [job for job in claimed if (job.tenant, job.id) in ours]
        if not self._may_begin() or self._line.cluster.term != epoch:  # we were paused, or are to end
            await self._patiently(lambda: self._store.write(lambda tx: _hand_back(tx, mine)))
            return
        for job in mine:
            self._running.start(job, self._one(job))

    async def _one(self, job: OpenJob) -> None:
        """Run one job and keep what came of it, whatever that is."""
        began = self._clock.monotonic()
        try:
            outcome = await self._outcome(job)
        except asyncio.CancelledError:
            outcome = Outcome("released", words="it was cut off while it ran")
        except Exception as error:
            outcome = broken(job, error)
        self._running.ending(job)
        seconds = self._clock.monotonic() - began
        self._metrics.job_seconds.labels(job.plugin).observe(max(0.0, seconds))
        for told in self.watchers:
            told(job, outcome)
        try:
            await self._patiently(lambda: self._ends.keep(job, outcome))
        except Exception as error:  # what it left behind cannot be stored: that is its failure
            failed = broken(job, error)
            await self._patiently(lambda: self._ends.keep(job, failed))

    async def _outcome(self, job: OpenJob) -> Outcome:
        if job.poisonous:
            return Outcome("dead", reason="poison", words=POISON, detail=POISON)
        plugin = self._host.running(job.plugin)

        async def note(progress: str) -> bool:
            values = {**job.fence(), "progress": progress}
            return bool(await self._store.write(lambda tx: tx.run(JOB["progress"], **values)))

        async def take_back(message: str) -> bool:
            return await self._line.canceller.cancel(job.tenant, message) == "cancelled"

        desk = RunDesk(job, self._around, self._http, take_back=take_back, note=note)
        return await run(plugin, job, desk)

    async def _patiently(self, act: Callable[[], Awaitable[T]]) -> T:
        """Do it however long the database is away."""
        delay = 0.05
        while True:
            try:
                done = await act()
                self._outage.over()
                return done
            except (StoreUnavailable, SerializationFailure) as error:
                self._outage.begun(error)
                if self._draining and delay >= 2.0:
                    raise
                await asyncio.sleep(delay)
                delay = min(delay * 2, 2.0)


async def _hand_back(tx: Tx, jobs: list[OpenJob]) -> None:
    """What was claimed and not begun is anybody's again."""
    await tx.many(JOB["hand_back"], [job.fence() for job in jobs])
