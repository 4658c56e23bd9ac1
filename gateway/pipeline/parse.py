"""Parse: durable raw webhooks become events, a batch to a transaction (T0b).

The parser goes through the journal in order, and keeps a mark of how far it has come. It reads from
memory what has just been made durable, and from the database what an earlier process left behind the
mark, or what memory had no room for. It stops taking while the plugins are behind: the journal goes on,
on disk.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Callable, Sequence

from gateway.channels import Channels
from gateway.clock import Clock
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.model.event import StatusReceived
from gateway.model.ids import new_id
from gateway.observe import Metrics, get_logger
from gateway.pipeline.fresh import ParsedWebhook, Recorded
from gateway.pipeline.journal import PROCESSES
from gateway.pipeline.queries import JOURNAL, RECORD
from gateway.pipeline.record import Wanted, close, record
from gateway.pipeline.records import LAST_START, OpenEvent, Part, RawWebhook
from gateway.pipeline.route import Router
from gateway.pipeline.status import Folded, match
from gateway.provider import Parsed, ParseFailure
from gateway.store.port import Store, Tx

log = get_logger("gateway.parse")

BATCH = 100
REFOLDS = (0.1, 1.0, 4.0, 16.0)  # seconds
#: How often a batch that crosses another is tried before its webhooks are stored one by one.
CROSSED = 5


class Parser:
    """Turns raw webhooks into open events. *found* gets the events, *folded* the statuses' effects, and
    *stirred* is called when something was told of templates; *queued* gets parts to send."""

    def __init__(
        self, store: Store, channels: Channels, wanted: Wanted, metrics: Metrics, clock: Clock,
        *, found: Callable[[OpenEvent], object], folded: Callable[[list[Folded]], None],
        busy: Callable[[], bool], stirred: Callable[[], None] = lambda: None,
        queued: Callable[[Sequence[Part]], None] = lambda parts: None, bound: int = 5000,
        public_url: str = "",
    ) -> None:  # fmt: skip
        self._store, self._channels, self._wanted = store, channels, wanted
        self._metrics, self._clock = metrics, clock
        self._found, self._folded, self._busy, self._bound = found, folded, busy, bound
        self._stirred, self._queued = stirred, queued
        self._router = Router(channels, public_url)
        self._queue: deque[RawWebhook] = deque()
        self._wake = asyncio.Event()
        self._idle = asyncio.Event()
        self._idle.set()
        #: The newest webhook that was taken in; those behind it come later, in order.
        self.taken = 0
        #: Whether webhooks have to be read from the database, because memory had no room for them.
        self.behind = True
        self.skipped = False
        self.stopping = False

    def __len__(self) -> int:
        return len(self._queue)

    @property
    def full(self) -> bool:
        """Whether webhooks have to wait in the database."""
        return len(self._queue) >= self._bound

    def offer(self, raws: list[RawWebhook]) -> None:
        """The journal made *raws* durable. While behind, they are read from the database in their turn."""
        if self.behind or self.full:
            self.behind = self.skipped = True
            return
        self.take(raws)

    def take(self, raws: list[RawWebhook]) -> None:
        """Queue *raws*, which follow those that were taken before."""
        self._queue.extend(raws)
        if not raws[-1].reopened:
            self.taken = max(self.taken, raws[-1].id)
        self._idle.clear()
        self._wake.set()

    async def drain(self, seconds: float) -> None:
        """Give the parser *seconds* to end the batch at hand; the rest stays open in the database."""
        self.stopping = True
        self._wake.set()
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            log.info("parse.drain_timeout", left=len(self._queue))

    async def run(self) -> None:
        """Parse for ever."""
        while not self.stopping:
            await self._wake.wait()
            self._wake.clear()
            while self._queue and not self.stopping:
                if self._busy():
                    await asyncio.sleep(0.01)
                    continue
                batch = self._next()
                await self._whole(batch)
                if self._store.pace and 1 < len(batch) < BATCH:
                    await asyncio.sleep(self._store.pace)
            self._idle.set()
        self._idle.set()

    async def _whole(self, raws: list[RawWebhook]) -> None:
        """Parse *raws*; those of a try that failed stay first in line, for the mark must not pass them."""
        try:
            await self._batch(raws)
        except BaseException:
            self._queue.extendleft(reversed(raws))
            self._wake.set()
            raise

    def _next(self) -> list[RawWebhook]:
        """The next batch; a webhook that an earlier process may not have survived is one of its own."""
        batch = [self._queue.popleft()]
        while self._queue and len(batch) < BATCH and not (batch[0].starts or self._queue[0].starts):
            batch.append(self._queue.popleft())
        return batch

    async def _batch(self, raws: list[RawWebhook]) -> None:
        if raws[0].starts and not await self._start_alone(raws[0]):
            return
        parsed = [self._parse(raw) for raw in raws]
        delay, crossed = 0.05, 0
        while True:
            now = self._clock.now()
            try:
                result = await self._store.write(lambda tx: record(tx, parsed, self._wanted, now))  # noqa: B023
            except (StoreUnavailable, SerializationFailure) as error:
                if self.stopping:
                    return
                crossed += isinstance(error, SerializationFailure)
                if crossed > CROSSED:
                    await self._split(parsed, error)
                    return
                await asyncio.sleep(delay)
                delay = min(delay * 2, 2.0)
                continue
            except Exception as error:
                await self._split(parsed, error)
                return
            break
        self._after(parsed, result)

    async def _split(self, parsed: list[ParsedWebhook], error: Exception) -> None:
        """A batch that cannot be stored is stored one by one; what fails alone is set aside."""
        if len(parsed) > 1:
            for one in parsed:
                await self._batch([one.raw])
            return
        log.exception("parse.not_stored", journal_id=parsed[0].raw.id, problem=type(error).__name__)
        await self._set_aside(parsed[0].raw, "unreadable", f"{type(error).__name__}: {error}")

    async def _start_alone(self, raw: RawWebhook) -> bool:
        """Count the start of a webhook that an earlier process may not have survived; False when that was
        once too often."""

        async def count(tx: Tx) -> int:
            rows = await tx.each(JOURNAL["start"], [{"process": raw.id % PROCESSES, "parsed": raw.id - 1}])
            return int(rows[0]["starts"])

        if await self._store.write(count) < LAST_START:
            return True
        await self._set_aside(raw, "poison", "the process ended each of five times that this was parsed")
        return False

    async def _set_aside(self, raw: RawWebhook, reason: str, detail: str) -> None:
        self._metrics.dead.labels("parse", reason).inc()
        now = self._clock.now()

        async def work(tx: Tx) -> None:
            await tx.run(
                RECORD["add_dead"], tenant="", id=new_id(), stage="parse", ref=str(raw.id), plugin="",
                reason=reason, detail=detail[:2000], journal=str(raw.id), body=b"", now=now,
            )  # fmt: skip
            await close(tx, [raw])

        await self._store.write(work)

    def _parse(self, raw: RawWebhook) -> ParsedWebhook:
        provider = self._channels.provider(raw.provider)
        if provider is None:
            return ParsedWebhook(raw, failures=(ParseFailure(f"no provider {raw.provider}", raw.body),))
        try:
            parsed = provider.parse(raw.body, raw.query)
        except (Exception, RecursionError) as error:  # a provider's bug costs a replay, never a message
            log.exception("parse.provider_raised", provider=raw.provider, journal_id=raw.id)
            parsed = Parsed(failures=(ParseFailure(f"{type(error).__name__}: {error}", raw.body),))
        return self._router.route(raw, provider, parsed)

    def _after(self, parsed: list[ParsedWebhook], result: Recorded) -> None:
        """The batch is durable: hand the new things on."""
        provider = parsed[0].raw.provider
        count = self._metrics.events
        count.labels(provider, "message", "new").inc(result.new_messages)
        count.labels(provider, "event", "new").inc(result.new_events)
        count.labels(provider, "message", "duplicate").inc(result.duplicates)
        statuses = sum(isinstance(r.event, StatusReceived) for p in parsed for r in p.routed)
        count.labels(provider, "status", "new").inc(len(result.folded))
        count.labels(provider, "status", "duplicate").inc(statuses - len(result.folded))
        for one in parsed:
            for failure in one.failures:
                count.labels(provider, "event", "failed").inc()
                self._metrics.dead.labels("parse", "unreadable").inc()
                log.error("parse.unreadable", journal_id=one.raw.id, reason=failure.reason[:200])
            for _ in one.foreign:
                count.labels(provider, "event", "foreign").inc()
                self._metrics.dead.labels("parse", "foreign_number").inc()
        for event in result.events:
            self._found(event)
        if result.parts:
            self._queued(result.parts)
        if result.templates:
            self._stirred()
        if result.folded:
            self._folded(result.folded)
            unmatched = [folded for folded in result.folded if not folded.matched]
            if unmatched:
                asyncio.get_running_loop().call_later(REFOLDS[0], self._refold, unmatched, 1)

    def _refold(self, unmatched: list[Folded], tries: int) -> None:
        """A status may come just before the outcome of its send is stored: look again, a few times."""
        if not self.stopping:
            task = asyncio.get_running_loop().create_task(self._fold_again(unmatched, tries))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _fold_again(self, unmatched: list[Folded], tries: int) -> None:
        now = self._clock.now()
        await self._store.write(lambda tx: match(tx, unmatched, now))
        found = [folded for folded in unmatched if folded.matched]
        if found:
            self._folded(found)
        rest = [folded for folded in unmatched if not folded.matched]
        if rest and tries < len(REFOLDS):
            asyncio.get_running_loop().call_later(REFOLDS[tries], self._refold, rest, tries + 1)
