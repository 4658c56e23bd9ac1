"""What may name anybody, read from end to end: dead letters, answers that were kept, jobs, signals, the log
of events, the journal."""

from __future__ import annotations

import asyncio
from collections.abc import Mapping, Sequence
from functools import partial
from typing import Any

from gateway.erasure import journal as webhooks
from gateway.erasure import log
from gateway.erasure.held import Loose
from gateway.erasure.queries import ERASURE, JOURNAL, forget, page
from gateway.erasure.tables import LOOSE
from gateway.erasure.who import Who
from gateway.erasure.work import ROWS, Next, Work, keyed
from gateway.store.port import Row, Tx

#: Webhooks that are read at once; one has 3 MB at most, and few have more than some KB.
WEBHOOKS = 100
#: Seconds that the log of events, and the parsing of a webhook, are waited for before it is complained of.
PATIENCE = 600.0
_DEAD = next(each for each in LOOSE if each.table == "dead")
#: A status is about no message of ours only when it had this long to find it.
SETTLED = 10_000_000


async def loose(work: Work) -> Next:
    """Tables without a column that leads to a contact."""
    for table in LOOSE:
        if table.table != "status" or work.row.round == 1:  # later ones are looked at by their time
            await _walk(work, table)
    await _nobodys(work)
    await _statuses(work)
    return Next.DONE


async def _walk(work: Work, table: Loose) -> None:
    last: Row | None = None
    while True:
        behind = keyed(last, table.key) if last is not None else {}
        rows = await work.all(page(table, last is None), limit=ROWS, **behind)
        if hits := [keyed(row, table.key) for row in rows if _names(row, table, work)]:
            await _remove(work, forget(table), hits)
        if len(rows) < ROWS:
            return
        last = rows[-1]
        await asyncio.sleep(0)


async def _remove(work: Work, sql: str, keys: Sequence[Mapping[str, Any]]) -> None:
    """Run *sql* for each of *keys*."""

    async def unit(tx: Tx) -> int:
        return sum([await tx.run(sql, tenant=work.tenant, **key) for key in keys])

    await work.remove(unit)


async def _nobodys(work: Work) -> None:
    """Dead letters of no tenant: what could not be read, and so was nobody's."""
    after = ""
    while rows := await _page_of_nobodys(work, after):
        if hits := [{"id": row["id"]} for row in rows if _names(row, _DEAD, work)]:
            await work.around.store.write(partial(_drop_nobodys, hits=hits))
            await work.note(gone=len(hits))
        after = rows[-1]["id"]


async def _page_of_nobodys(work: Work, after: str) -> Sequence[Row]:
    return await work.around.store.read(lambda tx: tx.all(ERASURE["nobodys"], after=after, limit=ROWS))


async def _drop_nobodys(tx: Tx, hits: Sequence[Mapping[str, Any]]) -> None:
    await tx.many(ERASURE["drop_nobodys"], hits)


def _names(row: Row, table: Loose, work: Work) -> bool:
    texts = [_text(row[name]) for name in table.look]
    if table.blank and not any(_text(row[name]) for name in table.blank):
        return False
    who = work.who
    if table.at and row[table.at] >= work.row.created_at:  # whoever goes by this name now is somebody else
        who = Who(who.tenant, who.contact, messages=who.messages, ids=who.ids)
    return any(who.named(text) or who.contact in text for text in texts)


def _text(value: object) -> str:
    text = bytes(value).decode("utf-8", "replace") if isinstance(value, bytes | memoryview) else str(value)
    return text.replace("\\/", "/")


async def _statuses(work: Work) -> None:
    """Statuses of the contact's messages that came when those were gone."""
    rows = await work.all(ERASURE["statuses"], since=work.row.created_at, limit=5000)
    late = work.around.clock.now() - SETTLED
    hits = [
        {name: row[name] for name in ("channel", "provider_message_id", "status", "participant", "at")}
        for row in rows
        if work.who.named(row["provider_message_id"])
        or (row["received_at"] < late and work.who.named(_text(row["raw"])))
    ]
    if hits:
        await _remove(work, ERASURE["drop_status"], hits)


async def events(work: Work) -> Next:
    """The log of events: blocks that speak of the contact are written anew."""
    before = work.around.clock.now() - 1
    if await work.one(ERASURE["unnumbered"], before=before) is not None and work.waits(PATIENCE):
        return Next.LATER
    work.patience = 0
    while blocks := await work.all(ERASURE["blocks"], after=work.numbered, limit=ROWS):
        changed = [
            {"first": row["first"], "data": data}
            for row in blocks
            if (data := log.cut(row["data"], work.who)) is not None
        ]
        if changed:
            await _remove(work, ERASURE["put_block"], changed)
        work.numbered = blocks[-1]["first"]
        await asyncio.sleep(0)
    return Next.DONE


async def journal(work: Work) -> Next:
    """The journal: what it tells of the contact is cut out of each webhook that has been parsed."""
    others = _numbers_of_others(work)
    while rows := await _webhooks(work):
        gone = 0
        for row in rows:
            left = webhooks.cut(bytes(row["body"]), work.who, others) if _ours(work, row) else None
            if left is None:
                continue
            if not await _put(work, row["id"], left):
                return Next.LATER
            gone += 1
        if gone:
            await work.note(gone=gone)
        work.journaled = rows[-1]["id"]
        await asyncio.sleep(0)
    return Next.DONE


async def _webhooks(work: Work) -> Sequence[Row]:
    values = {"after": work.journaled, "limit": WEBHOOKS}
    return await work.around.store.read(lambda tx: tx.all(JOURNAL["journal"], **values))


async def _put(work: Work, id: int, body: bytes) -> bool:
    """Keep *body* in place of what the webhook was; False while it is still to be parsed."""

    async def unit(tx: Tx) -> bool:
        if await tx.one(JOURNAL["still_open"], id=id) is not None:
            return False
        await tx.run(JOURNAL["put_body"], id=id, body=body)
        return True

    return await work.around.store.write(unit)


def _ours(work: Work, row: Row) -> bool:
    """Whether a webhook may speak of the tenant's contacts: one that came for a channel of another does
    not."""
    if not row["channel"]:
        return True
    found = work.around.channels.find(row["provider"], row["channel"])
    return found is None or found.tenant == work.tenant


def _numbers_of_others(work: Work) -> frozenset[str]:
    """Ids of the numbers of other tenants: the same person may have written to them too."""
    ours = {each.number for each in work.around.channels if each.tenant == work.tenant}
    theirs = {each.number for each in work.around.channels if each.tenant != work.tenant}
    return frozenset(each for each in theirs - ours if each)
