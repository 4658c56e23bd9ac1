"""Pictures of products: fetched from where the owner has them, and kept here, where customers are shown
them."""

from __future__ import annotations

from pathlib import Path

from gateway import GatewayError, JobContext, Recurring, Retry, every, job, queries
from plugins.commerce.common.ids import micros

SQL = queries(Path(__file__).with_name("pictures.sql"))
#: Bytes of a picture: a job reads no more of an answer, and messengers take little more.
LARGEST = 4 * 1024 * 1024
#: How often a picture is asked for, and what a sweep orders at once.
RUNS, SWEPT = 5, 200
_KINDS = ((b"\xff\xd8\xff", "jpg"), (b"\x89PNG\r\n\x1a\n", "png"))


class NoPicture(ValueError):
    """The bytes are no picture that can be shown; the words are for the owner."""


def ending(data: bytes) -> str:
    """What the name of a file with these bytes ends in, "jpg" or "png". Raises `NoPicture`."""
    if len(data) >= LARGEST:
        raise NoPicture(f"it has more than {LARGEST // 1024 // 1024} MB: make it smaller")
    for begins, end in _KINDS:
        if data.startswith(begins):
            return end
    raise NoPicture("it is no JPEG and no PNG, which are what WhatsApp shows: save it as one of them")


@job(retries=RUNS - 1, timeout="60s")
async def fetch_picture(job: JobContext, product: str) -> None:
    """Fetch the picture that *product* is to have. What cannot be had is written beside the product; until a
    new one is there, the old one is shown."""
    row = await job.db.one(SQL["wanted"], id=product)
    if row is None:
        return
    what = {"id": product, "source": row["image_source"], "now": micros(job.now)}
    try:
        data = await _fetched(job, row["image_source"])
        file = await job.keep(data, filename=f"{product}.{ending(data)}", public=True)
        await job.db.run(SQL["kept"], image=file.id, link=file.link, **what)
    except NoPicture as wrong:
        await job.db.run(SQL["failed"], reason=str(wrong), **what)
    except GatewayError as error:
        if job.attempt < RUNS:
            raise
        await job.db.run(SQL["failed"], reason=str(error)[:300], **what)


async def _fetched(job: JobContext, url: str) -> bytes:
    """The bytes at *url*. Raises `NoPicture` for what another try would not change, `Retry` and
    `GatewayError` for the rest."""
    answer = await job.http.get(url, headers={"Accept": "image/jpeg, image/png"}, timeout=30)
    if answer.ok:
        return answer.body
    if answer.status in (408, 425, 429) or answer.status >= 500:
        if job.attempt >= RUNS:
            raise NoPicture(f"its server answered {answer.status}, {RUNS} times")
        if answer.retry_after:
            raise Retry(min(answer.retry_after, 3600))
        raise GatewayError(f"the picture's server answered {answer.status}")
    if 300 <= answer.status < 400:
        raise NoPicture(f"its address leads on to another one ({answer.status}): write that one")
    raise NoPicture(f"its server answered {answer.status}: look whether the address opens in a browser")


@job(retries=2)
async def sweep_pictures(job: JobContext) -> None:
    """Order the pictures that are still wanted: those of files, and what a process that died left."""
    for row in await job.db.all(SQL["all_wanted"], most=SWEPT):
        job.enqueue(fetch_picture.keyed(f"picture-{row['id']}"), row["id"])


SWEEP = Recurring(sweep_pictures, every(minutes=10))
