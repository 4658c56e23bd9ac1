"""The page's stream keeps its order, and costs nothing for those who do not read."""

from __future__ import annotations

import asyncio
import re

from hypothesis import given
from hypothesis import strategies as st

from gateway.demo.phone import news as module
from gateway.demo.phone.news import News


async def read(news: News, after: int) -> tuple[list[int], bool]:
    """The numbers of the events after *after* until the stream ends, and whether it asks to load anew."""
    numbers, reset = [], False
    async for line in news.after(after):
        reset = reset or b"event: reset" in line
        numbers += [int(found) for found in re.findall(rb"^id: (\d+)$", line, re.M)]
    return numbers, reset


@given(st.integers(0, 30), st.integers(0, 35), st.integers(1, 12))
def test_a_reader_gets_all_in_order_or_is_told(told: int, after: int, kept: int) -> None:
    """Every event after the one that it knows, once and in order; or that it has missed some."""

    async def run() -> tuple[list[int], bool]:
        news = News(kept)
        for _ in range(told):
            news.tell("x")
        reading = asyncio.ensure_future(read(news, after))
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        news.close()
        return await reading

    numbers, reset = asyncio.run(run())
    possible = told - kept <= after <= told
    assert reset is (not possible)
    assert numbers == (list(range(after + 1, told + 1)) if possible else [])


async def test_a_slow_reader_is_told_to_load_anew() -> None:
    """Who stands still while more happens than is kept does not get half of it."""
    news = News(kept=3)
    news.tell("first")
    stream = news.after(0)
    assert b"id: 1\n" in await anext(stream)
    for _ in range(5):
        news.tell("more")
    assert b"event: reset" in await anext(stream)


async def test_silence_keeps_the_connection(monkeypatch) -> None:
    """A line that means nothing is sent in a pause, and the next event follows at once."""
    monkeypatch.setattr(module, "SILENCE", 0.01)
    news = News()
    stream = news.after(0)
    assert (await anext(stream)).startswith(b":")
    news.tell("x", text="a\nb\u2028c")
    lines = b""
    while b"id: 1" not in lines:
        lines = await anext(stream)
    assert lines.count(b"\n") == 3
