"""T0: raw webhooks become durable, many to a commit, before anybody is answered 200."""

from __future__ import annotations

from collections.abc import Callable

import msgspec

from gateway.clock import Clock
from gateway.errors import GatewayError, StoreUnavailable
from gateway.pipeline.batch import Batcher
from gateway.pipeline.queries import JOURNAL
from gateway.pipeline.records import RawWebhook
from gateway.store.port import Store, Tx


class IntakeBusy(GatewayError):
    """More webhooks are waiting for the disk than it can take within about a second."""


class Envelope(msgspec.Struct):
    """What is kept beside the bytes: the headers that `verify` needs, and who verified."""

    headers: dict[str, list[str]]
    verified: tuple[str, ...] = ()


class Journal:
    """Appends raw webhooks. *durable* is called with each batch after its commit, in order."""

    def __init__(
        self, store: Store, clock: Clock, durable: Callable[[list[RawWebhook]], None], *, bound: int = 2000
    ) -> None:
        self._store, self._durable, self._bound = store, durable, bound
        self._batcher: Batcher[RawWebhook, None] = Batcher(self._flush, limit=500)
        self._encode = msgspec.json.Encoder().encode
        self._clock = clock
        self._up_since: float | None = clock.monotonic()
        self._up_before = 0.0

    def up_seconds(self) -> float:
        """Seconds that this process's intake has been up: silence counts only while we can hear."""
        since = self._up_since
        return self._up_before + (self._clock.monotonic() - since if since is not None else 0.0)

    def _down(self) -> None:
        self._up_before = self.up_seconds()
        self._up_since = None

    def __len__(self) -> int:
        return len(self._batcher)

    async def append(self, raw: RawWebhook) -> None:
        """Return once *raw* is on disk. Raises `IntakeBusy`, or `StoreUnavailable` when it is not kept."""
        if len(self._batcher) >= self._bound:
            raise IntakeBusy
        await self._batcher.put(raw)

    async def drain(self) -> None:
        """Wait for what is queued."""
        await self._batcher.drain()

    async def _flush(self, batch: list[RawWebhook]) -> list[None]:
        rows = [
            {
                "id": raw.id,
                "provider": raw.provider,
                "channel": raw.channel,
                "received_at": raw.received_at,
                "headers": self._encode(Envelope(raw.headers, raw.verified)).decode(),
                "body": raw.body,
            }
            for raw in batch
        ]

        async def work(tx: Tx) -> None:
            await tx.many(JOURNAL["insert"], rows)
            await tx.many(JOURNAL["open"], rows)

        try:
            await self._store.write(work, urgent=True)
        except StoreUnavailable:
            self._down()
            raise
        if self._up_since is None:
            self._up_since = self._clock.monotonic()
        self._durable(batch)
        return [None] * len(batch)
