"""What time does to orders: unpaid ones are given up, and notices that nobody told yet are told."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway import Chat, JobContext, Recurring, every, job, queries
from plugins.commerce.orders import notify
from plugins.commerce.orders.act import expire
from plugins.commerce.orders.events import NoticesDue
from plugins.commerce.orders.hand import of_job

SQL = queries(Path(__file__).with_name("jobs.sql"))
_MINUTE = 60_000_000
#: How far ahead a job may lie; what is held for longer is found by the sweep.
_AHEAD = timedelta(days=360)


@job(retries=3)
async def tend_orders(job: JobContext) -> None:
    """Give up what was not paid in time, a hundred orders at a time and each in a transaction of its own; one
    that is paid at that very moment is not: whoever is first decides."""
    hand = of_job(job)
    seen: set[str] = set()
    while found := {row["id"] for row in await job.db.all(SQL["unpaid"], now=hand.now)} - seen:
        seen |= found
        for order in sorted(found):
            async with job.db.begin():
                if (after := await expire(hand, order)) is not None:
                    await notify.tell_plugins(hand, after)
        await job.progress(0.5, f"{len(seen)} orders looked at")
    due = {row["order_id"] for row in await job.db.all(notify.SQL["orders_due"])}
    for order in sorted(due | seen):
        job.emit(NoticesDue(order), key=order)


def give_up_at(chat: Chat, expires_at: int) -> None:
    """Have `tend_orders` look when an order's time is over (microseconds UTC). One look for all orders that
    end in the same minute."""
    minute = -(-expires_at // _MINUTE)
    when = datetime.fromtimestamp(minute * 60, UTC)
    if when - chat.now < _AHEAD:
        chat.enqueue(tend_orders.at(when).keyed(f"unpaid:{minute}"))


#: A net below `give_up_at`, and for what commands leave to be told.
TEND = Recurring(tend_orders, every(minutes=15))
