"""Being one of the processes of a database: a row that is renewed, and another one when its end was noted."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping

from gateway.clock import Clock
from gateway.cluster.lease import Lease
from gateway.cluster.register import Register
from gateway.errors import StoreError, StoreUnavailable
from gateway.model.ids import new_id
from gateway.observe import get_logger
from gateway.tasks import stirred

log = get_logger("gateway.cluster")


class Membership:
    """*renew*: seconds between two renewals. *expelled* is called when another has noted our end."""

    def __init__(
        self, register: Register, clock: Clock, *, lease: float, renew: float, expelled: Callable[[], None],
        pulse: Callable[[int], bool] = lambda term: False,
    ) -> None:  # fmt: skip
        """*pulse* tells whether the lock of a term is held (`gateway.cluster.pulse`)."""
        self._register, self._clock, self._expelled = register, clock, expelled
        self.lease = Lease(clock, lease)
        self.renew, self.again = renew, renew / 6
        self.process, self.number, self.term = "", 0, 0
        #: We are leaving: an end that another notes is as good as our own.
        self.going = False
        self._applied = ""
        self._away = False
        self._pulse, self._news = pulse, asyncio.Event()

    @property
    def stays(self) -> bool:
        """Whether we are there, and not leaving."""
        return bool(self.process) and not self.going

    @property
    def offset(self) -> int:
        """Microseconds by which the database's clock is ahead of ours, as joining and renewals have shown."""
        return self._register.drift.offset

    async def enter(self, seconds: float) -> None:
        """Get a row; raises `StoreUnavailable` when that fails for *seconds*."""
        until = self._clock.monotonic() + seconds
        while not await self._entered():
            if self._clock.monotonic() >= until:
                raise StoreUnavailable("the database is away: this process cannot join the others")
            await asyncio.sleep(self.again)

    async def keep(self) -> None:
        """Renew the lease, and join anew when it was lost; for ever."""
        while True:
            before, wait = self._clock.monotonic(), self.renew
            if not self.process:
                if not self.going and not await self._entered():
                    wait = self.again
            elif (renewed := await self._renewed(self.process)) is not True:
                wait = self.again if renewed is None else 0.0
            await stirred(self._news, max(0.0, wait - (self._clock.monotonic() - before)))
            self._news.clear()

    def nudge(self) -> None:
        """Renew now: our lock was taken, or is gone."""
        self._news.set()

    async def end(self, given: Mapping[int, tuple[int, bool]], until: float) -> None:
        """Give the shards *given* back and note our end; tried until *until* (monotonic), once at least.
        Raises `StoreUnavailable`."""
        while self.process:
            try:
                async with asyncio.timeout(self.lease.seconds):
                    await self._register.end(self.process, given)
                self.reached()
                return
            except (StoreError, TimeoutError) as error:
                self.not_reached(error)
                if self._clock.monotonic() >= until:
                    raise StoreUnavailable(f"the end of this process could not be noted: {error}") from error
            await asyncio.sleep(self.again)

    def over(self) -> None:
        """We are nobody any more."""
        self.lease.ended()
        self.process = ""

    def lost(self) -> None:
        """Another has noted our end: all that we had is somebody else's."""
        log.error(
            "cluster.expelled", process=self.process,
            hint="its lease had lapsed: the process was paused, or the database did not answer it in time",
        )  # fmt: skip
        self.over()
        self._expelled()

    def reached(self) -> None:
        """The database has answered."""
        if self._away:
            self._away = False
            log.info("cluster.database_back")

    def not_reached(self, error: Exception) -> None:
        """It has not; said once."""
        if not self._away:
            self._away = True
            log.error("cluster.database_away", problem=str(error) or type(error).__name__)

    async def _entered(self) -> bool:
        """Try once to get a row."""
        self._applied = self._applied or new_id()
        before = self._clock.monotonic()
        try:
            async with asyncio.timeout(self.lease.seconds / 2):
                seat = await self._register.join(self._applied, self.lease.length)
        except (StoreError, TimeoutError) as error:
            self.not_reached(error)
            return False
        self._applied = ""
        self.reached()
        if seat is None:
            return False
        self.process, self.number, self.term = seat.process, seat.number, seat.term
        self.lease.renewed(before)
        log.info("cluster.joined", process=seat.process, number=seat.number, term=seat.term)
        return True

    async def _renewed(self, process: str) -> bool | None:
        """Try once to renew; None when nobody knows whether it was."""
        before = self._clock.monotonic()
        try:
            async with asyncio.timeout(self.lease.seconds / 2):
                renewed = await self._register.renew(process, self.lease.length, self._pulse(self.term))
        except (StoreError, TimeoutError) as error:
            self.not_reached(error)
            return None
        self.reached()
        if self.process != process:
            return False
        if renewed:
            self.lease.renewed(before)
        else:
            self.lost()
        return renewed
