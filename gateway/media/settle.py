"""The end of a fetch, in one transaction: the file's row, and the event that tells plugins."""

from __future__ import annotations

from collections.abc import Callable

from gateway.channels import Channel, Channels
from gateway.media.cards import put_cards
from gateway.media.getting import Job
from gateway.media.queries import MEDIA
from gateway.model.event import ChannelEvent, Identity, Person
from gateway.model.ids import new_id
from gateway.model.inbound import ContactCard
from gateway.model.notice import MediaFailed, MediaStored
from gateway.pipeline.people.place import Place
from gateway.pipeline.queries import RECORD
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.rows import event_row, open_event
from gateway.provider import StoredFile
from gateway.store.port import Store, Tx

Wanted = Callable[[str, str], bool]


class Settler:
    """Writes how fetches ended. *wanted* says whether a tenant's plugins listen, *since* the time of
    what follows from something else."""

    def __init__(
        self, store: Store, channels: Channels, wanted: Wanted, since: Callable[[int, int], int]
    ) -> None:
        self._store, self._channels, self._wanted, self._since = store, channels, wanted, since

    async def stored(
        self, job: Job, file: StoredFile, cards: tuple[ContactCard, ...], now: int
    ) -> tuple[bool, OpenEvent | None]:
        """The file is kept, and *cards* were in it. False when it was deleted meanwhile."""
        content = MediaStored(
            job.message, job.id, job.kind, file.mime_type, file.size, file.sha256, file.filename, cards
        )
        values = {
            "tenant": job.tenant, "id": job.id, "mime_type": file.mime_type, "size": file.size,
            "sha256": file.sha256, "filename": file.filename, "now": now,
        }  # fmt: skip
        return await self._end(job, "stored", values, content, now)

    async def failed(self, job: Job, reason: str, now: int) -> tuple[bool, OpenEvent | None]:
        """The file will not come."""
        values = {"tenant": job.tenant, "id": job.id, "reason": reason, "now": now}
        return await self._end(job, "failed", values, MediaFailed(job.message, job.id, job.kind, reason), now)

    async def later(self, job: Job, reason: str, at: int) -> None:
        """The file is tried again *at* a time."""

        async def work(tx: Tx) -> None:
            values = {"tenant": job.tenant, "id": job.id, "tries": job.tries}
            await tx.run(MEDIA["later"], **values, reason=reason, next_at=at)

        await self._store.write(work)

    async def _end(
        self, job: Job, query: str, values: dict[str, object], content: MediaStored | MediaFailed, now: int
    ) -> tuple[bool, OpenEvent | None]:
        async def work(tx: Tx) -> tuple[bool, OpenEvent | None]:
            if not await tx.each(MEDIA[query], [values]):
                return False, None
            if isinstance(content, MediaStored) and content.contacts:
                await put_cards(tx, job.tenant, job.message, content.contacts)
            opened = await self._tell(tx, job, content, now)
            if opened is not None:
                await tx.run(RECORD["add_event"], **event_row(opened))
            return True, opened

        return await self._store.write(work)

    async def _tell(self, tx: Tx, job: Job, content: MediaStored | MediaFailed, now: int) -> OpenEvent | None:
        """The event for the conversation of the file's message, when anybody listens. Old messages of a
        phone's history are recorded, and nobody is called for them."""
        channel = self._channels.get(job.tenant, job.channel)
        if channel is None or not job.message or not self._wanted(job.tenant, "event"):
            return None
        row = await tx.one(MEDIA["whose"], tenant=job.tenant, message=job.message)
        if row is None or row["origin"] == "history":
            return None
        where = Place(
            row["contact"], row["conversation"], row["name"] or "", row["address"], row["window_until"],
            row["free_until"], username=row["username"] or "", language=row["language"] or "",
        )  # fmt: skip
        person = await _person(tx, job.tenant, where)
        since = self._since(job.created_at, now)
        return open_event(
            new_id(), channel, since, _event(job, channel, content, person, now), where, job.message
        )


async def _person(tx: Tx, tenant: str, where: Place) -> Person:
    rows = await tx.all(MEDIA["names_of"], tenant=tenant, contact=where.contact)
    names = tuple(Identity(row["kind"], row["value"], row["scope"]) for row in rows)
    return Person(names, where.name, where.username)


def _event(
    job: Job, channel: Channel, content: MediaStored | MediaFailed, person: Person, now: int
) -> ChannelEvent:
    return ChannelEvent("media", f"media:{job.id}", now, channel.number, channel.account, content, person)
