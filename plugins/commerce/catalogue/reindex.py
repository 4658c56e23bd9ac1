"""The search's words are renewed a little later where many products change at once."""

from __future__ import annotations

from gateway import JobContext, job
from plugins.commerce.catalogue.known import CATEGORIES
from plugins.commerce.search.index import index

#: Products in one transaction, which holds SQLite's only writer for less than 100 ms.
PORTION = 100


@job(timeout="10m")
async def reindex_below(job: JobContext, category: str) -> None:
    """The words of all products of *category* and of those below it, which was renamed, moved or hidden."""
    after = ""
    while True:
        rows = await job.db.all(CATEGORIES["products_below"], id=category, after=after, most=PORTION)
        if not rows:
            return
        await _index(job, [row["id"] for row in rows])
        after = rows[-1]["id"]


@job(timeout="5m")
async def reindex_these(job: JobContext, products: list[str]) -> None:
    """The words of *products*."""
    for start in range(0, len(products), PORTION):
        await _index(job, products[start : start + PORTION])


async def _index(job: JobContext, products: list[str]) -> None:
    async with job.db.begin():
        await index(job.db, products)
