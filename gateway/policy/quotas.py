"""What a tenant may send, and has sent: by day, and over the API by minute.

Counted in memory where it happens, and added to the table `quota` every second, where the processes meet:
what others sent is known a second later. A process that is killed loses what it had not added yet.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from datetime import datetime, timedelta
from typing import Any, Protocol
from zoneinfo import ZoneInfo

from gateway.clock import DAY, HOUR, MINUTE, SECOND, Clock
from gateway.errors import StoreError
from gateway.observe import Metrics, get_logger
from gateway.policy.queries import QUOTA
from gateway.settings.policy import Policy
from gateway.store.port import Store
from gateway.tenants.directory import Directory

log = get_logger("gateway.quotas")

#: Seconds between two times that the processes meet.
EVERY = 1.0
#: Seconds between two times that old counts are removed; for how long days are kept.
TIDY, KEPT = 3600.0, 62 * DAY
#: A tenant, and a day or a minute of it.
Key = tuple[str, str]


class Quotas:
    """The counts of one process, and what it knows of all."""

    def __init__(self, store: Store, clock: Clock, directory: Directory) -> None:
        self._store, self._clock, self._directory = store, clock, directory
        self._own: Counter[Key] = Counter()
        self._all: dict[Key, int] = {}
        #: Told of each message that was refused over the API.
        self.refused: Callable[[], None] = lambda: None
        #: What is being added just now.
        self._going: Counter[Key] = Counter()

    # Counting.

    def sent(self, tenant: str) -> None:
        """A message of *tenant* was accepted by its provider."""
        self._own[tenant, self.day(tenant)] += 1

    def posted(self, tenant: str) -> None:
        """A message was taken over the API; counted only where there is a limit."""
        if self._policy(tenant).messages_per_minute:
            self._own[tenant, _minute(self._clock.now())] += 1

    # Asking.

    def used(self, tenant: str) -> int:
        """Messages of today, by the tenant's clock."""
        return self._count((tenant, self.day(tenant)))

    def day_until(self, tenant: str) -> int:
        """Until when (microseconds UTC) nothing more may be sent that answers nobody; 0 when it may."""
        most = self._policy(tenant).messages_per_day
        if not most or self.used(tenant) < most:
            return 0
        zone, now = self._zone(tenant), self._clock.now()
        day = datetime.fromtimestamp(now / SECOND, zone).date() + timedelta(days=1)
        return int(datetime(day.year, day.month, day.day, tzinfo=zone).timestamp()) * SECOND

    def minute_until(self, tenant: str) -> int:
        """Until when nothing more is taken over the API; 0 when it is. The minute slides: of the one before
        what still lies within counts."""
        most = self._policy(tenant).messages_per_minute
        if not most:
            return 0
        now = self._clock.now()
        gone = now % MINUTE
        count = self._count((tenant, _minute(now)))
        before = self._count((tenant, _minute(now - MINUTE)))
        if count + before * (MINUTE - gone) / MINUTE < most:
            return 0
        if count >= most:
            return now - gone + MINUTE
        # When so much of the minute before is gone that there is room for one more.
        return now - gone + int(MINUTE * (1 - (most - count - 1) / before)) if before else now + SECOND

    def day(self, tenant: str) -> str:
        """The slot of today."""
        return f"d{datetime.fromtimestamp(self._clock.now() / SECOND, self._zone(tenant)).date()}"

    # Meeting.

    async def run(self) -> None:
        """Meet the others every second, for ever, and once more at the end."""
        tidied = float("-inf")
        try:
            while True:
                await self._try(self.meet)
                if self._clock.monotonic() >= tidied + TIDY:
                    tidied = self._clock.monotonic()
                    await self._try(self.tidy)
                await asyncio.sleep(EVERY)
        finally:
            await self._try(self.meet)

    async def _try(self, act: Callable[[], Awaitable[None]]) -> None:
        try:
            await act()
        except StoreError as error:
            log.info("quotas.later", problem=type(error).__name__)

    async def meet(self) -> None:
        """Add what was counted here, and read what all have. Raises `StoreError`; it is added later then."""
        self._going, self._own = self._own, Counter()
        now, asked = self._clock.now(), list(self._limited())
        rows = [
            {"tenant": tenant, "slot": slot, "n": n, "now": now}
            # In one order everywhere, so that two processes never wait for each other in a circle.
            for (tenant, slot), n in sorted(self._going.items())
        ]
        try:
            found = await self._store.write(lambda tx: tx.each(QUOTA["add"], rows)) if rows else []
            known = {(row["tenant"], row["slot"]): int(row["n"]) for row in found}
            values = [{"tenant": key[0], "slot": key[1]} for key in asked if key not in known]
            rest = await self._store.read(lambda tx: tx.each(QUOTA["look"], values)) if values else []
            known |= {(row["tenant"], row["slot"]): int(row["n"]) for row in rest}
        except BaseException:
            self._own.update(self._going)
            raise
        finally:
            self._going = Counter()
        self._all = known

    async def tidy(self) -> None:
        """Forget what was counted long ago."""
        now = self._clock.now()
        values = {"before": now - KEPT, "minutes": now - HOUR}
        await self._store.write(lambda tx: tx.run(QUOTA["forget"], **values))

    def _limited(self) -> Iterator[Key]:
        """Every slot that counts now, of every tenant with a limit."""
        now = self._clock.now()
        for tenant, settings in self._directory.items():
            if settings.policy.messages_per_day:
                yield tenant, self.day(tenant)
            if settings.policy.messages_per_minute:
                yield tenant, _minute(now)
                yield tenant, _minute(now - MINUTE)

    def _count(self, key: Key) -> int:
        return self._all.get(key, 0) + self._going[key] + self._own[key]

    def _policy(self, tenant: str) -> Policy:
        return self._directory.policy_of(tenant)

    def _zone(self, tenant: str) -> ZoneInfo:
        return _zone(self._directory.told(tenant).time_zone)


class Tells(Protocol):
    """Who says what was accepted."""

    sent: Callable[[str], None]


class Asks(Protocol):
    """Who judges what answers nobody."""

    quota_until: Callable[[str], int]


class Takes(Protocol):
    """Who takes messages from the API."""

    quotas: Any


def made(
    store: Store, clock: Clock, directory: Directory, metrics: Metrics, outbox: Tells, gate: Asks,
    enqueue: Takes,
) -> Quotas:  # fmt: skip
    """The quotas of a process, told by and asked by the others."""
    quotas = Quotas(store, clock, directory)
    quotas.refused = metrics.api_limited.labels("quota").inc
    outbox.sent, gate.quota_until, enqueue.quotas = quotas.sent, quotas.day_until, quotas
    return quotas


def _minute(now: int) -> str:
    return f"m{now // MINUTE}"


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ValueError, OSError, KeyError):
        return ZoneInfo("UTC")
