"""Reading the log of a tenant behind a number."""

from __future__ import annotations

from msgspec import Struct

from gateway.errors import GatewayError
from gateway.feed.queries import FEED
from gateway.feed.record import Numbered
from gateway.store.port import Tx

#: How many numbers one reading looks at, at most: a filter that finds little must not read the whole log.
SPAN = 10_000


class Gone(GatewayError):
    """The log does not go back that far any more; *oldest* is the first number that is kept."""

    def __init__(self, oldest: int) -> None:
        super().__init__(f"events before {oldest} are not kept any more; go on with after={oldest - 1}")
        self.oldest = oldest


class Stretch(Struct, frozen=True):
    """*events* in order, *last* the number up to which was looked, *head* the newest there is."""

    events: list[Numbered]
    last: int
    head: int


async def read_after(tx: Tx, tenant: str, after: int, limit: int, kinds: str = "") -> Stretch:
    """The events of *tenant* behind *after*: *limit* at most, only of *kinds* (",message.received,", "" for
    all). Raises `Gone`.

    The head is read first: what has a number up to it is there, so nothing is passed over.
    """
    head = int(await tx.value(FEED["head"], tenant=tenant) or 0)
    oldest = int(await tx.value(FEED["oldest"], tenant=tenant) or head + 1)
    if after < oldest - 1:
        raise Gone(oldest)
    until = min(head, after + SPAN)
    if until <= after:
        return Stretch([], after, head)
    rows = await tx.all(FEED["after"], tenant=tenant, after=after, until=until, kinds=kinds, limit=limit)
    events = [Numbered(tenant, row["seq"], row["id"], row["kind"], row["at"], row["data"]) for row in rows]
    return Stretch(events, events[-1].seq if len(events) == limit else until, head)
