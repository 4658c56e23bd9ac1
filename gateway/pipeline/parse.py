"""Parse: durable raw webhooks become events, a batch to a transaction (T0b).

Each process parses what is open of the shards that it owns (`queue.py`), in order. The transaction begins by
taking the journal's open rows: what is gone another process has parsed. The parser stops while the
plugins are behind: the journal goes on, on disk.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence

from gateway.channels import Channels
from gateway.clock import Clock
from gateway.cluster.port import Cluster
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.model.event import StatusReceived
from gateway.model.ids import new_id
from gateway.observe import Metrics, get_logger
from gateway.outage import Outage
from gateway.pipeline.begun import Begun
from gateway.pipeline.fresh import ParsedWebhook, Recorded
from gateway.pipeline.queries import RECORD, journal_queries
from gateway.pipeline.queue import BATCH, Queue
from gateway.pipeline.record import Wanted, record, take
from gateway.pipeline.records import OpenEvent, Part, RawWebhook
from gateway.pipeline.reread import Reader
from gateway.pipeline.route import Router
from gateway.pipeline.shards import Open, share
from gateway.pipeline.status import Folded, match
from gateway.provider import Parsed, ParseFailure
from gateway.store.port import Store, Tx

log = get_logger("gateway.parse")

REFOLDS = (0.1, 1.0, 4.0, 16.0)  # seconds
#: How often a batch that crosses another is tried before its webhooks are stored one by one.
CROSSED = 5
#: Seconds until the next look after the database was away.
AGAIN = 0.5

#: What one transaction stored: the webhooks, and what came of them.
Kept = tuple[list[ParsedWebhook], Recorded]


class Parser:
    """Turns raw webhooks into open events. *found* gets the events, *folded* the statuses' effects, and
    *stirred* is called when something was told of templates; *queued* gets parts to send. Other processes
    are told of what was stored for shards of theirs."""

    def __init__(
        self, store: Store, channels: Channels, wanted: Wanted, metrics: Metrics, clock: Clock,
        cluster: Cluster, *, found: Callable[[OpenEvent], object],
        folded: Callable[[list[Folded]], None],
        stirred: Callable[[], None] = lambda: None,
        queued: Callable[[Sequence[Part]], None] = lambda parts: None, bound: int = 5000,
        public_url: str = "",
    ) -> None:  # fmt: skip
        self._store, self._channels, self._wanted = store, channels, wanted
        self._metrics, self._clock, self._cluster = metrics, clock, cluster
        self._found, self._folded = found, folded
        self._stirred, self._queued = stirred, queued
        self._router = Router(channels, public_url)
        self._fence = journal_queries(store.dialect)["fence"]
        self.queue = Queue(Reader(store, channels), cluster, bound)
        #: Reads what other processes have changed of the channels.
        self.news: Callable[[], Awaitable[None]] | None = None
        self._begun = Begun(store)
        self._outage = Outage(log, "parse.store_away", "parse.store_back")
        self._idle = asyncio.Event()
        self._idle.set()
        self.stopping = False

    def __len__(self) -> int:
        return len(self.queue)

    def offer(self, raws: list[RawWebhook]) -> None:
        """The journal made *raws* durable."""
        self.queue.remember(raws)
        self.queue.stir()

    def heard(self, shards: frozenset[int]) -> None:
        """Another process may have stored something for *shards*."""
        if not self.queue.gained.isdisjoint(shards):
            self.queue.stir()

    async def release(self, shards: frozenset[int], seconds: float) -> None:
        """Begin nothing more of *shards*, and give the batch at hand *seconds* to end."""
        self.queue.lose(shards)
        await self._ended(seconds)
        self.drop(shards)

    def drop(self, shards: frozenset[int]) -> None:
        """Forget *shards* at once."""
        self.queue.lose(shards)
        self._begun.lose(shards)

    async def drain(self, seconds: float) -> None:
        """Give the parser *seconds* to end the batch at hand; the rest stays open in the database."""
        self.stopping = True
        self.queue.stir()
        await self._ended(seconds)

    async def _ended(self, seconds: float) -> None:
        try:
            await asyncio.wait_for(self._idle.wait(), seconds)
        except TimeoutError:
            log.info("parse.drain_timeout", left=len(self.queue))

    async def run(self) -> None:
        """Parse for ever."""
        while not self.stopping:
            await self.queue.stirred()
            try:
                with self._outage:
                    while rows := await self._next():
                        await self._step(rows)
                    continue
            except BaseException:
                self.queue.reset()
                raise
            self.queue.reset()
            await asyncio.sleep(AGAIN)

    async def _next(self) -> list[Open]:
        return [] if self.stopping else await self.queue.next()

    async def _step(self, rows: list[Open]) -> None:
        """One batch, from which on `release` waits."""
        self._idle.clear()
        try:
            await self._batch(rows)
        finally:
            self._idle.set()
        if self._store.pace and 1 < len(rows) < BATCH and not self.queue.more:
            await asyncio.sleep(self._store.pace)

    async def _batch(self, rows: list[Open]) -> None:
        if self.queue.suspect(rows[0]) and not (rows := await self._begin(rows)):
            return
        parsed = await self._parsed(rows)
        delay, crossed, unanswered = 0.05, 0, list[Kept]()
        batch, result = list[ParsedWebhook](), Recorded([], [])
        while True:
            made: list[Kept] = []
            try:
                batch, result = await self._store.write(lambda tx: self._keep(tx, rows, parsed, made))  # noqa: B023
            except (StoreUnavailable, SerializationFailure) as error:
                if self.stopping or self.queue.gained.isdisjoint(row.shard for row in rows):
                    return
                if isinstance(error, StoreUnavailable):
                    unanswered = made or unanswered
                crossed += isinstance(error, SerializationFailure)
                if crossed > CROSSED:
                    await self._split(rows, error)
                    return
                await asyncio.sleep(delay)
                delay = min(delay * 2, 2.0)
                continue
            except Exception as error:
                await self._split(rows, error)
                return
            break
        self._done(rows)
        if not batch and unanswered:
            # The commit was kept and only its answer lost, else the rows would be there. (Or another process
            # took them meanwhile: then what we hand on ends at its guard.)
            batch, result = unanswered[-1]
        if batch:
            self._after(batch, result)

    async def _parsed(self, rows: list[Open]) -> dict[int, ParsedWebhook]:
        """The webhooks of *rows*. Who answered one may know of a channel that is news to us: what seems to be
        nobody's is looked at again."""
        parsed = {raw.id: self._parse(raw) for raw in (await self.queue.bodies(rows)).values()}
        if self.news is not None and (foreign := [one.raw for one in parsed.values() if one.foreign]):
            await self.news()
            parsed |= {raw.id: self._parse(raw) for raw in foreign}
        return parsed

    async def _keep(
        self, tx: Tx, rows: list[Open], parsed: dict[int, ParsedWebhook], made: list[Kept]
    ) -> Kept:
        """Take *rows* from the journal, and store what of *parsed* goes with those that are ours; *made* gets
        the same, for when the answer to the commit is lost."""
        ours: dict[int, list[Open]] = {}
        for row in await take(tx, self._fence, self._cluster.process, rows):
            ours.setdefault(row.id, []).append(row)
        batch = [share(one, ours[each]) for each, one in parsed.items() if each in ours]
        if not batch:
            return [], Recorded([], [])
        made.append((batch, await record(tx, batch, self._wanted, self._clock.now())))
        return made[-1]

    async def _split(self, rows: list[Open], error: Exception) -> None:
        """A batch that cannot be stored is stored one by one; what fails alone is set aside."""
        if len(rows) > 1:
            for row in rows:
                await self._batch([row])
            return
        log.exception("parse.not_stored", journal_id=rows[0].id, problem=type(error).__name__)
        await self._set_aside(rows[0], "unreadable", f"{type(error).__name__}: {error}")

    async def _begin(self, rows: list[Open]) -> list[Open]:
        """Count a start of webhooks that a process may have died of: those that go on."""
        rows, poison = await self._begun.count(rows)
        for row in poison:
            await self._set_aside(row, "poison", "the process ended each of five times that this was parsed")
        return rows

    async def _set_aside(self, row: Open, reason: str, detail: str) -> None:
        now = self._clock.now()

        async def work(tx: Tx) -> bool:
            if not await take(tx, self._fence, self._cluster.process, [row]):
                return False
            await tx.run(
                RECORD["add_dead"], tenant="", id=new_id(), stage="parse", ref=str(row.id), plugin="",
                reason=reason, detail=detail[:2000], journal=str(row.id), body=b"", now=now,
            )  # fmt: skip
            return True

        if await self._store.write(work):
            self._metrics.dead.labels("parse", reason).inc()
        self._done([row])

    def _done(self, rows: list[Open]) -> None:
        self.queue.done(rows)
        self._begun.done(rows)

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
        self._hand_on(result)
        if result.templates:
            self._stirred()
        if result.folded:
            self._folded(result.folded)
            if unmatched := [folded for folded in result.folded if not folded.matched]:
                asyncio.get_running_loop().call_later(REFOLDS[0], self._refold, unmatched, 1)

    def _hand_on(self, result: Recorded) -> None:
        """Events and parts go to the stages of this process, or to the process that has their shard."""
        mine, others = self._cluster.mine, set[int]()
        for event in result.events:
            shard = event.channel.shard if event.channel is not None else 0
            if shard in mine:
                self._found(event)
            else:
                others.add(shard)
        if parts := [part for part in result.parts if part.shard in mine]:
            self._queued(parts)
        others.update(part.shard for part in result.parts if part.shard not in mine)
        if others:
            self._cluster.tell(others)

    def _refold(self, unmatched: list[Folded], tries: int) -> None:
        """A status may come just before the outcome of its send is stored: look again, a few times."""
        if not self.stopping:
            task = asyncio.get_running_loop().create_task(self._fold_again(unmatched, tries))
            task.add_done_callback(lambda done: done.cancelled() or done.exception())

    async def _fold_again(self, unmatched: list[Folded], tries: int) -> None:
        now = self._clock.now()
        try:
            await self._store.write(lambda tx: match(tx, unmatched, now))
        except (StoreUnavailable, SerializationFailure):
            asyncio.get_running_loop().call_later(REFOLDS[-1], self._refold, unmatched, tries)
            return
        if found := [folded for folded in unmatched if folded.matched]:
            self._folded(found)
        if tries < len(REFOLDS) and (rest := [folded for folded in unmatched if not folded.matched]):
            asyncio.get_running_loop().call_later(REFOLDS[tries], self._refold, rest, tries + 1)
