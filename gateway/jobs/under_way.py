"""The jobs that this process is running, each a task of its own."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine, Iterator
from typing import Any

from gateway.jobs.record import OpenJob
from gateway.tasks import ended

_Key = tuple[str, str]


class UnderWay:
    """*over* is called when one has ended and there is room for another."""

    def __init__(self, over: Callable[[], None]) -> None:
        self._over = over
        self._jobs: dict[_Key, OpenJob] = {}
        self._tasks: dict[_Key, asyncio.Task[None]] = {}
        #: Those that are not cut off (any more): what came of them is being stored.
        self._ending: set[_Key] = set()

    def __len__(self) -> int:
        return len(self._jobs)

    def __iter__(self) -> Iterator[OpenJob]:
        return iter(self._jobs.values())

    def __contains__(self, key: _Key) -> bool:
        """Whether the job *key* (its tenant and id) runs here."""
        return key in self._jobs

    def start(self, job: OpenJob, run: Coroutine[Any, Any, None]) -> None:
        """Run *job*."""
        key = (job.tenant, job.id)
        self._jobs[key] = job
        name = f"gateway-job-{job.plugin}-{job.name}"
        task = self._tasks[key] = asyncio.get_running_loop().create_task(run, name=name)

        def over(done: asyncio.Task[None]) -> None:
            del self._jobs[key], self._tasks[key]
            self._ending.discard(key)
            self._over()

        task.add_done_callback(over)

    def ending(self, job: OpenJob) -> None:
        """It has ended: what came of it is stored now, if it is still ours to end."""
        self._ending.add((job.tenant, job.id))

    def cancel(self, tenant: str, identifier: str) -> None:
        """Cut a job off, if it runs here."""
        if (task := self._tasks.get((tenant, identifier))) is not None:
            task.cancel()

    def cut_off(self, term: int) -> None:
        """This process was taken for dead, and has joined anew under *term*: what it began before is run
        again by others, and nothing that it does counts."""
        for key, job in self._jobs.items():
            if job.epoch != term and key not in self._ending:
                self._ending.add(key)
                self._tasks[key].cancel()

    async def end(self, seconds: float) -> None:
        """Give all of them *seconds* to end; the rest is cut off."""
        await ended(set(self._tasks.values()), seconds)
