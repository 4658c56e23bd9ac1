"""Whose job is next: tenants take turns, and each may have a bounded number under way."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from gateway.jobs.record import OpenJob


class Turns:
    """*in_flight* jobs run at once, *per_tenant* of one tenant."""

    def __init__(self, in_flight: int = 64, per_tenant: int = 8) -> None:
        self.in_flight, self.per_tenant = in_flight, per_tenant
        self._served: dict[str, int] = {}
        self._count = 0

    def choose(
        self, due: Mapping[str, Sequence[OpenJob]], running: Mapping[str, int], *, suspect: bool
    ) -> list[OpenJob]:
        """Which of the *due* jobs of each tenant are begun now, beside those that are *running*. A job during
        which a process died runs beside no other such: *suspect* says that one does already."""
        room = self.in_flight - sum(running.values())
        left = {
            tenant: (list(jobs), self.per_tenant - running.get(tenant, 0)) for tenant, jobs in due.items()
        }
        chosen: list[OpenJob] = []
        while room > 0 and left:
            for tenant in sorted(left, key=lambda each: self._served.get(each, 0)):
                jobs, free = left[tenant]
                while jobs and suspect and jobs[0].starts:
                    jobs.pop(0)
                if not jobs or free <= 0 or room <= 0:
                    del left[tenant]
                    continue
                job = jobs.pop(0)
                suspect = suspect or job.starts > 0
                chosen.append(job)
                self._count += 1
                self._served[tenant] = self._count
                left[tenant], room = (jobs, free - 1), room - 1
        return chosen

    def forget(self, known: Mapping[str, object]) -> None:
        """Only tenants in *known* are remembered."""
        self._served = {tenant: at for tenant, at in self._served.items() if tenant in known}
