"""Whose job is next: tenants take turns, and in a tenant its plugins do. Each may have a bounded number under
way, so that one whose jobs hang fills its own share and nobody else's."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence

from gateway.jobs.record import OpenJob

#: A tenant and one of its plugins.
Lane = tuple[str, str]


class Turns:
    """*in_flight* jobs run at once, *per_tenant* of one tenant, half of those of one plugin of it."""

    def __init__(self, in_flight: int = 200, per_tenant: int = 32) -> None:
        self.in_flight, self.per_tenant = in_flight, per_tenant
        self._served: dict[str | Lane, int] = {}
        self._count = 0

    @property
    def per_plugin(self) -> int:
        """The most jobs of one plugin of one tenant."""
        return (self.per_tenant + 1) // 2

    def choose(
        self, due: Mapping[Lane, Sequence[OpenJob]], running: Mapping[Lane, int], *, suspect: bool
    ) -> list[OpenJob]:
        """Which of the *due* jobs are begun now, beside those that are *running*. A job during which a
        process died runs beside no other such: *suspect* says that one does already."""
        room = self.in_flight - sum(running.values())
        waiting = {lane: list(jobs) for lane, jobs in due.items()}
        busy = Counter[str | Lane](running)
        for (tenant, _), count in running.items():
            busy[tenant] += count
        chosen: list[OpenJob] = []
        while len(chosen) < room and (lane := self._next(waiting, busy)):
            job = waiting[lane].pop(0)
            if suspect and job.starts:
                continue
            suspect = suspect or job.starts > 0
            chosen.append(job)
            self._count += 1
            for each in (job.tenant, lane):
                busy[each] += 1
                self._served[each] = self._count
        return chosen

    def _next(self, waiting: Mapping[Lane, Sequence[OpenJob]], busy: Mapping[str | Lane, int]) -> Lane | None:
        """The lane whose turn it is, of those that have something and are within their bounds."""
        free = [
            lane for lane, jobs in waiting.items()
            if jobs and busy[lane[0]] < self.per_tenant and busy[lane] < self.per_plugin
        ]  # fmt: skip
        return min(
            free, key=lambda lane: (self._served.get(lane[0], 0), self._served.get(lane, 0)), default=None
        )
