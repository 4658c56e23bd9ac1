"""Lanes: what belongs to one conversation runs in order, conversations run side by side.

Tenants take turns: each may have a bounded number of lanes under way, so that one whose plugin hangs
fills its own share and nobody else's.
"""

from __future__ import annotations

import asyncio
from collections import deque
from collections.abc import Awaitable, Callable

from gateway.observe import get_logger
from gateway.pipeline.records import OpenEvent

log = get_logger("gateway.lanes")

LaneKey = tuple[str, str]


class Lanes:
    """Runs *handle* for each event, one at a time per lane, at most *per_tenant* lanes at once."""

    def __init__(
        self, handle: Callable[[OpenEvent], Awaitable[None]], *, per_tenant: int = 64, bound: int = 10_000
    ) -> None:
        self._handle = handle
        self._per_tenant = per_tenant
        self._bound = bound
        self._queues: dict[LaneKey, deque[OpenEvent]] = {}
        self._waiting: dict[str, deque[LaneKey]] = {}
        self._running: dict[str, int] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.known: set[str] = set()
        #: Whether events have to be read from the database first, in order, before new ones are taken.
        self.behind = True
        self.skipped = False
        self.held = False

    def __len__(self) -> int:
        return len(self.known)

    @property
    def full(self) -> bool:
        """Whether no more events should be brought in."""
        return len(self.known) >= self._bound

    def offer(self, event: OpenEvent) -> bool:
        """Queue a new *event*. While behind, it is read from the database in its turn."""
        if self.behind or self.full:
            self.behind = self.skipped = True
            return False
        return self.take(event)

    def take(self, event: OpenEvent) -> bool:
        """Queue *event* although older ones may be missing; False when it is known already."""
        if event.id in self.known:
            return False
        self.known.add(event.id)
        queue = self._queues.get(event.lane)
        if queue is not None:
            queue.append(event)
            return True
        self._queues[event.lane] = deque((event,))
        self._waiting.setdefault(event.tenant, deque()).append(event.lane)
        self._pump(event.tenant)
        return True

    async def wait_for(self, event: str) -> None:
        """Return once *event* has been handled, well or badly."""
        while event in self.known:  # noqa: ASYNC110 - one event at a time, after a crash only
            await asyncio.sleep(0.001)

    def release(self) -> None:
        """Start what was held back."""
        self.held = False
        for tenant in list(self._waiting):
            self._pump(tenant)

    async def drain(self, seconds: float) -> None:
        """Start nothing new, and give what runs *seconds* to end."""
        self.held = True
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=seconds)
        for task in list(self._tasks):
            task.cancel()
        if self._tasks:
            await asyncio.wait(self._tasks, timeout=1)

    def _pump(self, tenant: str) -> None:
        waiting = self._waiting.get(tenant)
        while waiting and not self.held and self._running.get(tenant, 0) < self._per_tenant:
            lane = waiting.popleft()
            self._running[tenant] = self._running.get(tenant, 0) + 1
            task = asyncio.get_running_loop().create_task(self._run(lane))
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        if not waiting:
            self._waiting.pop(tenant, None)

    async def _run(self, lane: LaneKey) -> None:
        tenant = lane[0]
        queue = self._queues[lane]
        try:
            while queue and not self.held:
                event = queue[0]
                try:
                    await self._handle(event)
                except Exception:
                    # The event stays open in the database; it is read again, and counted, later.
                    log.exception("dispatch.failed", event_id=event.id, tenant=tenant)
                finally:
                    queue.popleft()
                    self.known.discard(event.id)
        finally:
            self._running[tenant] -= 1
            if not self._running[tenant]:
                del self._running[tenant]
            if queue:
                self._waiting.setdefault(tenant, deque()).append(lane)
            else:
                del self._queues[lane]
            self._pump(tenant)
