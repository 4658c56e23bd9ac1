"""Webhooks that arrive at machines whose clocks differ are in the order in which they came."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateway.cluster.members import Members
from gateway.pipeline.journal import JournalIds
from gateway.pipeline.records import RawWebhook
from gateway.store import connect
from tests.cluster.test_drift import Ahead
from tests.pipeline.members import ALL, Node, message, texts
from tests.pipeline.world import raw_of
from tests.support.postgres import Urls

_AMINA = "+254700000001"


async def test_order_holds_between_clocks_that_differ(postgres_urls: Urls, tmp_path: Path) -> None:
    """A contact's messages reach two processes in turn, whose clocks are 1.5 s apart; a third one parses."""
    store = connect(postgres_urls.url, worker_url=postgres_urls.worker_url)
    await store.open(own=False)
    clocks = (Ahead(0.0), Ahead(1.5))
    members = [Members(store, clock, takes=False) for clock in clocks]
    numbers = [JournalIds(member) for member in members]
    owner = Node(store, tmp_path, 9)
    await owner.own(ALL)
    for member in members:
        await member.join()
    ids = []
    for n in range(10):
        made, now = raw_of(message(f"{n}")), clocks[n % 2].now()
        raw = RawWebhook(numbers[n % 2](now), "fake", "", ("a",), now, made.headers, made.body)
        await owner.journal.append(raw)
        ids.append(raw.id)
        await asyncio.sleep(0.02)
    await owner.all()

    assert ids == sorted(ids)
    assert await texts(store) == {("a", _AMINA): [f"{n}" for n in range(10)]}
    for member in members:
        await member.leave(1.0)
    await store.close()


class Two:
    """A process whose offset a test sets."""

    number, offset = 2, 1_000


def test_ids_never_go_back() -> None:
    """Also when the database's clock turns out to be less far ahead than it seemed."""
    process = Two()
    ids = JournalIds(process)
    first = ids(5_000)
    process.offset = 0
    later = [ids(5_000), ids(5_001), ids(9_000)]

    assert first == 6_000 * 1024 + 2
    assert [first, *later] == sorted({first, *later})
    assert later[-1] == 9_000 * 1024 + 2
