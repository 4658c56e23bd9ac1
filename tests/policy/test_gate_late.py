"""What is late is judged too: rows of an older version, and what is replayed after its contact opted out."""

from __future__ import annotations

import asyncio
from pathlib import Path

from gateway import Chat, Message, Template, hook
from gateway.clock import HOUR, ManualClock, SystemClock
from gateway.pipeline.replay import Replay
from gateway.store.port import Store
from tests.pipeline.agreed import agree
from tests.pipeline.world import (
    Servers,
    host_of,
    line_of,
    raw_of,
    running,
    said,
    settings_of,
    value,
)  # fmt: skip
from tests.policy.places import ask, decided, ruled


async def test_a_reminder_that_an_older_version_put_off_is_judged(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """It said "reply" of all that plugins said, also of what was for later."""
    line = await ruled(store, tmp_path, servers, clock)
    await ask(line, "P later", at=clock.now() + HOUR)
    await store.write(lambda tx: tx.run("update scheduled set class = 'reply', purpose = 'unsaid'"))
    await agree(store, "service", "out")
    clock.advance(3601)
    async with running(line):
        await _parts(store, 1)
    assert servers.texts == []
    assert await decided(store) == [("drop", "opted_out")]


class Shop:
    """Answers at its second try, in words and with a template."""

    fails = True

    @hook.on_message
    async def answer(self, message: Message, chat: Chat) -> None:
        if self.fails:
            raise RuntimeError("not yet")
        await chat.say("an answer")
        await chat.send(Template("hello_world", "en_US"))


async def test_a_turn_that_is_replayed_answers_nobody_any_more(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """Whoever has opted out since then gets nothing of it."""
    shop = Shop()
    settings = settings_of(tmp_path, servers.url, plugins=("shop",))
    line = line_of(store, settings, host_of(shop=shop))
    async with running(line):
        await line.journal.append(raw_of(said("hi")))
        letter = await _letter(store)
        await agree(store, "service", "out")
        shop.fails = False
        (done,) = await Replay(store, line.sender._channels, SystemClock()).run([letter], apply=True)
        assert done["applied"]
        await _parts(store, 2)
    assert servers.texts == []
    assert await decided(store) == [("drop", "opted_out")] * 2


async def test_a_reply_that_died_and_is_replayed_is_judged(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """The same, of what was said and could not be sent."""
    refuse = [True]
    servers.answer = lambda sent: {"kind": "invalid"} if refuse else {}
    shop = Shop()
    shop.fails = False
    settings = settings_of(tmp_path, servers.url, plugins=("shop",))
    line = line_of(store, settings, host_of(shop=shop))
    async with running(line):
        await line.journal.append(raw_of(said("hi")))
        letter = await _letter(store)
        await _parts(store, 2)
        refuse.clear()
        before = len(servers.texts)
        await agree(store, "service", "out")
        (done,) = await Replay(store, line.sender._channels, SystemClock()).run([letter], apply=True)
        assert done["applied"]
        await line.refill.sweep()
        await _parts(store, 2)
    assert len(servers.texts) == before
    assert await decided(store) == [("drop", "opted_out")]


async def _letter(store: Store) -> str:
    await _until(store, "select count(*) from dead", 1)
    return str(await value(store, "select min(id) from dead"))


async def _parts(store: Store, count: int) -> None:
    await _until(store, "select count(*) from part where status = 'failed'", count)


async def _until(store: Store, sql: str, least: int) -> None:
    for _ in range(6000):
        if await value(store, sql) >= least:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"{sql} never gave {least}")
