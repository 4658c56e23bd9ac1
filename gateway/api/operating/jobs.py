"""`/api/v1/jobs`: what plugins have still to do outside of conversations; taking it back, running it now."""

from __future__ import annotations

from typing import Annotated, Any, Literal

from msgspec import Meta, Struct

from gateway.api.cursor import Cursors
from gateway.api.paging import Paging
from gateway.api.problems import Problem, missing
from gateway.api.route import Ask, Page, Route
from gateway.audit import note
from gateway.clock import Clock
from gateway.jobs.acts import LAST, RECURS, JobItem, hasten, item_of, listed
from gateway.jobs.queries import JOB
from gateway.jobs.runner import Jobs as Runner
from gateway.store.port import Row, Tx

NOUN = "job"


class JobQuery(Paging, frozen=True):
    """Which open jobs: of one *plugin*, or in one *state*."""

    plugin: Annotated[str, Meta(max_length=64)] = ""
    state: Literal["ready", "running", ""] = ""


class CancelledJob(Struct, frozen=True):
    """A job that was taken back."""

    id: str
    state: Literal["cancelled"] = "cancelled"


class Jobs:
    """The routes."""

    def __init__(self, runner: Runner, clock: Clock, cursors: Cursors) -> None:
        self._runner, self._clock, self._cursors = runner, clock, cursors

    def routes(self) -> list[Route]:
        """What is served."""
        write: dict[str, Any] = {"scope": "jobs:write", "noun": NOUN, "problems": (409,)}
        return [
            Route(
                method="GET", path="/jobs", handler=self.list, scope="jobs:read", query=JobQuery,
                summary="List open jobs, newest first", answer=Page[JobItem],
            ),
            Route(
                method="GET", path="/jobs/{id}", handler=self.one, scope="jobs:read", noun=NOUN,
                summary="Look at an open job", answer=JobItem,
            ),
            Route(
                method="POST", path="/jobs/{id}/cancel", handler=self.cancel, summary="Take a job back",
                answer=CancelledJob, **write,
            ),
            Route(
                method="POST", path="/jobs/{id}/retry", handler=self.retry, summary="Run a waiting job now",
                answer=JobItem, **write,
            ),
        ]  # fmt: skip

    async def list(self, ask: Ask[None, JobQuery]) -> Page[JobItem]:
        """The tenant's jobs that wait or run. What is done is gone, what was given up is a dead letter."""
        query = ask.query
        before = str((self._cursors.open(query.cursor, ask.tenant, "jobs") or [LAST])[0])
        rows = await ask.scope.read(
            lambda tx: listed(
                tx, ask.tenant, before=before, plugin=query.plugin, state=query.state, limit=query.limit + 1
            )
        )
        page = [item_of(row) for row in rows[: query.limit]]
        more = len(rows) > len(page)
        return Page(page, self._cursors.seal(ask.tenant, "jobs", page[-1].id) if more else None)

    async def one(self, ask: Ask[None, None]) -> JobItem:
        """One open job."""
        return item_of(await self._row(ask))

    async def cancel(self, ask: Ask[None, None]) -> CancelledJob:
        """Take a job back. One that is running is stopped, and nothing of what it said is sent; what it did
        outside, or wrote into its tables, stays. A flow that waits for it is told that it failed."""
        identifier, now = ask.path["id"], self._clock.now()

        async def beside(tx: Tx) -> None:
            await note(tx, ask.actor, ask.tenant, "job.cancel", f"job:{identifier}", now)

        taken = await self._runner.cancel(ask.tenant, identifier, beside)
        if not taken.found:
            raise missing(NOUN)
        if taken.recurs:
            raise Problem(409, "recurring", RECURS)
        return CancelledJob(identifier)

    async def retry(self, ask: Ask[None, None]) -> JobItem:
        """Run a job now that waits for its time or for its next try. 409 for one that is running."""
        now = self._clock.now()
        await self._row(ask)

        async def work(tx: Tx) -> bool:
            found = await hasten(tx, ask.tenant, ask.path["id"], now)
            if found:
                await note(tx, ask.actor, ask.tenant, "job.retry", f"job:{ask.path['id']}", now)
            return found

        if not await ask.scope.write(work):
            raise Problem(409, "running", "this job is running now")
        self._runner.stir()
        return item_of(await self._row(ask))

    async def _row(self, ask: Ask[Any, Any]) -> Row:
        row = await ask.scope.read(lambda tx: tx.one(JOB["one"], tenant=ask.tenant, id=ask.path["id"]))
        if row is None:
            raise missing(NOUN)
        return row
