"""Carts that nobody touched for long are put away, and forgotten some months later."""

from __future__ import annotations

from datetime import timedelta

from gateway import JobContext, Recurring, daily, job
from plugins.commerce.browse.sight import SQL as NATIVE
from plugins.commerce.cart.cart import SQL
from plugins.commerce.common.ids import micros

#: Carts in one transaction; transactions of one run.
PAGE, PAGES = 200, 100
#: For how long a cart is kept that was ordered or put away; and one of WhatsApp's own whose sender did not
#: say what is to become of it.
KEPT, SENT = timedelta(days=90), timedelta(days=7)


@job(timeout="5m")
async def put_away(job: JobContext) -> int:
    """Carts that are idle for `Settings.cart_days` are `expired`: the customer starts with a new one. What it
    does not get done the next run does. Returns how many."""
    before = micros(job.now - timedelta(days=job.settings.cart_days))
    done = 0
    for _ in range(PAGES):
        expired = await job.db.run(SQL["idle"], before=before, page=PAGE)
        done += expired
        if expired < PAGE:
            break
    await _forget(job)
    await job.db.run(NATIVE["drop_old"], before=micros(job.now - SENT))
    return done


async def _forget(job: JobContext) -> None:
    before = micros(job.now - KEPT)
    for _ in range(PAGES):
        ids = [row["id"] for row in await job.db.all(SQL["old"], before=before, page=PAGE)]
        if ids:
            async with job.db.begin():
                await job.db.many(SQL["forget_lines"], [{"cart": id} for id in ids])
                await job.db.many(SQL["forget"], [{"cart": id} for id in ids])
        if len(ids) < PAGE:
            break


JOBS = (Recurring(put_away, daily("03:40")),)
