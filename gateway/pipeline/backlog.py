"""What a provider that does not come back tells of messages that we missed.

Its list is read when the channel's shard becomes ours, and every quarter of an hour: one webhook may get lost
at any time. It is read from the last look on, the first time from where we last heard of the number. What was
never seen goes into the journal like a webhook.
"""

from __future__ import annotations

import asyncio
import math
from collections.abc import Awaitable, Callable
from typing import Any, Protocol

from gateway.channels import Channel, Channels
from gateway.clock import MINUTE, SECOND, Clock
from gateway.cluster.port import Ownership
from gateway.errors import GatewayError
from gateway.model.event import StatusReceived
from gateway.model.ids import digest
from gateway.observe import get_logger
from gateway.pipeline.fresh import unique_key
from gateway.pipeline.journal import Journal
from gateway.pipeline.queries import BACKLOG
from gateway.pipeline.records import RawWebhook
from gateway.provider import Backlog, ProviderError, Steps
from gateway.store.port import Store, Tx

log = get_logger("gateway.backlog")

#: Seconds between two looks, after one that failed, and after one that met something very new.
EVERY = 15 * 60.0
#: How often we look whether there are channels that were not ours before.
LOOK = 5.0
AGAIN = 60.0
SOON = 4.0
#: What is newer than this may still be on its way as a webhook, which tells more than a list.
FRESH = 3 * SECOND
#: How many are read before somebody else has a turn: after a downtime there are thousands.
TOGETHER = 100
#: How far a look reaches back behind what is known: clocks differ, and lists lag.
MARGIN = 5 * MINUTE


class Ask(Protocol):
    """Has work at a provider done."""

    def __call__(self, steps: Steps[Any], channel: Channel, /) -> Awaitable[Any]: ...


class Backlogs:
    """Looks after the channels whose provider has a backlog. *wait* is for tests."""

    def __init__(
        self, channels: Channels, store: Store, journal: Journal, ask: Ask, clock: Clock,
        ownership: Ownership, wait: Callable[[float], Awaitable[None]] = asyncio.sleep,
    ) -> None:  # fmt: skip
        self._channels, self._store, self._journal = channels, store, journal
        self._ask, self._clock, self._wait = ask, clock, wait
        self._ownership = ownership
        #: The time of what is learned now and was said then (`gateway.pipeline.restored`).
        self.since: Callable[[int, int], int] = lambda cause, now: now
        #: When each channel is to be looked at again, in monotonic seconds.
        self._due: dict[tuple[str, str], float] = {}

    async def run(self) -> None:
        """Look at every channel whose shard is ours, for ever."""
        while True:
            ours = {
                (channel.tenant, channel.id): channel
                for channel in self._channels
                if channel.shard in self._ownership.mine and getattr(channel.provider, "backlog", None)
            }
            self._due = {key: at for key, at in self._due.items() if key in ours}
            for key, channel in ours.items():
                if self._due.get(key, -math.inf) <= self._clock.monotonic():
                    pause = await self.look(channel)
                    self._due[key] = self._clock.monotonic() + pause
            next_due = min(self._due.values(), default=math.inf) - self._clock.monotonic()
            await self._wait(min(LOOK, max(0.0, next_due)))

    async def look(self, channel: Channel) -> float:
        """Read what was missed on *channel*; seconds until the next look."""
        backlog: Backlog = channel.provider.backlog  # type: ignore[assignment]
        began, fresh = self._clock.now(), False
        try:
            since = await self._store.read(lambda tx: _since(tx, channel))
            if since:
                bodies = await self._ask(backlog.missed(since - MARGIN, channel.settings()), channel)
                missed, fresh = await self._unknown(channel, bodies)
                for body in missed:
                    await self._journal.append(self._raw(channel, body))
                if missed:
                    log.warning("backlog.found", tenant=channel.tenant, channel=channel.id, found=len(missed))
            await self._store.write(lambda tx: _polled(tx, channel, began))
        except ProviderError as error:
            log.warning(
                "backlog.refused", tenant=channel.tenant, channel=channel.id, provider_code=error.code,
                problem=error.title, hint=error.hint or "it is tried again in a minute",
            )  # fmt: skip
            return AGAIN
        except GatewayError as error:
            log.error("backlog.waiting", channel=channel.id, problem=type(error).__name__)
            return AGAIN
        return SOON if fresh else EVERY

    def _raw(self, channel: Channel, body: bytes) -> RawWebhook:
        now = self._clock.now()
        said = min((event.at for event in channel.provider.parse(body).events if event.at), default=now)
        return RawWebhook(
            self._journal.ids(now), channel.provider.name, channel.id, (channel.id,),
            self.since(said, now), {}, body, (channel.shard,),
        )  # fmt: skip

    async def _unknown(self, channel: Channel, bodies: tuple[bytes, ...]) -> tuple[list[bytes], bool]:
        """Those of *bodies* that hold something we have not stored, or that we cannot read; and whether there
        is something so new that it has to wait."""
        limit, fresh = self._clock.now() - FRESH, set[int]()
        seen: list[dict[str, object]] = []
        told: list[dict[str, object]] = []
        for n, body in enumerate(bodies):
            if n % TOGETHER == 0:
                await asyncio.sleep(0)
            for event in channel.provider.parse(body).events:
                if event.at > limit:
                    fresh.add(n)
                row: dict[str, object] = {"n": n, "tenant": channel.tenant}
                if isinstance(event, StatusReceived):
                    about = {"channel": channel.id, "message": event.message_id, "status": event.status}
                    told.append(row | about)
                else:
                    seen.append(row | {"key": digest(channel.id, *unique_key(event))})

        async def work(tx: Tx) -> set[int]:
            known = [*await tx.each(BACKLOG["seen"], seen)] if seen else []
            known += await tx.each(BACKLOG["status"], told) if told else []
            return {row["n"] for row in known}

        known = await self._store.read(work)
        unknown = [n for n in range(len(bodies)) if n not in known]
        return [bodies[n] for n in unknown if n not in fresh], any(n in fresh for n in unknown)


async def _since(tx: Tx, channel: Channel) -> int:
    """Up to when we know everything: until the last look, for a webhook that came says nothing of others
    before it. 0 for a channel that was never heard: its messages may go somewhere else still."""
    row = await tx.one(BACKLOG["state"], tenant=channel.tenant, channel=channel.id)
    if row is None or not row["webhook_at"]:
        return 0
    return int(row["polled_at"] or row["webhook_at"])


async def _polled(tx: Tx, channel: Channel, at: int) -> None:
    await tx.run(BACKLOG["polled"], tenant=channel.tenant, channel=channel.id, at=at)
