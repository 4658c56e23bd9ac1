"""A contact that is being erased gets nothing that answers nobody, however long the erasure takes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.audit import GATEWAY
from gateway.clock import ManualClock
from gateway.erasure import request
from gateway.errors import NotAllowed
from gateway.model.outbound import Template
from gateway.store.port import Store
from tests.pipeline.world import Servers, running, value
from tests.policy.places import KENYAN, ask, decided, ruled


@pytest.mark.parametrize("named", [True, False])
async def test_nothing_is_sent_while_an_erasure_is_under_way(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock, named: bool
) -> None:
    """From when it is asked for, also when the names, by which the suppression is found, are gone."""
    line = await ruled(store, tmp_path, servers, clock)
    waits = await ask(line, Template("by the way", "en"), KENYAN)
    contact = await value(store, "select contact from identity where value = :v", v=KENYAN)
    begun = await store.write(lambda tx: request.erase(tx, "duka", contact, GATEWAY, clock.now()))
    assert begun
    if not named:
        await store.write(lambda tx: tx.run("delete from identity where contact = :c", c=contact))
    async with running(line):
        await _sent_or_dropped(store)
        if named:
            with pytest.raises(NotAllowed) as refused:
                await ask(line, Template("an offer", "en"), KENYAN)
            assert refused.value.code == "suppressed"
    assert servers.texts == []
    assert await decided(store, waits) == [("drop", "suppressed")]


async def _sent_or_dropped(store: Store) -> None:
    for _ in range(6000):
        if await value(store, "select count(*) from part"):
            return
        await asyncio.sleep(0.005)
    raise AssertionError("nothing became of the message")
