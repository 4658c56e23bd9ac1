"""The numbers of the log: 1, 2, 3, … per tenant, causes before effects, whatever dies in between."""

from __future__ import annotations

from gateway.feed import facts, note
from gateway.feed.queries import FEED
from gateway.feed.read import read_after
from gateway.feed.record import Numbered
from gateway.feed.sequence import Sequencer, number
from gateway.store import Store


def noted(tenant: str, n: int) -> note.Row:
    """An event that says which one it is."""
    return note.row(tenant, "contact.created", facts.ContactMet(f"c{n}"), n)


async def log_of(store: Store, tenant: str) -> list[Numbered]:
    """The whole log of *tenant*, as a client reads it that comes back for each page."""
    found: list[Numbered] = []
    while True:
        last = found[-1].seq if found else 0
        page = await store.scope(tenant).read(lambda tx: read_after(tx, tenant, last, 7))  # noqa: B023
        if not page.events:
            return found
        found += page.events


async def test_each_tenant_counts_for_itself(store: Store) -> None:
    """Events of tenants that came mixed have 1, 2, 3 in each log, in the order in which they were noted."""
    rows = [noted("duka" if n % 3 else "soko", n) for n in range(30)]
    await store.write(lambda tx: note.write(tx, rows))
    sequencer = Sequencer(store)
    told: list[dict[str, int]] = []
    sequencer.on_new.append(lambda heads: told.append(dict(heads)))

    assert await sequencer.sweep() == 30
    assert told == [{"duka": 20, "soko": 10}]
    for tenant, of in (("duka", [n for n in range(30) if n % 3]), ("soko", list(range(0, 30, 3)))):
        log = await log_of(store, tenant)
        assert [event.seq for event in log] == list(range(1, len(of) + 1))
        assert [event.at for event in log] == of
    assert await store.read(lambda tx: tx.value(FEED["waiting"])) is None
    assert await store.write(lambda tx: number(tx)) == []
