"""Whose heart has stopped: a process that dies takes a lock with it, and that is seen before its lease ends.

Each process holds an advisory lock on the connection on which it listens. The server lets go of it when that
connection ends, so a process that was killed is missed within a second. One that is only paused keeps its
connection, and one behind a pool has no lock: those are missed by their lease.
"""

from __future__ import annotations

from collections.abc import Mapping

import asyncpg

from gateway.cluster.lease import Watched, watched
from gateway.cluster.register import Picture

#: The lock's first half: "gate". The second is the term of the process.
CLASS = 0x6761_7465
#: Seconds for which a lock has to be missed: who only lost the connection says so meanwhile.
MISSED = 0.8
_TAKE = "select pg_try_advisory_lock($1::int, $2::int)"


async def beat(connection: asyncpg.Connection, term: int) -> bool:
    """Hold the lock of *term* on *connection* until that ends; whether it is ours."""
    return bool(await connection.fetchval(_TAKE, CLASS, term % 2**31))


class Pulses:
    """Watches the others' locks. *settled* is for how many seconds the server has to be up before the lack of
    one says anything: after its restart all are gone until their owners come back."""

    def __init__(self, settled: float) -> None:
        self._settled = settled
        self._missed: Watched = {}

    def stopped(self, picture: Picture, leases: Mapping[str, int], at: float) -> list[str]:
        """Who has died, of those with *leases*, by what was read at *at* (monotonic)."""
        if picture.up < self._settled:
            self._missed.clear()
            return []
        silent = {
            each: until
            for each, until in leases.items()
            if (other := picture.processes[each]).pulse and other.term % 2**31 not in picture.beating
        }
        self._missed = watched(self._missed, silent, at)
        return [each for each, (_, since) in self._missed.items() if at - since >= MISSED]
