"""What was said: messages with their parts, statuses, attempts and files, a few messages a transaction."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Sequence

from gateway.erasure.queries import ERASURE
from gateway.erasure.tables import SAID
from gateway.erasure.work import Next, Work, each_of
from gateway.media.keep import KeepUnavailable
from gateway.store.port import Row, Tx

#: Messages of one transaction: each has about ten rows beside it.
FEW = 40
#: Messages that are looked through at once.
PAGE = 2000
#: How the id of a file may look: of an upload, or of one that came with a message.
_FILE = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}|out-[0-9a-f]{32}")


async def read(work: Work) -> Next:
    """Read the ids of all that was said, by which other tables are searched; and which files were sent."""
    for talk in work.who.talks:
        after = ""
        while page := await work.all(ERASURE["messages"], conversation=talk.id, after=after, limit=200):
            await _learn(work, page)
            after = page[-1]["id"]
    async for page in _in_groups(work):
        await _learn(work, page)
    return Next.DONE


async def _learn(work: Work, page: Sequence[Row]) -> None:
    """Remember the ids of these messages, and of their parts."""
    who, scope = work.who, work.around.store.scope(work.tenant)
    wanted = [{"tenant": work.tenant, "message": row["id"]} for row in page]
    for row in page:
        who.messages.add(row["id"])
        who.ids.update(each for each in (row["provider_message_id"], row["event"]) if each)
        if row["direction"] == "out":
            work.sent_files.update(_FILE.findall(row["content"]))
    for part in await scope.read(lambda tx: tx.each(ERASURE["parts"], wanted)):
        who.ids.update(each for each in (part["id"], part["provider_message_id"]) if each)


async def _in_groups(work: Work) -> AsyncIterator[list[Row]]:
    """Pages of what the contact said in the conversations of groups."""
    if await work.one(ERASURE["has_groups"]) is None:
        return
    own, after = {talk.id for talk in work.who.talks}, ""
    while page := await work.all(ERASURE["in_groups"], after=after, limit=PAGE):
        mine = [row for row in page if row["contact"] == work.who.contact and row["conversation"] not in own]
        if mine:
            yield mine
        after = page[-1]["id"]


async def files(work: Work) -> Next:
    """Files of the business that this contact alone was sent: an invoice, a ticket. What others were sent
    too, and what is public, stays."""
    own = {id for id in work.sent_files if await work.one(ERASURE["upload"], id=id) is not None}
    try:
        for id in sorted(own - await _shared(work, own)):
            await drop_file(work, id)
    except KeepUnavailable:
        return Next.LATER
    return Next.DONE


async def _shared(work: Work, ids: set[str]) -> set[str]:
    """Which of the files *ids* somebody else was sent."""
    own, after, found = {talk.id for talk in work.who.talks}, "", set[str]()
    while ids and (page := await work.all(ERASURE["contents"], after=after, limit=PAGE)):
        for row in page:
            if row["conversation"] not in own:
                found |= ids.intersection(_FILE.findall(row["content"]))
        after = page[-1]["id"]
    return found


async def drop_file(work: Work, id: str) -> int:
    """Remove a file: its bytes first, unless another file has the same, then its row. Raises
    `KeepUnavailable`."""
    tenant = work.tenant
    await work.around.files.delete(tenant, id, "erased")

    async def unit(tx: Tx) -> int:
        gone = 0
        made = [row["id"] for row in await tx.all(ERASURE["variants"], tenant=tenant, id=id)]
        for each in (*made, id):
            gone += await tx.run(ERASURE["drop_access"], tenant=tenant, id=each)
            gone += await tx.run(ERASURE["drop_file"], tenant=tenant, id=each)
        return gone

    return await work.remove(unit)


async def messages(work: Work) -> Next:
    """Remove a few messages, with all that hangs on them."""
    for talk in work.who.talks:
        page = await work.all(ERASURE["messages"], conversation=talk.id, after="", limit=FEW)
        if page:
            return await _remove(work, page)
    async for page in _in_groups(work):
        return await _remove(work, page[:FEW])
    return Next.DONE


async def _remove(work: Work, page: Sequence[Row]) -> Next:
    await _learn(work, page)
    try:
        for row in page:
            for file in await work.all(ERASURE["files"], message=row["id"]):
                await drop_file(work, file["id"])
    except KeepUnavailable:
        return Next.LATER
    await work.remove(lambda tx: _unit(tx, work, page))
    return Next.MORE


async def _unit(tx: Tx, work: Work, page: Sequence[Row]) -> int:
    """Delete these messages."""
    tenant, gone = work.tenant, 0
    ids = [row["id"] for row in page]
    parts = await tx.each(ERASURE["parts"], [{"tenant": tenant, "message": id} for id in ids])
    named = [row for row in (*page, *parts) if row["provider_message_id"]]
    values = {
        "message": ids,
        "part": [row["id"] for row in parts],
        "event": [row["event"] for row in page if row["event"]],
    }
    for held in SAID:
        if held.by == "sent":
            sql = f"{_removal(held.table, held.column)} and channel = :channel"
            for channel, id in sorted({(row["channel"], row["provider_message_id"]) for row in named}):
                gone += await each_of(tx, sql, tenant, [id], channel=channel)
        elif held.by in values:
            gone += await each_of(tx, _removal(held.table, held.column), tenant, values[held.by])
    return gone


def _removal(table: str, column: str) -> str:
    return f"delete from {table} where tenant = :tenant and {column} = :value"
