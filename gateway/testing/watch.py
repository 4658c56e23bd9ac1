"""What a world notices of a running gateway: what is under way, and what was kept."""

from __future__ import annotations

import sqlite3
from collections.abc import Awaitable, Callable, Mapping
from pathlib import Path
from typing import Any

import msgspec
from msgspec import Struct

from gateway.app import Gateway
from gateway.clock import SECOND
from gateway.errors import StoreUnavailable
from gateway.hooks.failure import HookFailed
from gateway.jobs.record import OpenJob, Outcome
from gateway.model.event import MessageReceived
from gateway.model.inside import Emitted
from gateway.pipeline.effects import Effects
from gateway.pipeline.records import OpenEvent
from gateway.store.port import Tx
from gateway.store.sql import load_queries
from gateway.store.sqlite import files
from gateway.store.sqlite.store import SqliteStore
from gateway.store.sqlite.tx import SqliteTx
from gateway.testing.failures import Failures
from gateway.testing.timing import Busy

QUERIES = load_queries(Path(__file__).parent / "world.sql")
#: What of a store is counted while it is under way.
COUNTED = ("read", "write", "append")


class Event(Struct, frozen=True):
    """An event that a plugin emitted. *data* is what its Struct says, as JSON would have it."""

    name: str
    plugin: str
    key: str
    data: Any


class Ran(Struct, frozen=True):
    """A hook that ran for a contact's message, and what it returned."""

    plugin: str
    hook: str
    answer: Any


class Watched:
    """One gateway, from before its start to its end."""

    def __init__(self, gateway: Gateway, failures: Failures, emitted: list[Event]) -> None:
        self.gateway, self._failures, self._emitted = gateway, failures, emitted
        #: What ran for the newest message.
        self.ran: list[Ran] = []
        self._newest = ""
        self._calls = 0
        self._severed = False
        store = gateway.store
        self._reader: sqlite3.Connection | None = None
        if isinstance(store, SqliteStore):
            self._reader = files.connect_reader(store.path)
            setattr(store, "read", self._read)  # noqa: B010 - an object's own method, for this one object
        for name in COUNTED:
            setattr(store, name, self._counted(getattr(store, name)))

    async def _read(self, work: Callable[[Tx], Awaitable[Any]]) -> Any:
        """As the store's, without its threads: on a file in memory they cost more than the work."""
        assert self._reader is not None
        return await work(SqliteTx(self._reader, reading=True))

    def close(self) -> None:
        """The gateway has ended."""
        if self._reader is not None:
            self._reader.close()

    def started(self) -> None:
        """The gateway has its line now."""
        assert self.gateway.line is not None
        self.gateway.line.on_kept.append(self._kept)
        self.gateway.line.dispatcher.watchers.append(self._hook)
        if self.gateway.jobs is not None:
            self.gateway.jobs.watchers.append(self._job)

    def sever(self) -> None:
        """From now on the database is out of reach: nothing of this gateway is kept any more."""
        self._severed = True

    def busy(self) -> Busy:
        """What is under way that the event loop does not see."""
        line = self.gateway.line
        if self._calls:
            return "threads"
        if line is None or self._severed:
            return ""
        jobs = self.gateway.jobs
        if len(line.lanes) or len(line.fetcher) or (jobs is not None and len(jobs)):
            return "threads"
        return "wire" if any(number.in_flight for number in line.sender.numbers.values()) else ""

    def doing(self) -> str:
        """What `busy` speaks of, for a person."""
        line = self.gateway.line
        assert line is not None
        sizes = {
            "events being handled": len(line.lanes),
            "files being fetched": len(line.fetcher),
            "jobs running": len(self.gateway.jobs or ()),
            "calls of the database": self._calls,
        }
        return ", ".join(f"{size} {name}" for name, size in sizes.items() if size) or "timers without end"

    def doubts(self) -> list[int]:
        """When what is in doubt may be sent again, and when it is given up."""
        line = self.gateway.line
        assert line is not None
        settings = self.gateway.settings.sending
        return [
            part.doubt_since + int(seconds * SECOND)
            for _, _, part in line.doubts.open()
            for seconds in (settings.in_doubt_hold, settings.in_doubt_give_up)
        ]

    def _counted(self, call: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
        async def counted(*args: Any, **kwargs: Any) -> Any:
            if self._severed:
                raise StoreUnavailable("this gateway was killed by the test")
            self._calls += 1
            try:
                return await call(*args, **kwargs)
            finally:
                self._calls -= 1

        return counted

    def _kept(self, effects: Effects) -> None:
        for opened in effects.emitted:
            event = opened.event
            if isinstance(event, Emitted):
                data = msgspec.json.decode(event.payload)
                self._emitted.append(Event(event.name, event.plugin, event.key, data))

    def _job(self, job: OpenJob, outcome: Outcome) -> None:
        if outcome.error is not None:
            self._failures.jobs[job.id] = outcome.error

    def _hook(self, opened: OpenEvent, plugin: str, hook: str, answer: object) -> None:
        if isinstance(answer, HookFailed):
            self._failures.hook(answer)
        if isinstance(opened.event, MessageReceived):
            if opened.id != self._newest:
                self._newest, self.ran = opened.id, []
            self.ran.append(Ran(plugin, hook, answer))


class LogLines(list[Mapping[str, Any]]):
    """What the gateway logged: one mapping a line, "event" is its name. Nothing is kept while *muted*."""

    muted = False

    def __call__(self, logger: object, method: str, event: Any) -> Any:
        """As a structlog processor: keep the line, print nothing."""
        import structlog

        if not self.muted:
            self.append({**event, "level": method})
        raise structlog.DropEvent

    def named(self, event: str) -> list[Mapping[str, Any]]:
        """The lines of this name ("plugin.failed")."""
        return [line for line in self if line.get("event") == event]
