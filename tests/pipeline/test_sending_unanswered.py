"""A commit that was durable and not answered: what it says is being sent is sent by nobody, and goes soon."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.errors import StoreUnavailable
from gateway.model.ids import new_id
from gateway.pipeline import numbers
from gateway.pipeline.effects import Effects, part_row
from gateway.pipeline.outgoing import OutMessage
from gateway.pipeline.queries import OUTBOX
from gateway.settings import Sending
from gateway.store.port import Store
from tests.pipeline.senders import Town
from tests.pipeline.world import Servers, eventually


@pytest.mark.parametrize("tries", [1, 2])
async def test_a_reply_whose_commit_was_not_answered_is_sent_soon(
    store: Store, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch, tries: int
) -> None:
    """It is sent once, before what comes behind it, and is not in doubt: it was never begun."""
    monkeypatch.setattr(numbers, "WINDOW", 0.0)
    town = Town(store, tmp_path, servers, Sending(pair_burst=100), 1)
    [process] = town.processes

    async def overtaken() -> bool:
        return False

    async def unanswered() -> bool:
        row = part_row(first, 1)
        assert row["state"] == "sending"
        await store.write(lambda tx: tx.each(OUTBOX["add_in_order"], [row]))
        raise StoreUnavailable("the connection was lost at the commit")

    async with town.running():
        await town.give(process)
        first = town.part("1")
        effects = Effects(messages=[OutMessage(row={"id": new_id()}, parts=[first])])
        with pytest.raises(StoreUnavailable):
            await process.outbox.keep("duka", effects, first.created_at, unanswered)
        if tries == 2:  # a job keeps the same once more, and finds that it is kept
            assert not await process.outbox.keep("duka", effects, first.created_at, overtaken)
        await process.post(town.part("2"))
        await eventually(lambda: servers.texts == ["1", "2"], 5.0)

    assert await town.open() == []
    assert process.outbox.unsure == {}
    assert len(process.doubts) == 0


async def test_a_second_try_that_is_kept_is_sent_by_itself(
    store: Store, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first try left nothing behind: nobody but the second one sends the part, also while it is slow."""
    monkeypatch.setattr(numbers, "WINDOW", 0.0)
    town = Town(store, tmp_path, servers, Sending(pair_burst=100), 1)
    [process] = town.processes

    async def away() -> bool:
        raise StoreUnavailable("the database is away")

    async def slow() -> bool:
        await store.write(lambda tx: tx.each(OUTBOX["add_in_order"], [part_row(first, 1)]))
        await process.refill.sweep()
        return True

    async with town.running():
        await town.give(process)
        first = town.part("1")
        effects = Effects(messages=[OutMessage(row={"id": new_id()}, parts=[first])])
        with pytest.raises(StoreUnavailable):
            await process.outbox.keep("duka", effects, first.created_at, away)
        assert await process.outbox.keep("duka", effects, first.created_at, slow)
        await eventually(lambda: servers.texts == ["1"])
        await process.refill.sweep()

    assert servers.texts == ["1"]
    assert await town.open() == []
