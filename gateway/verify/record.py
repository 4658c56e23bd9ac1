"""What is asked of a verification, and what it says."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from msgspec import Struct, field

from gateway.clock import MINUTE, SECOND
from gateway.settings import Sending
from gateway.verify.catalogue import Check

#: How long an owner may be silent before others take its shards over, in microseconds.
LEASE = 5 * SECOND
#: Calls to the provider that one send may take, its files included.
CALLS = 4
#: Findings of one check that are kept; a broken database needs no more to be called so.
MOST = 1000


class Terms(Struct, frozen=True):
    """What is looked at, and what is late. All in microseconds: *since* UTC, 0 for all that is stored, which
    bounds records (messages, parts, dead letters, …), never open work; *call*, *hold* and *give_up* as
    `[sending]` has them for one call, and for what is in doubt; *patience* how long anything open may wait.
    *tenant* is "" for all. *running* whether a gateway is known to serve this database, where leases do not
    say."""

    now: int
    since: int = 0
    tenant: str = ""
    call: int = 30 * SECOND
    hold: int = 120 * SECOND
    give_up: int = 600 * SECOND
    patience: int = 10 * MINUTE
    running: bool = True

    @classmethod
    def of(cls, sending: Sending, now: int, **more: Any) -> Terms:
        """With the times of `[sending]`."""
        return cls(
            now,
            call=int(sending.timeout * SECOND),
            hold=int(sending.in_doubt_hold * SECOND),
            give_up=int(sending.in_doubt_give_up * SECOND),
            **more,
        )

    def values(self, clock: int) -> dict[str, Any]:
        """What the statements of `rules.sql` may ask for; *clock* is the database's own time."""
        return {
            "now": self.now,
            "since": self.since,
            "clock": clock,
            "running": int(self.running),
            "stuck": self.now - CALLS * self.call - self.hold - LEASE,
            "minute": self.now - MINUTE,
            "late": self.now - self.patience,
            "given_up": self.now - self.give_up - self.patience,
        }


class Finding(Struct, frozen=True):
    """A row that breaks a check. *id* is the row's, *detail* numbers and other rows' ids: never what was
    said, a phone number or a secret. *place* and *key* say where it was found (a tenant or a shard, and its
    place in the walk), so that it can be looked at again."""

    tenant: str
    id: str
    detail: str
    late: bool
    place: str | int
    key: str | int


class Result(Struct):
    """What one check found. *more* when there are more than are told. *problem* says why it could not
    look."""

    check: Check
    rows: int = 0
    broken: list[Finding] = field(default_factory=list)
    late: list[Finding] = field(default_factory=list)
    more: bool = False
    problem: str = ""
    _known: set[tuple[str | int, str]] = field(default_factory=set)

    @property
    def full(self) -> bool:
        """Whether enough was found."""
        return len(self.broken) + len(self.late) >= MOST

    def add(self, found: list[Finding]) -> None:
        """Keep *found*, as far as there is room."""
        for finding in found:
            if self.full:
                self.more = True
                return
            if (finding.place, finding.id) not in self._known:
                self._known.add((finding.place, finding.id))
                (self.late if finding.late else self.broken).append(finding)


class Report(Struct):
    """All of it. *rows* is how many rows were read, in *seconds*."""

    results: list[Result]
    rows: int
    seconds: float

    @property
    def broken(self) -> int:
        """How many findings break a promise."""
        return sum(len(each.broken) for each in self.results)

    @property
    def late(self) -> int:
        """How many things wait longer than they should."""
        return sum(len(each.late) for each in self.results)

    @property
    def blind(self) -> list[Result]:
        """The checks that could not look."""
        return [each for each in self.results if each.problem]


Values = Mapping[str, Any]
