"""START of somebody who gets messages anyway is a word like any other: it counts; and of who is muted it is
heard by the house alone."""

from __future__ import annotations

from pathlib import Path

from gateway.clock import SystemClock
from gateway.house.hush import WORD
from gateway.store.port import Store
from tests.house.test_hush import SECOND, Echo, hear, line_with
from tests.pipeline.world import running, serving, value


async def test_a_flood_of_start_is_a_flood(store: Store, tmp_path: Path) -> None:
    """Thirty are answered, and the next gets the word."""
    begin = SystemClock().now() - 900 * SECOND
    echo = Echo()
    async with serving() as servers:
        line = line_with(store, tmp_path, servers, echo)
        async with running(line):
            await hear(line, ["start"] * 40, begin, 0.5)
    assert echo.seen == 30
    assert servers.texts == [*["start"] * 30, WORD]


async def test_who_is_muted_and_out_is_in_again_with_start(store: Store, tmp_path: Path) -> None:
    """The house hears it from everybody; nobody else does."""
    begin = SystemClock().now() - 900 * SECOND
    echo = Echo()
    async with serving() as servers:
        line = line_with(store, tmp_path, servers, echo)
        async with running(line):
            await hear(line, ["hi"] * 32, begin, 0.5)
            await hear(line, ["STOP"], begin + 17 * SECOND, 0.5)
            await hear(line, ["START", "START"], begin + 18 * SECOND, 0.5)
    assert echo.seen == 30
    assert [text[:12] for text in servers.texts[31:]] == ["You will get"] * 2
    assert await value(store, "select state from consent where purpose = 'service'") == "in"
