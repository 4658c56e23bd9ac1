"""The fold of statuses: whatever their order and number, a part ends in the same state."""

from __future__ import annotations

import asyncio
from itertools import permutations
from pathlib import Path

import pytest

from gateway.channels import Channel
from gateway.model.event import StatusReceived
from gateway.model.ids import new_id
from gateway.model.status import RANK, Status
from gateway.pipeline.effects import part_row
from gateway.pipeline.outcome import Outcome, settle
from gateway.pipeline.queries import OUTBOX
from gateway.pipeline.records import Part
from gateway.pipeline.status import Folded, fold, match, recall
from gateway.store.port import Store, Tx
from tests.pipeline.world import channels_of, rows, settings_of, told, value

ALL: tuple[Status, ...] = ("sent", "delivered", "read", "played", "failed")


@pytest.fixture
def channel(tmp_path: Path) -> Channel:
    """The only channel."""
    (found,) = channels_of(settings_of(tmp_path))
    return found


def _part(channel: Channel, state: str = "sending") -> Part:
    return Part(
        "duka", new_id(), new_id(), 0, channel.id, channel.shard, "c1", "+1", "reply", "{}", "", state=state,
        attempt=1, epoch=1, deadline=10**18, claimed_at=5,
    )  # fmt: skip


async def _add(tx: Tx, parts: list[Part]) -> None:
    await tx.many(OUTBOX["add"], [part_row(part, 1) for part in parts])


def _statuses(part: Part, order: tuple[Status, ...], correlated: bool) -> list[StatusReceived]:
    return [
        told(f"w.{part.id}", status, correlation=part.correlation if correlated else "", at=RANK[status])
        for status in order
    ]


@pytest.mark.parametrize("correlated", [True, False], ids=["correlated", "by id"])
@pytest.mark.parametrize("accepted_after", [0, 2, 5], ids=["accepted first", "in between", "last"])
async def test_every_order_of_the_statuses_gives_the_same_state(
    store: Store, channel: Channel, correlated: bool, accepted_after: int
) -> None:
    """All 120 orders, each told twice, the send's outcome stored before, between or after them."""
    orders = list(permutations(ALL))
    parts = [_part(channel) for _ in orders]
    await store.write(lambda tx: _add(tx, parts))

    for step in range(len(ALL) + 1):
        if step == accepted_after:
            outcomes = [Outcome(part, "accepted", f"w.{part.id}") for part in parts]
            await store.write(lambda tx, some=outcomes: settle(tx, some, 7))  # type: ignore[misc]
        if step < len(ALL):
            batch = [
                (channel, status)
                for part, order in zip(parts, orders, strict=True)
                for status in _statuses(part, order[step : step + 1], correlated) * 2
            ]
            await store.write(lambda tx, some=batch: fold(tx, some, 8))  # type: ignore[misc]

    found = await rows(store, "select status, rank, provider_message_id, id, error from part")
    assert len(found) == len(parts)
    assert {row["status"] for row in found} == {"played"}
    assert all(row["provider_message_id"] == f"w.{row['id']}" for row in found)
    assert await value(store, "select count(*) from outbox") == 0
    assert await value(store, "select count(*) from status") == len(parts) * len(ALL)


@pytest.mark.parametrize("order", list(permutations(("sent", "delivered", "failed"))), ids="-".join)
async def test_a_failure_after_delivery_is_logged_and_not_applied(
    store: Store, channel: Channel, order: tuple[Status, ...]
) -> None:
    """What was delivered stays delivered; the log has the failure too."""
    part = _part(channel)
    await store.write(lambda tx: _add(tx, [part]))
    await store.write(lambda tx: settle(tx, [Outcome(part, "accepted", f"w.{part.id}")], 7))

    for status in _statuses(part, order, False):
        await store.write(lambda tx, one=status: fold(tx, [(channel, one)], 8))  # type: ignore[misc]

    assert await value(store, "select status from part") == "delivered"
    assert await value(store, "select count(*) from status where status = 'failed'") == 1


async def test_a_failure_after_sent_is_applied(store: Store, channel: Channel) -> None:
    """The provider took it and could not deliver it."""
    part = _part(channel)
    await store.write(lambda tx: _add(tx, [part]))
    await store.write(lambda tx: settle(tx, [Outcome(part, "accepted", f"w.{part.id}")], 7))

    batch = [(channel, one) for one in _statuses(part, ("failed", "sent"), False)]
    await store.write(lambda tx: fold(tx, batch, 8))

    assert await value(store, "select status from part") == "failed"


@pytest.mark.parametrize("state", ["sending", "in_doubt"])
async def test_a_correlated_status_proves_a_part_whose_answer_was_lost(
    store: Store, channel: Channel, state: str
) -> None:
    """The outbox row becomes the record, with the provider's id; a late answer finds nothing to do."""
    part = _part(channel, state)
    await store.write(lambda tx: _add(tx, [part]))

    (done,) = await store.write(
        lambda tx: fold(tx, [(channel, told("w.9", "sent", correlation=part.correlation))], 8)
    )

    assert (done.proved, done.moved, done.matched, done.part) == (True, True, True, part.id)
    assert await value(store, "select provider_message_id from part") == "w.9"
    assert await store.write(lambda tx: settle(tx, [Outcome(part, "accepted", "w.9")], 9)) == [False]
    assert await value(store, "select count(*) from part") == 1


