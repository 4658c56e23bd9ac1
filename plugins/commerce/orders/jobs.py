"""What time does to orders: unpaid ones are given up, and notices that nobody told yet are told."""

from __future__ import annotations

from pathlib import Path

from gateway import JobContext, Recurring, every, job, queries
from plugins.commerce.orders import notify
from plugins.commerce.orders.act import expire
from plugins.commerce.orders.events import NoticesDue
from plugins.commerce.orders.hand import of_job

SQL = queries(Path(__file__).with_name("jobs.sql"))


@job(retries=3)
async def tend_orders(job: JobContext) -> None:
    """Give up what was not paid in time, a hundred orders at a time and each in a transaction of its own; one
    that is paid at that very moment is not: whoever is first decides."""
    for row in await job.db.all(notify.SQL["orders_due"]):
        job.emit(NoticesDue(row["order_id"]), key=row["order_id"])
    hand = of_job(job)
    seen: set[str] = set()
    while found := {row["id"] for row in await job.db.all(SQL["unpaid"], now=hand.now)} - seen:
        seen |= found
        for order in sorted(found):
            async with job.db.begin():
                await expire(hand, order)
        await job.progress(0.5, f"{len(seen)} orders looked at")


TEND = Recurring(tend_orders, every(minutes=5))
