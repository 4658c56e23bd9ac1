"""Leases: when we stop believing in ours, and when we stop believing in another's."""

from __future__ import annotations

from gateway.clock import SECOND, ManualClock
from gateway.cluster.lease import Lease, Sightings


class Watcher:
    """One who renews and looks every half second, beside a process `b` whose row it sees."""

    def __init__(self) -> None:
        self.clock = ManualClock()
        self.lease = Lease(self.clock, 5.0)
        self.sightings = Sightings(self.lease)
        self.database = self.clock.now()
        self.b = 0

    def renew_b(self) -> None:
        self.b = self.database + 5 * SECOND

    def pass_time(self, seconds: float, *, reached: bool = True) -> list[str]:
        """Time goes by; who may be taken for gone at the end of it."""
        gone: list[str] = []
        for _ in range(round(seconds * 2)):
            self.clock.advance(0.5)
            self.database += SECOND // 2
            at = self.clock.monotonic()
            if reached:
                self.lease.renewed(at)
                gone = self.sightings.lapsed({"b": self.b}, self.database, at, at)
        return gone


def test_our_own_deadline_is_before_the_databases() -> None:
    """It counts from before the renewal was asked for, and ends a second early."""
    watcher = Watcher()
    watcher.lease.renewed(0.0)
    watcher.clock.advance(3.9)
    assert watcher.lease.alive()
    watcher.clock.advance(0.1)
    assert not watcher.lease.alive()


def test_who_does_not_renew_is_gone_after_its_lease() -> None:
    """Not before, and at once then."""
    watcher = Watcher()
    watcher.renew_b()
    assert watcher.pass_time(5.0) == []
    assert watcher.pass_time(0.5) == ["b"]


def test_who_renews_is_never_gone() -> None:
    """However long it is watched."""
    watcher = Watcher()
    for _ in range(20):
        watcher.renew_b()
        assert watcher.pass_time(1.5) == []


def test_a_database_clock_that_jumps_ahead_expels_nobody() -> None:
    """By that clock every lease has lapsed; by ours its process may still believe in it."""
    watcher = Watcher()
    watcher.renew_b()
    watcher.pass_time(1.0)
    watcher.database += 3600 * SECOND
    assert watcher.pass_time(0.5) == []
    watcher.renew_b()
    assert watcher.pass_time(4.0) == []


def test_a_database_clock_that_is_set_back_keeps_nobody_for_an_hour() -> None:
    """A lease that nobody renews ends, whatever that clock says."""
    watcher = Watcher()
    watcher.renew_b()
    watcher.pass_time(1.0)
    watcher.database -= 3600 * SECOND
    assert watcher.pass_time(8.5) == []
    assert watcher.pass_time(1.5) == ["b"]


def test_after_an_outage_everybody_has_time_to_come_back() -> None:
    """Only what was seen since our own renewals go well again counts."""
    watcher = Watcher()
    watcher.renew_b()
    watcher.pass_time(1.0)
    watcher.pass_time(60.0, reached=False)
    assert watcher.pass_time(4.0) == []
    watcher.renew_b()
    assert watcher.pass_time(4.5) == []


def test_who_died_in_an_outage_is_found_after_it() -> None:
    """As long after it as a process may believe in its lease."""
    watcher = Watcher()
    watcher.renew_b()
    watcher.pass_time(60.0, reached=False)
    watcher.pass_time(4.0)
    assert watcher.pass_time(0.5) == ["b"]
