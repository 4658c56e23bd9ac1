"""The beginning: nothing leads to the contact any more, nothing of it happens any more, and it is written
down that nobody with these names is to be written to."""

from __future__ import annotations

from gateway.consent import suppress
from gateway.erasure.queries import ERASURE, removal
from gateway.erasure.tables import OPEN
from gateway.erasure.who import Who, who_of
from gateway.erasure.work import ROWS, Next, Work, each_of
from gateway.store.port import Tx

#: Seconds that a part which is on its way to the provider gets to arrive.
ON_ITS_WAY = 60.0


async def names(work: Work) -> Next:
    """Take the contact's names away, so that whoever writes under them from now on is somebody new; and
    keep hashes of them, so that this somebody gets nothing unasked."""
    row = work.row
    await work.remove(lambda tx: _unname(tx, work))
    found: Who = await work.around.store.scope(row.tenant).read(lambda tx: who_of(tx, row))
    found.messages, found.ids = work.who.messages, work.who.ids
    work.who = found
    if not row.expected:
        counts = [await work.value(ERASURE["count"], conversation=talk.id) for talk in found.talks]
        row.expected = 20 + 4 * sum(counts)
        await work.note()
    return Next.DONE


async def _unname(tx: Tx, work: Work) -> int:
    row, around = work.row, work.around
    who, now = await who_of(tx, row), around.clock.now()
    key = await suppress.key(tx, around.seal, row.tenant)
    await suppress.suppress(tx, key, row.tenant, who.names, ("service", "marketing"), "erasure", now)
    for each in who.names:
        name = {"kind": each.kind, "scope": each.scope, "value": each.value}
        await tx.run(ERASURE["keep_name"], tenant=row.tenant, id=row.id, **name)
    if who.names:
        hashes = sorted(suppress.digest(key, each.kind, each.value).hex() for each in who.names)
        await tx.run(ERASURE["sign"], tenant=row.tenant, id=row.id, digest=" ".join(hashes))
    gone = await tx.run(ERASURE["drop_identities"], tenant=row.tenant, contact=row.contact)
    gone += await tx.run(ERASURE["drop_words"], tenant=row.tenant, contact=row.contact)
    await tx.run(ERASURE["unname"], tenant=row.tenant, contact=row.contact)
    return gone


async def stop(work: Work) -> Next:
    """Take back what is to be sent, end flows, jobs and turns. What is on its way at this moment may arrive
    first."""
    for talk in work.who.talks:
        since = work.around.clock.now() - int(ON_ITS_WAY * 1_000_000)
        sending = await work.value(ERASURE["sending"], conversation=talk.id, since=since)
        if sending and work.waits(ON_ITS_WAY):
            return Next.LATER
        await _stop(work, talk.id)
    work.patience = 0
    return Next.DONE


async def _stop(work: Work, conversation: str) -> None:
    flows = [row["id"] for row in await work.all(ERASURE["flows"], conversation=conversation)]
    parts = [row["id"] for row in await work.all(ERASURE["parts_in_queue"], conversation=conversation)]
    while events := await work.all(ERASURE["events"], conversation=conversation, limit=100):
        ids = [row["id"] for row in events]
        work.who.ids.update(ids)
        await work.remove(lambda tx, ids=ids: _end(tx, work.tenant, ids))  # type: ignore[misc]
    await work.remove_each(removal("flow_wait", ("flow",), "flow"), flows, limit=ROWS)
    for held in OPEN:
        if held.by == "conversation":
            sql = removal(held.table, held.key, held.column)
            while await work.remove_each(sql, [conversation], limit=ROWS) == ROWS:
                pass
    work.around.withdrawn(work.tenant, parts)
    for flow in flows:
        work.around.flow_ended(work.tenant, conversation, flow)


async def _end(tx: Tx, tenant: str, events: list[str]) -> int:
    """Events that no plugin will see any more."""
    gone = await each_of(tx, removal("done", ("event", "plugin"), "event"), tenant, events, limit=ROWS)
    return gone + await each_of(tx, removal("event", ("id",), "id"), tenant, events, limit=ROWS)
