"""What sells best is counted at night, so that no order waits for another to count."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from pathlib import Path

from gateway import JobContext, Recurring, daily, job, queries
from plugins.commerce.catalogue.reindex import PORTION
from plugins.commerce.common.ids import micros
from plugins.commerce.search.index import index

SQL = queries(Path(__file__).with_name("sold.sql"))
#: Days that count, and how many products are noted.
DAYS, MOST = 30, 500


@job(timeout="10m")
async def count_sold(job: JobContext) -> None:
    """Note for the products that sold best in thirty days how many were sold, and for others nothing; the
    search finds what sells before what does not."""
    sold: Counter[str] = Counter()
    for ago in range(DAYS):
        first, last = (micros(job.now - timedelta(days=ago + each)) for each in (1, 0))
        for row in await job.db.all(SQL["of_a_day"], first=first, last=last):
            sold[row["product"]] += int(row["sold"])
    best = {id: number for id, number in sold.most_common(MOST) if number > 0}
    noted = {row["id"]: row["sold"] for row in await job.db.all(SQL["noted"])}
    changed = sorted(id for id in best.keys() | noted.keys() if best.get(id, 0) != noted.get(id, 0))
    for start in range(0, len(changed), PORTION):
        some = changed[start : start + PORTION]
        async with job.db.begin():
            await job.db.many(SQL["note"], [{"id": id, "sold": best.get(id, 0)} for id in some])
            await index(job.db, some)


NIGHTLY = Recurring(count_sold, daily("03:40"))
