"""One run of a plugin's handler for a page or the API: alone, in time, and kept whole or not at all."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Coroutine, Mapping, Sequence
from contextlib import AbstractAsyncContextManager, asynccontextmanager
from types import CoroutineType
from typing import Any, TypeVar

from gateway.api.problems import Problem
from gateway.clock import Clock
from gateway.errors import (
    GatewayError,
    PluginError,
    Retry,
    SerializationFailure,
    StatementFailed,
)
from gateway.hooks.failure import HookFailed, went_on
from gateway.hooks.isolate import run_hook
from gateway.hooks.marked import AnswerFailed
from gateway.hooks.plugin import Plugin
from gateway.model.ids import new_id
from gateway.model.inside import Posted
from gateway.observe import Metrics, get_logger
from gateway.pages.route import PluginRoute
from gateway.pipeline.around import Around
from gateway.pipeline.bounds import room
from gateway.pipeline.effects import Effects, write_effects
from gateway.pipeline.outbox import Outbox
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.turn import Turn
from gateway.provider import StoredFile
from gateway.store.port import Db, Row
from gateway.store.sql import Statements

log = get_logger("gateway.pages")
T = TypeVar("T")

#: Seconds for a handler: somebody is looking at an empty page.
DEADLINE = 5.0
#: A run that crossed another is run again this often.
TRIES = 3
#: Handlers of one plugin under way for one tenant: one that hangs takes its own places, and nobody else's.
AT_ONCE = 16
#: Seconds that a request waits for a place, and how many may wait.
PATIENCE = 2.0
QUEUE = 200
_READS = "a GET changes nothing, for what looks at links before people do sends GETs too; do it on a POST"


class TooMany(GatewayError):
    """As many handlers of this plugin as may be are under way for this tenant."""


class RouteTurn(Turn):
    """The desk behind a request. One that is *reading* leaves nothing behind."""

    def __init__(self, opened: OpenEvent, plugin: str, around: Around, reading: bool = False) -> None:
        super().__init__(opened, plugin, around)
        self._reading = reading

    def beside(self, opened: OpenEvent) -> RouteTurn:
        made = RouteTurn(opened, self.plugin, self.around, self._reading)
        made._root, made.effects = self._root, self._root.effects
        return made

    @property
    def db(self) -> Db:
        db = super().db
        return ReadOnly(db, self.plugin) if self._reading else db

    async def keep(self, data: bytes, filename: str, public: bool) -> StoredFile:
        """Keep a file: its bytes at once, the rest with what the handler does."""
        self._check()
        room(self.effects.files, self.most, self.plugin, "files")
        row = await self.around.offers.row(self.opened.tenant, data, filename, public)
        self.effects.files.append(row)
        return self.around.offers.file(row)

    def _check(self) -> None:
        super()._check()
        if self._reading:
            raise PluginError(f"plugin '{self.plugin}': {_READS}")


class ReadOnly:
    """A `Db` that only reads."""

    def __init__(self, db: Db, plugin: str) -> None:
        self._db, self._plugin, self._statements = db, plugin, Statements()

    async def one(self, sql: str, /, **values: Any) -> Row | None:
        return await self._db.one(self._reads(sql), **values)

    async def all(self, sql: str, /, **values: Any) -> list[Row]:
        return await self._db.all(self._reads(sql), **values)

    async def value(self, sql: str, /, **values: Any) -> Any:
        return await self._db.value(self._reads(sql), **values)

    async def run(self, sql: str, /, **values: Any) -> int:
        return await self._db.run(self._reads(sql), **values)

    async def many(self, sql: str, rows: Sequence[Mapping[str, Any]], /) -> int:
        return await self._db.many(self._reads(sql), rows)

    def begin(self) -> AbstractAsyncContextManager[None]:
        raise PluginError(f"plugin '{self._plugin}': {_READS}")

    def _reads(self, sql: str) -> str:
        if self._statements[sql].writes:
            raise PluginError(f"plugin '{self._plugin}': {_READS}")
        return sql


class _Places:
    """Where handlers of one plugin run for one tenant."""

    def __init__(self) -> None:
        self.free, self.wanted = asyncio.Semaphore(AT_ONCE), 0


class Work:
    """Runs handlers. *kept* is told what has become durable."""

    def __init__(
        self, around: Around, outbox: Outbox, kept: Callable[[Effects], None], metrics: Metrics, clock: Clock
    ) -> None:
        self.around, self._outbox, self._kept = around, outbox, kept
        self._metrics, self._clock = metrics, clock
        self._places: dict[tuple[str, str], _Places] = {}

    async def run(
        self, plugin: Plugin, route: PluginRoute, tenant: str, language: str, reading: bool,
        handle: Callable[[RouteTurn], Coroutine[Any, Any, Any]], finish: Callable[[Any], T],
    ) -> T:  # fmt: skip
        """What *finish* makes of what the handler returned, once all that it did is durable. Raises
        `HookFailed`, `TooMany` and what the store raises; then nothing of it is kept."""
        async with self._place(plugin.name, tenant):
            tries = 0
            while True:
                try:
                    return await self._once(plugin, route, tenant, language, reading, handle, finish)
                except (SerializationFailure, Retry) as error:
                    tries += 1
                    if tries == TRIES:
                        raise SerializationFailure(f"gave up after {TRIES} tries: {error}") from error
                    await asyncio.sleep(min(error.after, 1.0) if isinstance(error, Retry) else 0.01 * tries)

    @asynccontextmanager
    async def _place(self, plugin: str, tenant: str) -> AsyncIterator[None]:
        """One of the places of *plugin* for *tenant*, as soon as one is free. Raises `TooMany`."""
        places = self._places.setdefault((plugin, tenant), _Places())
        if places.wanted >= AT_ONCE + QUEUE:
            raise TooMany(f"too many requests to plugin '{plugin}' wait for it")
        places.wanted += 1
        try:
            try:
                async with asyncio.timeout(PATIENCE):
                    await places.free.acquire()
            except TimeoutError:
                raise TooMany(f"{AT_ONCE} requests to plugin '{plugin}' are under way") from None
            try:
                yield
            finally:
                places.free.release()
        finally:
            places.wanted -= 1
            if not places.wanted:
                del self._places[plugin, tenant]

    async def _once(
        self, plugin: Plugin, route: PluginRoute, tenant: str, language: str, reading: bool,
        handle: Callable[[RouteTurn], Coroutine[Any, Any, Any]], finish: Callable[[Any], T],
    ) -> T:  # fmt: skip
        now, kind = self._clock.now(), route.kind
        asked = Posted(plugin.name, route.name, b"", now)
        turn = RouteTurn(
            OpenEvent(tenant, new_id(), None, asked, now, language=language),
            plugin.name,
            self.around,
            reading,
        )
        began = self._clock.monotonic()
        try:
            coroutine = handle(turn)
            assert isinstance(coroutine, CoroutineType)
            made = await run_hook(plugin, kind, coroutine, deadline=DEADLINE)
            turn.end()
            answer = finish(made)
            await self._keep(turn)
        except StatementFailed as error:
            raise self._failed(went_on(plugin.name, kind, error), tenant) from error
        except HookFailed as failure:
            raise self._failed(failure, tenant) from failure.cause
        except PluginError as error:
            wrong = HookFailed(plugin.name, kind, "error", str(error))
            raise self._failed(wrong, tenant) from error
        finally:
            await turn.rollback()
            self._metrics.plugin_seconds.labels(plugin.name, kind).observe(self._clock.monotonic() - began)
        self._metrics.plugin_runs.labels(plugin.name, kind, "ok").inc()
        return answer

    async def _keep(self, turn: RouteTurn) -> None:
        """Commit what was written together with what was said, emitted and enqueued."""
        effects, now = turn.effects, self._clock.now()

        async def commit() -> bool:
            if turn.unit is not None and turn.unit.opened:
                await turn.unit.commit(lambda tx: write_effects(tx, [effects], now))
            elif effects.some:
                await turn.rollback()
                await self.around.store.write(lambda tx: write_effects(tx, [effects], now))
            return True

        await self._outbox.keep(turn.opened.tenant, effects, now, commit)
        self._kept(effects)

    def _failed(self, failure: HookFailed, tenant: str) -> HookFailed:
        if not isinstance(failure.cause, Problem):  # which is an answer
            problem = failure.message
            if isinstance(failure.cause, PluginError):  # our own words say what to write
                cause = failure.cause
                problem = f"{problem}: {cause.said if isinstance(cause, AnswerFailed) else cause}"
            log.error(
                "plugin.failed", plugin=failure.plugin, hook=failure.hook, problem=problem, tenant=tenant
            )
            self._metrics.plugin_runs.labels(failure.plugin, failure.hook, failure.kind).inc()
        return failure
