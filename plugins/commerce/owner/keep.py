"""Old steps go: the funnel looks back so many days."""

from __future__ import annotations

from datetime import timedelta

from gateway import JobContext, job
from plugins.commerce.common.days import day_of
from plugins.commerce.owner.statements import SQL

#: Days.
KEPT = 400


@job
async def forget_old_steps(job: JobContext) -> None:
    """Once a day; a day's rows are what goes."""
    day = day_of(job.now - timedelta(days=KEPT), job.tenant.time_zone)
    await job.db.run(SQL["forget_steps"], day=day)
