"""However updates are put together, our parser reads each of them once."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from providers.meta_cloud import provider
from providers.meta_cloud.simulator import MetaSimulator
from providers.meta_cloud.simulator.envelope import Update, encode, payload
from tests.providers.meta_cloud.simulator.shapes import FIELDS, INBOUND

RECIPES = {**INBOUND, **FIELDS}


async def updates_of(name: str) -> list[Update]:
    """What one recipe has the simulator deliver."""
    sim, kept = MetaSimulator(), []

    async def keep(updates: list[Update]) -> None:
        kept.extend(updates)

    sim._emitter.deliver = keep  # type: ignore[method-assign]
    await RECIPES[name](sim)
    return kept


@pytest.fixture(scope="module")
def updates() -> dict[str, list[Update]]:
    """Every recipe's updates, made once."""
    return {name: asyncio.run(updates_of(name)) for name in RECIPES}


def read(updates: list[Update]) -> Counter[Any]:
    """The events of one webhook, as (kind, number)."""
    parsed = provider.parse(encode(payload(updates)))
    assert parsed.failures == ()
    return Counter((type(event).__name__, event.number) for event in parsed.events)


@given(names=st.lists(st.sampled_from(sorted(RECIPES)), min_size=1, max_size=40), rnd=st.randoms())
@settings(max_examples=150, deadline=None)
def test_a_batch_is_read_like_its_parts(updates: dict[str, list[Update]], names: list[str], rnd: Any) -> None:
    """Any updates in any order, of two numbers: one webhook has exactly the events of single ones."""
    lines = [update.line for update in updates["in_text"]]
    other = type(lines[0])("402", "15550100000", "199")
    mixed = [
        Update(rnd.choice([update.line, other]), update.field, update.value, update.at)
        for name in names
        for update in updates[name]
    ]
    rnd.shuffle(mixed)
    alone: Counter[Any] = Counter()
    for update in mixed:
        alone += read([update])
    assert read(mixed) == alone


@given(names=st.lists(st.sampled_from(sorted(RECIPES)), min_size=1, max_size=10))
@settings(max_examples=50, deadline=None)
def test_joining_changes_nothing_that_is_joined(updates: dict[str, list[Update]], names: list[str]) -> None:
    """Making one webhook leaves the updates as they were: the same ones can go out again."""
    chosen = [update for name in names for update in updates[name]]
    once = encode(payload(chosen))
    assert encode(payload(chosen)) == once
