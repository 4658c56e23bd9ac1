"""The wire, recorded."""

from __future__ import annotations

import asyncio

from hypothesis import given
from hypothesis import strategies as st

from gateway.simulator import traffic as module
from gateway.simulator.traffic import KEPT, SHOWN, Traffic


def note(traffic: Traffic, body: bytes = b"", answer: bytes = b"") -> None:
    """One exchange."""
    traffic.note("api", "POST", "http://x/", {}, body, 200, answer, 0.1)


async def watched(traffic: Traffic, count: int, into: list[int]) -> None:
    """Take *count* exchanges."""
    async for exchange in traffic.watch():
        into.append(exchange.number)
        if len(into) == count:
            return


async def test_every_watcher_gets_every_exchange_from_its_beginning_on() -> None:
    """In order, each its own; what was before is in the list."""
    traffic = Traffic()
    note(traffic)
    one: list[int] = []
    other: list[int] = []
    tasks = [asyncio.ensure_future(watched(traffic, 3, seen)) for seen in (one, other)]
    await asyncio.sleep(0)
    for _ in range(2):
        note(traffic)
    await asyncio.sleep(0)
    note(traffic)
    await asyncio.gather(*tasks)
    assert one == other == [2, 3, 4]
    assert [exchange.number for exchange in traffic.exchanges] == [1, 2, 3, 4]


async def test_a_slow_watcher_costs_no_memory() -> None:
    """Who does not look gets the newest that are kept, still in order."""
    traffic = Traffic()
    stream = traffic.watch()
    waiting = asyncio.ensure_future(anext(stream))
    await asyncio.sleep(0)
    for _ in range(KEPT + 50):
        note(traffic)
    first = (await waiting).number
    assert first == 51
    assert (await anext(stream)).number == 52


@given(st.binary(max_size=40), st.text(max_size=40))
def test_any_bytes_are_noted(raw: bytes, text: str) -> None:
    """Texts as they are, what is no text by its length."""
    traffic = Traffic()
    note(traffic, raw, text.encode())
    [exchange] = traffic.exchanges
    assert exchange.answer == (text if "\0" not in text else f"({len(text.encode())} bytes)")
    assert isinstance(exchange.body, str)


def test_a_long_text_is_cut_between_characters() -> None:
    """Cyrillic letters take two bytes, and none of them is torn."""
    body = ("a" + "я" * SHOWN).encode()
    assert module._shown(body) == "a" + "я" * ((SHOWN - 1) // 2)
