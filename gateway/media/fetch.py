"""The stage that fetches files of contacts: beside the way of messages, a few at once, until they are there.

A row of `media` is the job. Every process fetches: it claims a row by moving its time a lease ahead under its
own term, and what a process that is gone was fetching is due again as soon as the leader sees that. No tenant
takes more than half of the places.
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter, deque
from collections.abc import Callable

from gateway.channels import Channels
from gateway.clock import MINUTE, SECOND, Clock
from gateway.cluster.port import Ownership
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.media import check, names
from gateway.media.cards import cards_in
from gateway.media.files import Files
from gateway.media.getting import Ask, Getter, Job
from gateway.media.keep import KeepUnavailable
from gateway.media.patience import Failure, pause
from gateway.media.queries import MEDIA
from gateway.media.settle import Settler, Wanted
from gateway.media.spill import Spilled, spilling
from gateway.net import Fetched, SafeClient
from gateway.observe import Metrics, get_logger
from gateway.outage import Outage
from gateway.pipeline.records import OpenEvent
from gateway.provider import StoredFile
from gateway.store.port import Row, Store
from gateway.tasks import ended, stirred

log = get_logger("gateway.media")

#: Seconds between two looks, when nobody stirs.
EVERY = 1.0
#: Rows that are read at once, and at most of one tenant.
PAGE, SHARE = 400, 100
#: How long a claim holds: longer than any fetch may take.
LEASE = 15 * MINUTE


class Fetcher:
    """Fetches what is pending. *found* gets the events for plugins."""

    def __init__(
        self, files: Files, store: Store, channels: Channels, wanted: Wanted, metrics: Metrics, clock: Clock,
        *, ask: Ask, found: Callable[[OpenEvent], object], ownership: Ownership | None = None,
    ) -> None:  # fmt: skip
        """Without *ownership* nobody else fetches."""
        self._ownership = ownership
        self._files, self._store, self._channels = files, store, channels
        self._metrics, self._clock, self._found = metrics, clock, found
        self._client = SafeClient(metrics, files.settings.internal)
        self._getter = Getter(channels, ask, self._client, insecure=files.settings.insecure_links)
        #: The time of what follows now from what came then (`gateway.pipeline.restored`).
        self.since: Callable[[int, int], int] = lambda cause, now: now
        self._settler = Settler(store, channels, wanted, lambda cause, now: self.since(cause, now))
        self._tasks: set[asyncio.Task[None]] = set()
        self._running: Counter[str] = Counter()
        self._due: deque[Row] = deque()
        #: Claims whose answer is not here.
        self._asked: list[dict[str, object]] = []
        self._due_at = self._resume_at = 0.0
        self._resumed = self._draining = False
        self._wake = asyncio.Event()
        self._outage = Outage(log, "media.store_away", "media.store_back")

    def __len__(self) -> int:
        return len(self._tasks)

    def stir(self) -> None:
        """Something may be due: look now."""
        self._wake.set()

    async def run(self) -> None:
        """Fetch for ever, first what the last process was fetching."""
        await self._files.open()
        while True:
            self._wake.clear()
            if self._ownership is None or self._ownership.alive():
                with self._outage:
                    await self._resume()
                    await self._hand_back()
                    await self._look()
            await stirred(self._wake, EVERY)

    async def drain(self, seconds: float) -> None:
        """Begin nothing more, and give what is under way *seconds*; the rest is for the next process."""
        self._draining = True
        await ended(self._tasks, seconds)
        await self._client.close()

    async def _resume(self) -> None:
        """What processes that are gone were fetching is due at once: what any other had, where nobody else
        may be."""
        who, at = self._ownership, self._clock.monotonic()
        if who is None or not who.shared:
            if not self._resumed:
                await self._store.write(lambda tx: tx.run(MEDIA["resume"], now=self._clock.now()))
                self._resumed = True
            return
        if who.leads and at >= self._resume_at:
            self._resume_at = at + EVERY
            if await self._store.read(lambda tx: tx.value(MEDIA["left"])):
                await self._store.write(lambda tx: tx.run(MEDIA["take_over"], now=self._clock.now()))

    async def _look(self) -> None:
        """Claim what is due and there is room for, and start it."""
        most = self._files.settings.fetches
        room, share = most - len(self._tasks), max(1, most // 2)
        who = self._ownership
        if self._draining or room <= 0:
            return
        term = who.term if who is not None else 0
        now = self._clock.now()
        await self._read_due(now)
        keys: list[dict[str, object]] = []
        taken, full = Counter(self._running), list[Row]()
        while self._due and len(keys) < room:
            row = self._due.popleft()
            if taken[row["tenant"]] < share:
                taken[row["tenant"]] += 1
                until = {"now": now, "until": now + LEASE, "term": term}
                keys.append({"tenant": row["tenant"], "id": row["id"], **until})
            else:
                full.append(row)
        self._due.extendleft(reversed(full))
        if keys:
            # In one order everywhere, so that two processes never wait for each other in a circle.
            keys.sort(key=lambda key: (str(key["tenant"]), str(key["id"])))
            self._asked = keys
            rows = await self._store.write(lambda tx: tx.each(MEDIA["claim"], keys))
            self._asked = []
            for row in rows:
                if not self._draining:
                    self._start(row)

    async def _hand_back(self) -> None:
        """A claim whose answer was lost may have been made, and would hold for a quarter of an hour."""
        if self._asked:
            now = self._clock.now()
            lost = [{**key, "now": now} for key in self._asked]
            await self._store.write(lambda tx: tx.many(MEDIA["hand_back"], lost))
            self._asked, self._due_at = [], -EVERY

    async def _read_due(self, now: int) -> None:
        """Read a page of what is due, some of each tenant in turn, when the last is used up or old. With
        a long queue that is much work, so it is not done for each file."""
        at = self._clock.monotonic()
        if not self._due or at - self._due_at >= EVERY:
            rows = await self._store.read(lambda tx: tx.all(MEDIA["due"], now=now, share=SHARE, limit=PAGE))
            self._due, self._due_at = deque(rows), at

    def _start(self, row: Row) -> None:
        job = Job.of(row)
        self._running[job.tenant] += 1
        task = asyncio.get_running_loop().create_task(self._one(job))
        self._tasks.add(task)

        def ended(done: asyncio.Task[None]) -> None:
            self._tasks.discard(done)
            self._running[job.tenant] -= 1
            self.stir()

        task.add_done_callback(ended)

    async def _one(self, job: Job) -> None:
        try:
            limit = self._files.settings.limit(job.kind)
            async with spilling(self._files.scratch, limit) as spill:
                try:
                    told = await self._getter.get(job, spill)
                except Failure as failure:
                    await self._failed(job, failure)
                    return
                try:
                    await self._stored(job, await spill.done(), told)
                except KeepUnavailable as error:
                    await self._failed(job, Failure("unavailable", str(error)))
        except (StoreUnavailable, SerializationFailure) as error:
            self._outage.begun(error)
            await self._give_back(job)
        except Exception:
            # Nothing may end the stage: the row stays pending, and is tried again when its lease ends.
            log.exception("media.failed", media_id=job.id, tenant=job.tenant)

    async def _give_back(self, job: Job) -> None:
        """The database could not hear how it ended: it is due again as soon as it can."""
        while True:
            await asyncio.sleep(EVERY)
            try:
                return await self._settler.later(job, "unavailable", self._clock.now())
            except (StoreUnavailable, SerializationFailure):
                continue

    async def _stored(self, job: Job, spilled: Spilled, told: Fetched) -> None:
        filename = names.harmless(job.filename or told.filename)
        mime = check.sniff(spilled.head, job.told or told.mime_type, filename)
        file = StoredFile(job.id, mime, spilled.size, spilled.sha256, filename)
        cards = await cards_in(job.kind, spilled)
        async with self._files.lock(spilled.sha256):
            await self._files.keeper.put(job.tenant, spilled.sha256, spilled.path)
            there, opened = await self._settler.stored(job, file, cards, self._clock.now())
        if not there:  # it was deleted meanwhile
            await self._files.drop(job.tenant, spilled.sha256)
        self._count(job, "stored")
        self._tell(opened)

    async def _failed(self, job: Job, failure: Failure) -> None:
        now = self._clock.now()
        delay = pause(failure, job.tries, now - job.created_at, random.random())
        level = log.info if delay is not None else log.error
        level("media.not_fetched", media_id=job.id, tenant=job.tenant, tries=job.tries, reason=failure.reason,
              problem=str(failure)[:200], again_in=delay)  # fmt: skip
        if delay is not None:
            await self._settler.later(job, failure.reason, now + int(delay * SECOND))
            self._count(job, "retry")
            return
        _, opened = await self._settler.failed(job, failure.reason, now)
        self._count(job, "failed")
        self._tell(opened)

    def _tell(self, opened: OpenEvent | None) -> None:
        if opened is not None:
            self._found(opened)

    def _count(self, job: Job, result: str) -> None:
        channel = self._channels.get(job.tenant, job.channel)
        self._metrics.media_fetches.labels(channel.provider.name if channel else "none", result).inc()
