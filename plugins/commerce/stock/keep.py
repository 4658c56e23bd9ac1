"""Old moves of stock go: files that come each night write one for each number that changed."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

from gateway import JobContext, Recurring, daily, job, queries
from plugins.commerce.common.ids import micros

SQL = queries(Path(__file__).with_name("keep.sql"))
#: How long a move is kept; rows of one transaction, and transactions of one night.
KEPT = timedelta(days=400)
PAGE, PAGES = 500, 1_000


@job(timeout="10m")
async def forget_old_moves(job: JobContext) -> None:
    """What a night does not get done the next one does."""
    before = micros(job.now - KEPT)
    for _ in range(PAGES):
        if await job.db.run(SQL["forget"], before=before, page=PAGE) < PAGE:
            return


NIGHTLY = Recurring(forget_old_moves, daily("03:50"))
