"""The end: what is known of the contact, then the contact."""

from __future__ import annotations

from gateway.erasure.queries import ERASURE, removal
from gateway.erasure.said import drop_file
from gateway.erasure.tables import KNOWN
from gateway.erasure.work import ROWS, Next, Work, each_of
from gateway.media.keep import KeepUnavailable
from gateway.store.port import Tx


async def known(work: Work) -> Next:
    """Everything but the contact and its conversations, which are the thread by which a later start finds
    the rest."""
    try:
        for row in await work.all(ERASURE["exports_of"], contact=work.who.contact):
            if row["media"]:
                await drop_file(work, row["media"])
    except KeepUnavailable:
        return Next.LATER
    for held in KNOWN:
        if held.table not in ("conversation", "contact"):
            sql = removal(held.table, held.key, held.column)
            while await work.remove_each(sql, [work.who.contact], limit=ROWS) == ROWS:
                pass
    return Next.DONE


class Late(Exception):
    """Something came into a conversation while the last round went on."""


async def contact(tx: Tx, work: Work) -> int:
    """The conversations and the contact itself, in the transaction that ends the erasure. Raises `Late`, for
    nobody finds what is in a conversation that is gone."""
    tenant, who = work.tenant, work.who
    talks = await tx.all(ERASURE["conversations"], tenant=tenant, contact=who.contact)
    gone = 0
    for table, key, column in (
        ("identity", ("kind", "scope", "value"), "contact"),
        ("conversation", ("channel", "contact"), "contact"),
        ("contact", ("id",), "id"),
    ):
        gone += await each_of(tx, removal(table, key, column), tenant, [who.contact], limit=ROWS)
    for talk in talks:  # behind the removal, which waits for whoever writes there at this moment
        if await tx.one(ERASURE["tail"], tenant=tenant, conversation=talk["id"]) is not None:
            raise Late
    gone += await tx.run(ERASURE["drop_names"], tenant=tenant, id=work.row.id)
    return gone
