"""A flow that went on in another turn is not written over."""

from __future__ import annotations

import asyncio

import pytest
from msgspec.structs import replace

from gateway.errors import SerializationFailure
from gateway.flows.record import FlowRow, FlowWrite
from gateway.pipeline.effects import Effects, write_effects
from gateway.pipeline.queries import FLOW
from gateway.store import Store
from gateway.store.port import Tx

ROW = FlowRow(
    "duka", "f1", "shop", "order", "c1", "waiting", "wait:paid", "1", "[[],{}]", "{}", 0, 1, 0, 1, 1
)
WAITING = "select count(*) from pg_locks where not granted"
PEOPLE = (
    "insert into contact (tenant, id, name, username, language, created_at) "
    "values ('duka', 'ana', '', '', '', 0)",
    "insert into conversation (tenant, channel, contact, id, address, window_until, last_at, unread, "
    "created_at) values ('duka', 'main', 'ana', 'c1', '+254711000001', 0, 0, 0, 0)",
)


async def _write(store: Store, *writes: FlowWrite) -> None:
    await store.write(lambda tx: write_effects(tx, [Effects(flows=list(writes))], 5))


async def test_the_turn_that_is_late_runs_again(store: Store) -> None:
    """Whoever writes behind another, or ends what another has ended, is told to run again; what it waits for
    goes with it."""
    await _write(store, FlowWrite(ROW, ("paid", "A1")))
    second = replace(ROW, version=2, pending="ask:sure")
    await _write(store, FlowWrite(second))
    with pytest.raises(SerializationFailure):
        await _write(store, FlowWrite(second))
    with pytest.raises(SerializationFailure):
        await _write(store, FlowWrite(replace(second, state="ended")))
    assert await store.read(lambda tx: tx.all(FLOW["met"], limit=9)) == []
    assert await store.read(lambda tx: tx.one(FLOW["waits"], tenant="duka", flow="f1")) is None
    await _write(store, FlowWrite(replace(ROW, version=3, state="ended")))
    assert await store.read(lambda tx: tx.one(FLOW["one"], tenant="duka", id="f1")) is None
    with pytest.raises(SerializationFailure):
        await _write(store, FlowWrite(replace(ROW, version=4, state="ended")))


async def test_one_that_begins_and_ends_in_a_turn_leaves_nothing(store: Store) -> None:
    """The last write of a turn counts."""
    await _write(store, FlowWrite(ROW), FlowWrite(replace(ROW, state="ended")))
    assert await store.read(lambda tx: tx.one(FLOW["one"], tenant="duka", id="f1")) is None


async def test_of_a_single_one_the_second_is_begun_again(store: Store) -> None:
    """Two turns that did not see each other begin one between them; another conversation, another flow and
    one whose last has ended are free."""
    await _write(store, FlowWrite(ROW, single=True))
    second = replace(ROW, id="f2")
    with pytest.raises(SerializationFailure):
        await _write(store, FlowWrite(second, single=True))
    for other in ({"conversation": "c2"}, {"plugin": "crm"}, {"name": "visit"}, {"tenant": "acme"}):
        await _write(store, FlowWrite(replace(second, id=f"f{other}", **other), single=True))
    await _write(store, FlowWrite(replace(ROW, version=2, state="ended")), FlowWrite(second, single=True))
    rows = await store.read(lambda tx: tx.all(FLOW["of_conversation"], tenant="duka", conversation="c1"))
    assert [row["id"] for row in rows if row["name"] == "order" and row["plugin"] == "shop"] == ["f2"]


async def test_who_begins_a_single_one_waits_for_who_does(store: Store) -> None:
    """What neither of two transactions has seen of the other is seen by the one that commits later."""
    late: list[asyncio.Task[None]] = []

    async def first(tx: Tx) -> None:
        await write_effects(tx, [Effects(flows=[FlowWrite(ROW, single=True)])], 5)
        late.append(asyncio.create_task(_write(store, FlowWrite(replace(ROW, id="f2"), single=True))))
        while store.dialect == "postgres" and not late[0].done() and not await tx.value(WAITING):
            pass

    async def move_in(tx: Tx) -> None:
        for statement in PEOPLE:
            await tx.run(statement)

    await store.write(move_in)
    await store.write(first)
    with pytest.raises(SerializationFailure):
        await late[0]
