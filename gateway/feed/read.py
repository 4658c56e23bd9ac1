"""Reading the log of a tenant behind a number."""

from __future__ import annotations

from collections.abc import Collection

from msgspec import Struct

from gateway.errors import GatewayError
from gateway.feed.queries import FEED
from gateway.feed.record import Block, Numbered
from gateway.store.port import Tx

#: How many numbers one reading looks at, at most: a filter that finds little must not read the whole log.
SPAN = 10_000
#: How many numbers are looked at together, where only some kinds are wanted.
STEP = 1000


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


async def read_after(tx: Tx, tenant: str, after: int, limit: int, kinds: Collection[str] = ()) -> Stretch:
    """The events of *tenant* behind *after*: *limit* at most, of *kinds* if there are any. Raises `Gone`.

    The head is read first: what has a number up to it is there, so nothing is passed over.
    """
    head = await head_of(tx, tenant)
    oldest = await _oldest(tx, tenant, head)
    if after < oldest - 1:
        raise Gone(oldest)
    last, end = after, min(head, after + SPAN)
    events: list[Numbered] = []
    while last < end and len(events) < limit:
        until = min(end, last + (STEP if kinds else limit))
        for block in await _blocks(tx, tenant, last, until):
            events += [
                event for event in block.events()
                if last < event.seq <= until and (not kinds or event.kind in kinds)
            ]  # fmt: skip
        last = until
    if len(events) >= limit:
        events = events[:limit]
        last = events[-1].seq
    return Stretch(events, last, head)


async def head_of(tx: Tx, tenant: str) -> int:
    """The newest number of *tenant*, 0 before the first."""
    return int(await tx.value(FEED["head"], tenant=tenant) or 0)


async def oldest_of(tx: Tx, tenant: str) -> int:
    """The oldest number that is kept; where nothing is, the one that comes next."""
    return await _oldest(tx, tenant, await head_of(tx, tenant))


async def _oldest(tx: Tx, tenant: str, head: int) -> int:
    """The same. *head* was read before: what came since is none that is not kept any more."""
    oldest = await tx.value(FEED["oldest"], tenant=tenant)
    return int(oldest) if oldest else head + 1


async def event_of(tx: Tx, tenant: str, seq: int) -> Numbered | None:
    """The event *seq* of *tenant*; None when it is not there (any more)."""
    try:
        found = (await read_after(tx, tenant, seq - 1, 1)).events
    except Gone:
        return None
    return found[0] if found else None


async def _blocks(tx: Tx, tenant: str, after: int, until: int) -> list[Block]:
    """Every block with an event in (*after*, *until*], and no other."""
    rows = await tx.all(FEED["between"], tenant=tenant, since=after + 1, until=until)
    return [Block(tenant, row["first"], row["id"], row["at"], row["n"], row["data"]) for row in rows]
