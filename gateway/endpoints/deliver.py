"""The stage that delivers: takes what is due, posts it, and writes down what came of it.

A delivery is claimed in memory, for one process owns the stage: the one that leads. Its row says "waiting"
until the outcome is stored, so a process that dies between the two makes it again, and so does the next one
that leads: at least once, always under the same id. Who hands over ends first what is under way, so that
nothing is sent twice when no one dies.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Mapping

from msgspec import Struct

from gateway.clock import SECOND, Clock
from gateway.cluster.port import Cluster, Keeper
from gateway.endpoints.fanout import FanOut
from gateway.endpoints.lanes import Lane, Lanes
from gateway.endpoints.payload import payload_of, test_payload
from gateway.endpoints.post import Poster
from gateway.endpoints.queries import ENDPOINTS
from gateway.endpoints.record import Attempt, Endpoint, endpoint_of
from gateway.endpoints.schedule import PAUSES, Verdict, breather, judge
from gateway.endpoints.settle import Settled, settle
from gateway.endpoints.tidy import tidy
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.feed.read import event_of
from gateway.feed.sequence import Sequencer
from gateway.model.ids import new_id
from gateway.observe import Metrics, get_logger
from gateway.outage import Outage
from gateway.settings import WebhookSettings
from gateway.store.port import Row, Store, Tx
from gateway.store.seal import Seal
from gateway.tasks import ended, stirred

log = get_logger("gateway.endpoints")

#: Seconds between two looks when nobody stirs, between two at everything that waits, and at what is over;
#: and between two batches of that, for deliveries go on meanwhile.
EVERY, SWEEP, TIDY, BATCHES = 1.0, 30.0, 3600.0, 0.05
#: Where others may queue something too, everything is looked at this often, unless that takes long: then a
#: small part of the time goes into it.
SHARED, PART = 2.0, 0.05
#: Deliveries of an endpoint that are read at once.
PAGE = 20
#: Who owns this shard leads.
LEADER = 0
LOST = "the event is not kept any more"


class Job(Struct, frozen=True):
    """A delivery that is due. *body* is None when the log has not the event any more."""

    endpoint: Endpoint
    seq: int
    event: str
    tries: int
    body: bytes | None


class Deliverer(Keeper):
    """Delivers what is queued. *chance* and *pauses* are for tests."""

    def __init__(
        self, settings: WebhookSettings, store: Store, seal: Seal, metrics: Metrics, clock: Clock, *,
        pauses: tuple[float, ...] = PAUSES, chance: Callable[[], float] = random.random,
    ) -> None:  # fmt: skip
        self._settings, self._store, self._metrics, self._clock = settings, store, metrics, clock
        self.fan_out = FanOut(clock)
        self.poster = Poster(settings, seal, metrics, clock)
        self._pauses, self._chance = pauses, chance
        self._lanes = Lanes(settings.in_flight)
        self._tasks: set[asyncio.Task[None]] = set()
        self._wake = asyncio.Event()
        self._outage = Outage(log, "webhook_out.store_away", "webhook_out.store_back")
        self._sweep_at = self._tidy_at = 0.0
        self._begun, self._draining, self._leads = False, False, True
        self._cluster: Cluster | None = None

    def under(self, cluster: Cluster) -> None:
        """Deliver only while this process leads. Before it joins."""
        self._cluster, self._leads = cluster, False
        cluster.keepers.append(self)

    async def gain(self, shards: frozenset[int]) -> None:
        """Lead: read everything that waits."""
        if LEADER in shards:
            self._lanes = Lanes(self._settings.in_flight)
            self._sweep_at, self._begun, self._leads = 0.0, False, True
            self._wake.set()

    async def release(self, shards: frozenset[int], seconds: float) -> None:
        """Begin nothing more, and end what is under way: the next one would post it again."""
        if LEADER in shards:
            self._leads = False
            await ended(self._tasks, seconds)

    def drop(self, shards: frozenset[int]) -> None:
        """Another delivers already."""
        if LEADER in shards:
            self._leads = False
            for task in self._tasks:
                task.cancel()

    def follow(self, sequencer: Sequencer) -> None:
        """Queue the events that *sequencer* numbers."""
        sequencer.fan_out = self.fan_out
        sequencer.on_new.append(self.news)

    def news(self, heads: Mapping[str, int]) -> None:
        """Events of these tenants have their numbers and are durable: send what was queued."""
        for tenant, endpoint in self.fan_out.take(heads):
            self.stir(tenant, endpoint)

    def stir(self, tenant: str, endpoint: str) -> None:
        """Something of *endpoint* may be due: look now. Where another delivers, it looks by itself."""
        if self._leads:
            self._lanes.look_at((tenant, endpoint), self._clock.now())
            self._wake.set()

    async def run(self) -> None:
        """Deliver for ever, first what the last process did not finish."""
        while True:
            self._wake.clear()
            if self._may():
                with self._outage:
                    await self._keep_up()
                    await self._step()
            else:
                self._metrics.queue.labels("webhook_out").set(0)
            await stirred(self._wake, self._pause())

    async def drain(self, seconds: float) -> None:
        """Begin nothing more, and give what is under way *seconds*; the rest is for the next process."""
        self._draining = True
        await ended(self._tasks, seconds)
        await self.poster.close()

    async def test(self, endpoint: Endpoint) -> tuple[str, Attempt]:
        """Post a webhook.test now, once: its event id, and what came of it."""
        event = new_id()
        body = test_payload(event, endpoint.id, self._clock.now())
        return event, await self.poster.post(endpoint, event, body)

    def _may(self) -> bool:
        """Whether deliveries are ours to make at this moment."""
        return self._leads and not self._draining and (self._cluster is None or self._cluster.leads)

    def _pause(self) -> float:
        """Seconds until there is something to do."""
        at, tidy_in = self._lanes.next_at(), self._tidy_at - self._clock.monotonic()
        look_in = EVERY if at is None else (at - self._clock.now()) / SECOND
        return min(EVERY, max(0.01, min(look_in, tidy_in)))

    async def _keep_up(self) -> None:
        """Find what another process queued, and what this one found when it began; forget what is over."""
        at = self._clock.monotonic()
        if at >= self._sweep_at:
            waiting, failing = await self._store.read(_waiting)
            for row in waiting:
                self._lanes.look_at((row["tenant"], row["endpoint"]), max(1, row["next_at"]))
            if not self._begun:
                self._begun = True
                for row in failing:
                    self._lanes[row["tenant"], row["id"]].failures = 1
            self._lanes.forget({(row["tenant"], row["endpoint"]) for row in waiting})
            self._metrics.queue.labels("webhook_out").set(sum(row["size"] for row in waiting))
            self._sweep_at = at + self._sweep_in(self._clock.monotonic() - at)
        if at >= self._tidy_at:
            now = self._clock.now()
            more = await self._store.write(lambda tx: tidy(tx, now))
            self._tidy_at = at + (BATCHES if more else TIDY)

    def _sweep_in(self, took: float) -> float:
        """Seconds until the next look at everything, when the last one took *took*."""
        if self._cluster is None or not self._cluster.shared:
            return SWEEP
        return min(SWEEP, max(SHARED, took / PART))

    async def _step(self) -> None:
        """Read what is due of the endpoints whose turn it is, and start what there is room for."""
        now = self._clock.now()
        lanes = self._lanes.gather(now)

        async def work(tx: Tx) -> list[list[Row]]:
            return [
                await tx.all(
                    ENDPOINTS["next"], tenant=lane.key[0], endpoint=lane.key[1],
                    limit=PAGE + len(lane.running),
                )
                for lane in lanes
            ]  # fmt: skip

        if lanes:
            for lane, rows in zip(lanes, await self._store.read(work), strict=True):
                self._read(lane, rows, now)
        if not self._may():  # it was taken from us meanwhile
            return
        for lane, seq in self._lanes.starting(now):
            self._start(lane, seq)

    def _read(self, lane: Lane, rows: list[Row], now: int) -> None:
        lane.queue.extend(r["seq"] for r in rows if r["next_at"] <= now and r["seq"] not in lane.running)
        later = next((row["next_at"] for row in rows if row["next_at"] > now), 0)
        lane.stale = not later and len(rows) >= PAGE + len(lane.running)
        if later:
            self._lanes.look_at(lane.key, later)

    def _start(self, lane: Lane, seq: int) -> None:
        task = asyncio.get_running_loop().create_task(self._one(lane, seq))
        self._tasks.add(task)
        lanes = self._lanes

        def over(done: asyncio.Task[None]) -> None:
            self._tasks.discard(done)
            lanes.ended(lane, seq)
            self._wake.set()

        task.add_done_callback(over)

    async def _one(self, lane: Lane, seq: int) -> None:
        tenant, endpoint = lane.key
        try:
            job = await self._store.read(lambda tx: read_job(tx, tenant, endpoint, seq, self._clock.now()))
            if job is None or not self._may():  # disabled, deleted, for later, or another's
                return
            if job.body is None:
                attempt = Attempt(self._clock.now(), 0, "unreachable", error=LOST)
                await self._settle(lane, job, attempt, Verdict("failed"))
                return
            attempt = await self.poster.post(job.endpoint, job.event, job.body)
            verdict = judge(attempt.status, job.tries + 1, self._chance(), attempt.retry_after, self._pauses)
            self._judged(lane, verdict)
            await self._settle(lane, job, attempt, verdict)
        except (StoreUnavailable, SerializationFailure) as error:
            lane.held = self._clock.now() + SECOND
            self._lanes.look_at(lane.key, lane.held)
            self._outage.begun(error)
        except Exception:
            # Nothing may end the stage: the row waits, and is found again by the next look at everything.
            log.exception("webhook_out.failed", tenant=tenant, webhook=endpoint, seq=seq)

    def _judged(self, lane: Lane, verdict: Verdict) -> None:
        """How the endpoint is treated from now on."""
        if verdict.fate == "done":
            lane.failures = lane.held = 0
            return
        lane.failures += 1
        hold = max(verdict.hold, breather(lane.failures))
        if hold:
            lane.held = max(lane.held, self._clock.now() + int(hold * SECOND))

    async def _settle(self, lane: Lane, job: Job, attempt: Attempt, verdict: Verdict) -> None:
        """Store the outcome, however long the database is away: nothing is sent twice because of it."""

        async def work(tx: Tx) -> Settled:
            return await settle(tx, job.endpoint, job.seq, attempt, verdict, self._clock.now())

        while True:
            try:
                settled = await self._store.write(work)
                self._outage.over()
                return self._tell(lane, job, attempt, verdict, settled)
            except (StoreUnavailable, SerializationFailure) as error:
                self._outage.begun(error)
                await asyncio.sleep(0.05 if isinstance(error, SerializationFailure) else EVERY)

    def _tell(self, lane: Lane, job: Job, attempt: Attempt, verdict: Verdict, settled: Settled) -> None:
        if settled.next_at:
            self._lanes.look_at(lane.key, settled.next_at)
        tenant, webhook = lane.key
        if verdict.fate != "done":
            log.info(
                "webhook_out.not_delivered", tenant=tenant, webhook=webhook, seq=job.seq, tries=job.tries + 1,
                status=attempt.status, problem=attempt.error, again_in=round(verdict.delay, 1),
            )  # fmt: skip
        if settled.disabled:
            lane.queue.clear()
            self._metrics.webhook_out_disabled.inc()
            hint = "the tenant enables it again, and recovers what it missed, when the address works"
            log.warning(
                "webhook_out.disabled", tenant=tenant, webhook=webhook, reason=settled.disabled, hint=hint
            )


async def read_job(tx: Tx, tenant: str, endpoint: str, seq: int, now: int) -> Job | None:
    """The delivery of event *seq* to *endpoint*, if it is due; None if it is not (any more)."""
    row = await tx.one(ENDPOINTS["job"], tenant=tenant, endpoint=endpoint, seq=seq, now=now)
    if row is None:
        return None
    event = await event_of(tx, tenant, seq)
    body = None if event is None else await payload_of(tx, event)
    return Job(endpoint_of(row), seq, row["event"], row["tries"], body)


async def _waiting(tx: Tx) -> tuple[list[Row], list[Row]]:
    return await tx.all(ENDPOINTS["waiting"]), await tx.all(ENDPOINTS["failing"])
