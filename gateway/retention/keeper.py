"""The round: once an hour, what had its time is removed, a page of one tenant's kind at a time, in turns.

A page is looked for on a reader and removed in one unit, then there is a pause by how long that took, the
wait for the writer included. On SQLite, where everybody waits for it, a page holds the writer for some two
milliseconds, and a fortieth of the time is used at most; on PostgreSQL, where nobody else wants them, it
has ten times as long, and a tenth of the time. It is less when others have much to write. What is removed is
what is older than the round's beginning says, so a round that was cut short goes on anywhere.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable, Mapping

from msgspec import Struct

from gateway.clock import MINUTE, SECOND, Clock
from gateway.errors import GatewayError, SerializationFailure
from gateway.media.sweep import Sweep
from gateway.observe import Metrics, get_logger
from gateway.retention.kinds import SHELVES
from gateway.retention.outlook import ASKED, last_round
from gateway.retention.queries import RETENTION
from gateway.retention.shelf import Due, Page
from gateway.retention.tidy import tidy
from gateway.settings.kept import KINDS, kept
from gateway.settings.policy import Retention
from gateway.store.port import Dialect, Store, Tx
from gateway.tenants.directory import Directory
from gateway.tenants.said import readable

log = get_logger("gateway.retention")

#: Seconds from the start to the first round, and between two.
FIRST, EVERY = 60.0, 3600.0
#: Seconds between two looks whether a round is due.
LOOK = 5.0
#: Rows of a page: at first, at least and at most.
BEGIN, LEAST, MOST = 100, 10, 500
#: Seconds for which a page may hold the writer of SQLite, or its own rows of PostgreSQL.
HOLD: Mapping[Dialect, float] = {"sqlite": 0.002, "postgres": 0.02}
#: The pause behind a page, by how long it took; seconds at least and at most.
REST: Mapping[Dialect, float] = {"sqlite": 39.0, "postgres": 9.0}
SHORTEST, LONGEST = 0.005, 30.0

Pause = Callable[[float], Awaitable[None]]


class _Task(Struct):
    """One kind of one tenant in this round. *failed* is how often it was overtaken in a row."""

    kind: str
    tenant: str
    before: int
    mark: object
    failed: int = 0


class Keeper:
    """Goes round for ever. *pause* is how it waits."""

    def __init__(
        self, store: Store, directory: Directory, sweep: Sweep, metrics: Metrics, clock: Clock,
        pause: Pause = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._store, self._directory, self._sweep, self._clock = store, directory, sweep, clock
        self._metrics, self._pause = metrics, pause
        self._limits = dict.fromkeys(SHELVES, BEGIN)
        self._oldest: dict[str, int] = {}
        self._round = 0

    async def run(self) -> None:
        """A round every hour, while nobody takes the lead away; at once when somebody asks for one."""
        begun = self._clock.monotonic()
        while True:
            try:
                last = await self._store.read(last_round)
                rested = self._clock.monotonic() - begun >= FIRST and self._clock.now() >= last.next_at
                if rested or last.next_at == ASKED:
                    await self.round()
            except GatewayError as error:
                log.info("retention.later", problem=type(error).__name__)
            await self._pause(LOOK)

    async def round(self) -> int:
        """One round; how many rows went. Raises `GatewayError` when the database is away."""
        now = self._clock.now()
        await self._store.write(lambda tx: tx.run(RETENTION["begin_round"], now=now))
        self._round, self._oldest, removed = now, {}, 0
        queue = deque(await self._tasks(now))
        while queue:
            task = queue.popleft()
            began = self._clock.monotonic()
            more, count = await self._step(task)
            removed += count
            if more:
                queue.append(task)
            elif task.kind == "journal":  # what was seen outlives what it was seen in
                queue.append(self._whole("seen", now))
            await self._rest(self._clock.monotonic() - began)
        await tidy(self._store, now, self._rest)
        for kind in KINDS:
            at = self._oldest.get(kind, 0)
            self._metrics.retention_oldest_seconds.labels(kind).set((now - at) / SECOND if at else 0.0)
        done = self._clock.now()
        values = {"now": done, "next": done + int(EVERY * SECOND)}
        await self._store.write(lambda tx: tx.run(RETENTION["end_round"], **values))
        if removed:
            log.info("retention.round", removed=removed, seconds=round((done - now) / SECOND, 1))
        return removed

    async def _rest(self, took: float) -> None:
        await self._pause(min(LONGEST, max(SHORTEST, took * REST[self._store.dialect])))

    async def _tasks(self, now: int) -> list[_Task]:
        """What this round looks through: every kind of the first tenant, then of the next."""
        rows = await self._store.read(lambda tx: tx.all(RETENTION["tenants"]))
        owned = {str(row["tenant"]): readable(row, "retention", Retention) for row in rows}
        owned |= {tenant: self._directory[tenant].retention for tenant in self._directory}
        tasks = [self._whole("journal", now)]
        for tenant, own in sorted({**owned, "": Retention()}.items()):
            for kind in KINDS:
                if KINDS[kind].own:
                    tasks.append(self._task(kind, tenant, own, now))
        return tasks

    def _whole(self, kind: str, now: int) -> _Task:
        return self._task(kind, "", Retention(), now)

    def _task(self, kind: str, tenant: str, own: Retention, now: int) -> _Task:
        settings = self._directory.settings
        before = now - int(kept(kind, settings, own)[0] * SECOND)
        messages = now - int(kept("messages", settings, own)[0] * SECOND)
        if kind == "idempotency":  # an answer goes before the message that it names
            before = max(before, messages + MINUTE)
        elif kind == "media":  # a file goes before the message that brought it
            before = max(before, messages)
        return _Task(kind, tenant, before, SHELVES[kind].start if kind in SHELVES else 0)

    async def _step(self, task: _Task) -> tuple[bool, int]:
        """One page of *task*: whether there is more, and how many rows went."""
        if task.kind == "media":
            count, full = await self._sweep.page(task.tenant, task.before)
            if count:
                await self._store.write(lambda tx: self._note(tx, task, count))
                self._metrics.retention_removed.labels(task.kind).inc(count)
            if not full:
                await self._look_back(task)
            return full, count
        due = Due(task.tenant, task.before, task.mark, self._limits[task.kind])
        page = await self._store.read(lambda tx: SHELVES[task.kind].look(tx, due))
        try:
            count = await self._remove(task, due, page) if page.keys else 0
        except SerializationFailure:  # somebody was there: look again, a few times
            task.failed += 1
            return task.failed < 5, 0
        task.mark, task.failed = page.mark, 0
        if not page.more:
            await self._look_back(task)
        return page.more, count

    async def _remove(self, task: _Task, due: Due, page: Page) -> int:
        held = 0.0

        async def work(tx: Tx) -> int:
            nonlocal held
            began = self._clock.monotonic()
            count = await SHELVES[task.kind].remove(tx, due, page.keys)
            await self._note(tx, task, count)
            held = self._clock.monotonic() - began
            return count

        count = await self._store.write(work)
        self._metrics.retention_removed.labels(task.kind).inc(count)
        self._limits[task.kind] = sized(due.limit, held / HOLD[self._store.dialect], page.more)
        return count

    async def _note(self, tx: Tx, task: _Task, count: int) -> None:
        await tx.run(
            RETENTION["noted"], tenant=task.tenant, kind=task.kind, n=count, round=self._round,
            now=self._clock.now(),
        )  # fmt: skip

    async def _look_back(self, task: _Task) -> None:
        """How old the oldest row is that is left."""
        at = await self._store.read(lambda tx: tx.value(RETENTION[f"{task.kind}_oldest"], tenant=task.tenant))
        if at:
            self._oldest[task.kind] = min(at, self._oldest.get(task.kind, at))


def sized(limit: int, share: float, more: bool) -> int:
    """How many rows the next page has after one of *limit*, which took *share* of the time that it may. It
    shrinks by half at most: what a busy machine kept waiting says little of the rows."""
    if share > 1:
        return max(LEAST, limit // 2, int(limit / share))
    return min(MOST, limit + limit // 2) if share < 0.5 and more else limit
