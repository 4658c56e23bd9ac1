"""How long we may believe that we are there, and who seems to be gone."""

from __future__ import annotations

import math
from collections.abc import Mapping

from gateway.clock import SECOND, Clock


class Lease:
    """*seconds* that our row in the database vouches for us, and a little less by our own monotonic clock."""

    def __init__(self, clock: Clock, seconds: float) -> None:
        self._clock, self.seconds = clock, seconds
        self.margin = min(1.0, seconds / 5)
        self._until = -math.inf
        self._renewed = -math.inf
        #: Since when the lease was renewed without a gap of half of it.
        self.steady_since = math.inf

    @property
    def length(self) -> int:
        """The lease in the database's microseconds."""
        return int(self.seconds * SECOND)

    def renewed(self, before: float) -> None:
        """A renewal that was asked for at *before* (monotonic) has succeeded."""
        if before - self._renewed > self.seconds / 2:
            self.steady_since = before
        self._renewed = before
        self._until = before + self.seconds - self.margin

    def ended(self) -> None:
        """Our end was noted, by ourselves or by another."""
        self._until = self._renewed = -math.inf
        self.steady_since = math.inf

    def alive(self) -> bool:
        """Whether nobody can have noted our end yet."""
        return self._clock.monotonic() < self._until

    def steady(self, at: float) -> bool:
        """Whether renewals go well: the last one is less than half a lease old."""
        return at - self._renewed <= self.seconds / 2


#: Leases that are watched: until when each is, and since when it was seen so.
Watched = dict[str, tuple[int, float]]


def watched(seen: Watched, leases: Mapping[str, int], at: float) -> Watched:
    """*leases* as they are *at* (monotonic): one that was renewed since it was *seen* is watched anew."""
    return {
        each: known if (known := seen.get(each)) and known[0] == until else (until, at)
        for each, until in leases.items()
    }


class Sightings:
    """The leases of the others, and for how long each was seen without a renewal.

    That a lease has lapsed by the database's clock is not enough: that clock may jump, and after the database
    was away everybody's has lapsed. So each is watched by our own monotonic clock too, for as long as its
    process may still believe in it, and only while we could renew our own.
    """

    def __init__(self, lease: Lease) -> None:
        self._lease = lease
        self._seen: Watched = {}

    def lapsed(self, leases: Mapping[str, int], now: int, before: float, after: float) -> list[str]:
        """Whose end may be noted. *leases*: until when the others' are by the database's clock, which says
        *now*. They were read between *before* and *after* (monotonic)."""
        if not self._lease.steady(after):
            self._seen.clear()
            return []
        self._seen = watched(self._seen, leases, after)
        steady, patience = self._lease.steady_since, self._lease.seconds - self._lease.margin
        found = []
        for each, (until, since) in self._seen.items():
            still = before - max(since, steady)
            # A database's clock that was set back must not keep a dead process for an hour.
            if still >= patience and (until < now or still >= 2 * self._lease.seconds):
                found.append(each)
        return found
