"""T0: raw webhooks become durable, many to a commit, before anybody is answered 200."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import msgspec

from gateway.clock import Clock
from gateway.errors import GatewayError, StoreUnavailable
from gateway.pipeline.batch import Batcher
from gateway.pipeline.queries import JOURNAL
from gateway.pipeline.records import RawWebhook
from gateway.store.port import Store

#: Low bits of a journal id that name the process; one process has the number 0.
PROCESSES = 1024
OK = 200

_encode = msgspec.json.Encoder().encode


class IntakeBusy(GatewayError):
    """More webhooks are waiting for the disk than it can take within about a second."""


class Envelope(msgspec.Struct, array_like=True):
    """What is kept beside the bytes: the headers that `verify` needs, and who verified."""

    headers: dict[str, list[str]]
    verified: tuple[str, ...] = ()


class JournalIds:
    """Ids in the order in which they are asked for: microseconds × 1024 + the process's number."""

    def __init__(self, process: int, after: int = 0) -> None:
        self._process, self._last = process, after

    def __call__(self, now: int) -> int:
        made = now * PROCESSES + self._process
        self._last = made if made > self._last else self._last + PROCESSES
        return self._last

    def after(self, last: int) -> None:
        """Go on behind *last*, whatever the clock says."""
        self._last = max(self._last, last)


class Journal:
    """Appends raw webhooks. *durable* is called with each batch after its commit, in order."""

    def __init__(
        self, store: Store, clock: Clock, durable: Callable[[list[RawWebhook]], None], *, bound: int = 2000
    ) -> None:
        self._store, self._durable, self._bound = store, durable, bound
        self._batcher: Batcher[RawWebhook, int] = Batcher(self._flush, limit=500, pace=store.pace)
        self._clock = clock
        self._up_since: float | None = clock.monotonic()
        self._up_before = 0.0
        self.ids = JournalIds(0)

    def __len__(self) -> int:
        return len(self._batcher)

    def put(self, raw: RawWebhook, future: asyncio.Future[int]) -> None:
        """Resolve *future* with 200 once *raw* is on disk; `IntakeBusy` or `StoreUnavailable` when not."""
        if len(self._batcher) >= self._bound:
            future.set_exception(IntakeBusy())
        else:
            self._batcher.put(raw, future)

    async def append(self, raw: RawWebhook) -> None:
        """Return once *raw* is on disk. Raises `IntakeBusy` or `StoreUnavailable`."""
        future: asyncio.Future[int] = asyncio.get_running_loop().create_future()
        self.put(raw, future)
        await future

    async def drain(self) -> None:
        """Wait for what is queued."""
        await self._batcher.drain()

    def up_seconds(self) -> float:
        """Seconds that this process's intake has been up: silence counts only while we can hear."""
        since = self._up_since
        return self._up_before + (self._clock.monotonic() - since if since is not None else 0.0)

    async def _flush(self, batch: list[RawWebhook]) -> list[int]:
        try:
            await self._store.append(JOURNAL["insert"], [_row(raw) for raw in batch])
        except StoreUnavailable:
            self._up_before = self.up_seconds()
            self._up_since = None
            raise
        if self._up_since is None:
            self._up_since = self._clock.monotonic()
        self._durable(batch)
        return [OK] * len(batch)


def _row(raw: RawWebhook) -> dict[str, object]:
    return {
        "id": raw.id,
        "provider": raw.provider,
        "channel": raw.channel,
        "received_at": raw.received_at,
        "headers": _encode(Envelope(raw.headers, raw.verified)).decode(),
        "body": raw.body,
    }
