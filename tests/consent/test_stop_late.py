"""STOP and START that come late or out of order: what was written last counts."""

from __future__ import annotations

from pathlib import Path

from gateway import Chat, Handled, Message, hook
from gateway.clock import HOUR, MINUTE, SystemClock
from gateway.consent.suppress import key, suppress
from gateway.model.event import Identity
from gateway.pipeline.line import Line
from gateway.store.port import Store, Tx
from tests.house.test_house_seam import quiet
from tests.pipeline.world import (
    SEAL,
    host_of,
    line_of,
    raw_of,
    rows,
    running,
    said,
    serving,
    settings_of,
    value,
)  # fmt: skip


class Shop:
    """Answers everything."""

    @hook.on_message
    async def answer(self, message: Message, chat: Chat) -> Handled:
        await chat.say(f"plugin: {message.text}")
        return Handled


async def _hear(line: Line, text: str, at: int) -> None:
    await line.journal.append(raw_of(said(text, at=at)))
    await quiet(line)


def _line(store: Store, tmp_path: Path, url: str) -> Line:
    return line_of(store, settings_of(tmp_path, url, plugins=("shop",)), host_of(shop=Shop()))


async def _service(store: Store) -> str:
    return str(await value(store, "select state from consent where purpose = 'service'"))


async def test_a_start_from_before_stop_promises_nothing(store: Store, tmp_path: Path) -> None:
    """Its webhook was brought late: the contact stays out, and is told nothing."""
    now = SystemClock().now()
    async with serving() as servers:
        line = _line(store, tmp_path, servers.url)
        async with running(line):
            await _hear(line, "hi", now - 2 * HOUR)
            await _hear(line, "STOP", now - MINUTE)
            before = len(servers.texts)
            await _hear(line, "START", now - HOUR)
            assert servers.texts[before:] == []
    assert await _service(store) == "out"


async def test_a_stop_from_before_start_changes_nothing(store: Store, tmp_path: Path) -> None:
    """It is kept as what was said then, and what is said of it is not that nothing more comes."""
    now = SystemClock().now()
    async with serving() as servers:
        line = _line(store, tmp_path, servers.url)
        async with running(line):
            await _hear(line, "hi", now - 5 * HOUR)
            await _hear(line, "STOP", now - 4 * HOUR)
            await _hear(line, "START", now - MINUTE)
            before = len(servers.texts)
            await _hear(line, "STOP", now - HOUR)
            assert servers.texts[before:] == []
    assert await _service(store) == "in"
    assert len(await rows(store, "select id from consent_event where source = 'keyword'")) >= 4


async def test_a_stop_that_is_overtaken_by_a_first_message_counts(store: Store, tmp_path: Path) -> None:
    """That somebody wrote is no word about it, whichever of the two is brought first."""
    now = SystemClock().now()
    async with serving() as servers:
        line = _line(store, tmp_path, servers.url)
        async with running(line):
            await _hear(line, "hi", now - MINUTE)
            await _hear(line, "STOP", now - HOUR)
            assert servers.texts[1].startswith("You will get no more messages")
    assert await _service(store) == "out"


async def test_a_start_from_before_an_erasure_lifts_nothing(store: Store, tmp_path: Path) -> None:
    """The list is older than none of it: it needs a START that was written afterwards."""
    now = SystemClock().now()
    names = [Identity("phone", "+254700000001")]

    async def put(tx: Tx) -> None:
        known = await key(tx, SEAL, "duka")
        await suppress(tx, known, "duka", names, ("service", "marketing"), "erasure", now - 30 * MINUTE)

    await store.write(put)
    async with serving() as servers:
        line = _line(store, tmp_path, servers.url)
        async with running(line):
            await _hear(line, "START", now - HOUR)
            assert await value(store, "select count(*) from suppression") == 2
            await _hear(line, "START", now - MINUTE)
            assert await value(store, "select count(*) from suppression") == 0
            assert servers.texts[-1].startswith("You will get our messages again")
