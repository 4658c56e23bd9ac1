"""T0: raw webhooks become durable, many to a commit, before anybody is answered 200.

Beside each webhook goes an open row for every shard that it speaks of, in the same commit: the owner of the
shard parses it, and is told when that is another process.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any, Protocol

import msgspec
from msgspec.structs import replace

from gateway.channels import Channels
from gateway.clock import Clock
from gateway.cluster.port import Cluster
from gateway.errors import GatewayError, StoreUnavailable
from gateway.pipeline.batch import Batcher
from gateway.pipeline.queries import JOURNAL, journal_queries
from gateway.pipeline.records import RawWebhook
from gateway.pipeline.shards import open_rows, shards_of, skips
from gateway.store.port import Store, Tx

#: The low bits of a journal id name the process. None has the number 0: it is that of the version which knew
#: of one process only.
PROCESSES = 1024
OK = 200

_encode = msgspec.json.Encoder().encode


class IntakeBusy(GatewayError):
    """More webhooks are waiting for the disk than it can take within about a second."""


class Envelope(msgspec.Struct, array_like=True):
    """What is kept beside the bytes: the headers that `verify` needs, and who verified."""

    headers: dict[str, list[str]]
    verified: tuple[str, ...] = ()


class Numbered(Protocol):
    """Who knows the number of this process, which is another after it was taken for dead, and the database's
    clock."""

    @property
    def number(self) -> int: ...

    @property
    def offset(self) -> int: ...


class JournalIds:
    """Ids in the order in which they are asked for: microseconds × 1024 + the process's number. They follow
    the database's clock: what one contact wrote through two machines stays in order. When that seems to go
    back, the ids do not."""

    def __init__(self, process: Numbered, after: int = 0) -> None:
        self._process, self._last = process, after

    def __call__(self, now: int) -> int:
        """The next id, *now* by our own clock."""
        number = self._process.number
        made = (now + self._process.offset) * PROCESSES + number
        if made <= self._last:
            made = (self._last // PROCESSES + 1) * PROCESSES + number
        self._last = made
        return made

    def after(self, last: int) -> None:
        """Go on behind *last*, whatever the clock says."""
        self._last = max(self._last, last)


class Journal:
    """Appends raw webhooks. *durable* is called with each batch after its commit, in order."""

    def __init__(
        self, store: Store, clock: Clock, cluster: Cluster, channels: Channels,
        durable: Callable[[list[RawWebhook]], None], *, bound: int = 2000,
    ) -> None:  # fmt: skip
        self._store, self._durable, self._bound = store, durable, bound
        self._cluster, self._channels = cluster, channels
        self._sql = journal_queries(store.dialect)
        self._batcher: Batcher[RawWebhook, int] = Batcher(self._flush, limit=500, pace=store.pace)
        self._clock = clock
        self._up_since: float | None = clock.monotonic()
        self._up_before = 0.0
        self.ids = JournalIds(cluster)

    async def begin(self) -> None:
        """Go on behind what earlier processes stored: the clock may have been set back since."""
        self.ids.after(await self._store.read(lambda tx: tx.value(JOURNAL["newest_id"])) or 0)

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
        batch = [raw if raw.shards else replace(raw, shards=shards_of(self._channels, raw)) for raw in batch]
        rows = [_row(raw) for raw in batch]
        others = [row for raw in batch if len(raw.shards) > 1 for row in open_rows(raw.id, raw.shards)[1:]]
        try:
            await self._append(rows, [*rows, *others])
        except StoreUnavailable:
            self._up_before = self.up_seconds()
            self._up_since = None
            raise
        if self._up_since is None:
            self._up_since = self._clock.monotonic()
        self._durable(batch)
        self._cluster.tell({shard for raw in batch for shard in raw.shards})
        return [OK] * len(batch)

    async def _append(self, rows: list[dict[str, Any]], opens: list[dict[str, Any]]) -> None:
        """Webhooks and their open rows, in one commit."""
        if "append" in self._sql:
            columns = {name: [row[name] for row in rows] for name in _COLUMNS}
            columns |= {f"open_{name}": [row[name] for row in opens] for name in _OPEN}
            await self._store.append(self._sql["append"], [columns])
            return

        async def work(tx: Tx) -> None:
            await tx.many(JOURNAL["insert"], rows)
            await tx.many(JOURNAL["open"], opens)

        await self._store.write(work, urgent=True)


_COLUMNS = ("id", "provider", "channel", "received_at", "headers", "body")
_OPEN = ("shard", "id", "takes", "skips")


def _row(raw: RawWebhook) -> dict[str, Any]:
    """The values of a webhook's row, and of the first of its open rows."""
    return {
        "id": raw.id,
        "provider": raw.provider,
        "channel": raw.channel,
        "received_at": raw.received_at,
        "headers": _encode(Envelope(raw.headers, raw.verified)).decode(),
        "body": raw.body,
        "shard": raw.shards[0],
        "takes": "",
        "skips": skips(raw.shards),
    }