@pytest.mark.parametrize("together", [True, False], ids=["one webhook", "two webhooks"])
async def test_a_proof_takes_over_what_was_told_without_our_id(
    store: Store, channel: Channel, together: bool
) -> None:
    """A "read" without correlation came first and knew no part; the proof by "sent" remembers it."""
    part = _part(channel, "in_doubt")
    await store.write(lambda tx: _add(tx, [part]))
    batch = [(channel, told("w.9", "read")), (channel, told("w.9", "sent", correlation=part.correlation))]

    for some in [batch] if together else [batch[:1], batch[1:]]:
        await store.write(lambda tx, some=some: fold(tx, some, 8))  # type: ignore[misc]

    assert await value(store, "select status from part") == "read"


async def test_a_second_provider_id_for_one_part_is_noticed(store: Store, channel: Channel) -> None:
    """It was sent twice: both ids carry the same part, in one webhook or in two."""
    part = _part(channel)
    await store.write(lambda tx: _add(tx, [part]))
    await store.write(lambda tx: settle(tx, [Outcome(part, "accepted", "w.1")], 7))
    second = told("w.2", "sent", correlation=part.correlation)
    first = told("w.1", "delivered", correlation=part.correlation)

    folded = await store.write(lambda tx: fold(tx, [(channel, first), (channel, second)], 8))

    assert {one.event.message_id: one.doubled for one in folded} == {"w.1": False, "w.2": True}
    assert await value(store, "select provider_message_id from part") == "w.1"


async def test_a_status_of_a_stranger_changes_nothing(store: Store, channel: Channel) -> None:
    """It is logged, matched with nothing, and matching it again later is harmless."""
    folded = await store.write(
        lambda tx: fold(tx, [(channel, told("w.x", "read", correlation="g1.no.1"))], 8)
    )
    await store.write(lambda tx: match(tx, folded, 9))

    assert [one.matched for one in folded] == [False]
    assert await value(store, "select count(*) from part") == 0
    assert await value(store, "select count(*) from status") == 1


async def test_a_status_told_twice_is_new_once(store: Store, channel: Channel) -> None:
    """In one webhook and again in the next."""
    one = told("w.1", "sent")

    async def again() -> list[Folded]:
        return await store.write(lambda tx: fold(tx, [(channel, one), (channel, one)], 8))

    assert [len(await again()), len(await again())] == [1, 0]


async def test_a_part_that_was_given_up_is_raised_by_any_status(store: Store, channel: Channel) -> None:
    """Ten minutes without a word, then "sent" after all."""
    part = _part(channel, "in_doubt")
    await store.write(lambda tx: _add(tx, [part]))
    await store.write(lambda tx: settle(tx, [Outcome(part, "gave_up", reason="in_doubt")], 7))
    assert await value(store, "select status from part") == "in_doubt"

    status = told("w.1", "sent", correlation=part.correlation)
    await store.write(lambda tx: fold(tx, [(channel, status)], 8))

    (row,) = await rows(store, "select status, provider_message_id from part")
    assert tuple(row) == ("sent", "w.1")


async def test_a_status_logged_and_not_folded_is_recalled(store: Store, channel: Channel) -> None:
    """A process that ended between the two leaves it to the next one."""
    part = _part(channel)
    await store.write(lambda tx: _add(tx, [part]))
    statuses = [(channel, status) for status in _statuses(part, ("delivered",), False)]
    folded = await store.write(lambda tx: fold(tx, statuses, 8))
    assert [one.matched for one in folded] == [False]
    await store.write(lambda tx: settle(tx, [Outcome(part, "accepted", f"w.{part.id}")], 7))
    await store.write(lambda tx: tx.run("update part set status = 'accepted', rank = 10"))

    assert await store.write(lambda tx: recall(tx, 7, 9)) == 1
    assert await store.write(lambda tx: recall(tx, 7, 9)) == 0
    assert await value(store, "select status from part") == "delivered"


@pytest.mark.parametrize("status", ["sent", "read"])
async def test_a_proof_that_waits_for_the_outcome_raises_its_part(
    store: Store, channel: Channel, status: Status
) -> None:
    """The status and the outcome of its send are stored at the same moment, many times over."""
    for _ in range(20):
        part = _part(channel)
        await store.write(lambda tx, part=part: _add(tx, [part]))  # type: ignore[misc]
        told_ = [(channel, one) for one in _statuses(part, (status,), True)]
        await asyncio.gather(
            store.write(lambda tx, part=part: settle(tx, [Outcome(part, "accepted", f"w.{part.id}")], 7)),  # type: ignore[misc]
            store.write(lambda tx, told_=told_: fold(tx, told_, 8)),  # type: ignore[misc]
        )

    assert {row["status"] for row in await rows(store, "select status from part")} == {status}
