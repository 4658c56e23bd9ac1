"""A flow that went on in another turn is not written over."""

from __future__ import annotations

import pytest
from msgspec.structs import replace

from gateway.errors import SerializationFailure
from gateway.flows.record import FlowRow, FlowWrite
from gateway.pipeline.effects import Effects, write_effects
from gateway.pipeline.queries import FLOW
from gateway.store import Store

ROW = FlowRow(
    "duka", "f1", "shop", "order", "c1", "waiting", "wait:paid", "1", "[[],{}]", "{}", 0, 1, 0, 1, 1
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
