"""Whose turn it is. Every endpoint has a queue of its own, and few attempts at once, so that one that hangs
slows no other; those that fail share half of the places, so that many of them slow nobody either."""

from __future__ import annotations

import heapq
from collections import Counter, deque
from collections.abc import Collection, Iterator

from gateway.endpoints.record import Key

#: At once: of one endpoint, of one tenant (a share of all).
ENDPOINT, TENANT = 5, 0.4
#: Lanes that are looked at in one go.
SCAN = 200


class Lane:
    """One endpoint. *queue* are the numbers that were read and are due, *running* those under way.

    *at* is when to look into the database next (0: no known reason), *failures* counts those in a row, and
    before *held* nothing is sent (microseconds UTC)."""

    __slots__ = ("at", "failures", "held", "key", "queue", "running", "stale", "waits")

    def __init__(self, key: Key) -> None:
        self.key = key
        self.queue: deque[int] = deque()
        self.running: set[int] = set()
        self.at = self.failures = self.held = 0
        #: Whether the database may have more than *queue*; whether the lane stands in a line.
        self.stale = self.waits = False

    @property
    def most(self) -> int:
        """How many at once: one that fails is only probed."""
        return ENDPOINT if self.failures == 0 else 1


class Lanes:
    """The lanes that have work, now or later. *most* is how many attempts may be under way."""

    def __init__(self, most: int) -> None:
        self._most = most
        self._lanes: dict[Key, Lane] = {}
        self._soon: list[tuple[int, Key]] = []
        self._lines: tuple[deque[Lane], deque[Lane]] = (deque(), deque())
        self._tenants: Counter[str] = Counter()
        self._failing = 0
        self._sick: dict[tuple[Key, int], bool] = {}
        self._turn = False

    def __len__(self) -> int:
        return len(self._sick)

    def __getitem__(self, key: Key) -> Lane:
        return self._lanes.setdefault(key, Lane(key))

    def look_at(self, key: Key, at: int) -> None:
        """Something of the endpoint is due at *at*."""
        lane = self[key]
        if lane.at == 0 or at < lane.at:
            lane.at = at
            heapq.heappush(self._soon, (at, key))

    def next_at(self) -> int | None:
        """When the first lane is to be looked at; None for none."""
        return self._soon[0][0] if self._soon else None

    def gather(self, now: int) -> list[Lane]:
        """Put the lanes that are due in line; those of the first in line whose rows must be read."""
        while self._soon and self._soon[0][0] <= now:
            at, key = heapq.heappop(self._soon)
            lane = self[key]
            if lane.at != at:
                continue  # it is looked at earlier, or was
            if lane.held > now:
                lane.at = 0
                self.look_at(key, lane.held)
                continue
            lane.at, lane.stale = 0, True
            self._stand(lane)
        return [
            lane
            for line in self._lines
            for lane, _ in zip(line, range(SCAN), strict=False)
            if lane.stale and not lane.queue and len(lane.running) < lane.most
        ]

    def _stand(self, lane: Lane) -> None:
        if not lane.waits:
            lane.waits = True
            self._lines[lane.failures > 0].append(lane)

    def starting(self, now: int) -> Iterator[tuple[Lane, int]]:
        """What may be sent now, one of each endpoint in turn."""
        self._turn = not self._turn  # who comes first: neither side waits for ever
        for line in self._lines[::-1] if self._turn else self._lines:
            idle = 0
            while line and idle < min(len(line), SCAN) and len(self) < self._most:
                lane = line.popleft()
                if lane.held > now:
                    self._leave(lane, lane.held)
                elif not lane.queue and not lane.stale:
                    self._leave(lane, 0)
                elif lane.queue and self._free(lane):
                    idle = 0
                    self._lines[lane.failures > 0].append(lane)
                    seq = lane.queue.popleft()
                    self._begin(lane, seq)
                    yield lane, seq
                else:
                    idle += 1
                    self._lines[lane.failures > 0].append(lane)

    def _leave(self, lane: Lane, at: int) -> None:
        """The lane does not stand in line any more. What it had read is read again at *at*."""
        lane.waits = False
        if at:
            lane.queue.clear()
            self.look_at(lane.key, at)
        self._drop(lane)

    def _free(self, lane: Lane) -> bool:
        tenant = self._tenants[lane.key[0]]
        return (
            len(lane.running) < lane.most
            and tenant < max(1, int(self._most * TENANT))
            and (lane.failures == 0 or self._failing < max(1, self._most // 2))
        )

    def _begin(self, lane: Lane, seq: int) -> None:
        lane.running.add(seq)
        self._tenants[lane.key[0]] += 1
        self._sick[lane.key, seq] = lane.failures > 0
        self._failing += lane.failures > 0

    def ended(self, lane: Lane, seq: int) -> None:
        """An attempt is over."""
        lane.running.discard(seq)
        self._tenants[lane.key[0]] -= 1
        self._failing -= self._sick.pop((lane.key, seq))
        self._drop(lane)

    def forget(self, known: Collection[Key]) -> None:
        """Nothing waits for an endpoint that is not among *known*: what is remembered of it may go."""
        for lane in list(self._lanes.values()):
            if lane.key not in known:
                lane.failures = lane.held = 0
                self._drop(lane)

    def _drop(self, lane: Lane) -> None:
        """Forget a lane of which nothing is to be remembered."""
        if not (lane.running or lane.queue or lane.waits or lane.at or lane.failures or lane.held):
            self._lanes.pop(lane.key, None)
