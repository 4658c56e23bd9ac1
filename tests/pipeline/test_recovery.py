"""A process ends in the middle, and another one takes over: everything once, and in order."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import pytest

from gateway import Chat, Message, hook
from gateway.clock import SystemClock
from gateway.hooks.host import Host
from gateway.pipeline.caution import Caution
from gateway.pipeline.gaps import Bounds
from gateway.pipeline.line import Line
from gateway.pipeline.record import record
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.replay import Replay
from gateway.store.port import Store
from tests.pipeline.world import (
    Servers,
    eventually,
    host_of,
    line_of,
    phone,
    raw_of,
    rows,
    running,
    said,
    settings_of,
    value,
)


class Echo:
    """Says what it hears, unless it is told to fail."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.now: list[str] = []
        self.together: set[tuple[str, ...]] = set()
        self.fails = False

    @hook.on_message
    async def echo(self, message: Message, chat: Chat) -> None:
        """One turn."""
        self.now.append(message.text)
        self.together.add(tuple(sorted(self.now)))
        self.heard.append(message.text)
        await asyncio.sleep(0.001)
        self.now.remove(message.text)
        if self.fails:
            raise ValueError("broken")
        await chat.say(message.text)


def _line(store: Store, tmp_path: Path, servers: Servers, **plugins: Any) -> Line:
    host: Host = host_of(**plugins)
    return line_of(store, settings_of(tmp_path, servers.url, plugins=tuple(plugins)), host)


async def _recorded(line: Line, store: Store, *texts: str, who: str = "+254700000001") -> None:
    parsed = [line.parser._parse(raw_of(*(said(text, sender=phone(who)) for text in texts)))]
    now = SystemClock().now()
    await store.write(lambda tx: record(tx, parsed, line.parser._wanted, now))


async def _nothing_is_open(store: Store) -> bool:
    counts = [await value(store, f"select count(*) from {table}") for table in ("event", "done", "outbox")]
    return counts == [0, 0, 0]


async def _die(store: Store, line: Line) -> None:
    """The process began and never ended: its row says so."""
    await line.cluster.join()


async def test_open_events_are_resumed_once_and_in_order(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """After an unclean end those that may have been begun, the first of each conversation, run one by one if
    they were restarted before."""
    dead = _line(store, tmp_path, servers, echo=Echo())
    await _die(store, dead)
    await _recorded(dead, store, "1", "2", "3")
    await _recorded(dead, store, "x", "y", who="+254700000002")
    await store.write(lambda tx: tx.run("update event set starts = 2"))

    echo = Echo()
    line = _line(store, tmp_path, servers, echo=echo)
    async with running(line):
        await eventually(lambda: len(servers.texts) == 5)
        await eventually(lambda: not line.sender.known)

    assert not [names for names in echo.together if {"1", "x"} <= set(names)]
    assert [text for text in servers.texts if text in "123"] == ["1", "2", "3"]
    assert sorted(echo.heard) == ["1", "2", "3", "x", "y"]
    assert await _nothing_is_open(store)


@pytest.mark.parametrize("clean", [True, False])
async def test_after_a_clean_end_nothing_is_counted(
    store: Store, tmp_path: Path, servers: Servers, clean: bool
) -> None:
    """What stayed open runs as if nothing had happened; after another end a start is counted before it."""
    first = _line(store, tmp_path, servers, echo=Echo())
    await first.cluster.join()
    if clean:
        await first.cluster.leave(1)
    await _recorded(first, store, "1")
    line = _line(store, tmp_path, servers, echo=Echo())
    starts = []

    async def look(opened: OpenEvent) -> None:
        starts.append((opened.starts, await value(store, "select starts from event")))
        await line.dispatcher.handle(opened)

    line.lanes.handle = look
    line.lanes.careful = Caution(store, look).run
    async with running(line):
        await eventually(lambda: servers.texts == ["1"])

    assert starts == [(1, 1) if clean else (2, 2)]


async def test_an_event_of_a_newer_version_waits_alone(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """This version cannot read it: it is kept for the one that can, and all others go on."""
    first = _line(store, tmp_path, servers, echo=Echo())
    await _die(store, first)
    await _recorded(first, store, "1", "2", "3")
    body = b'{"type": "of tomorrow"}'
    await store.write(
        lambda tx: tx.run("update event set body = :body where id = (select min(id) from event)", body=body)
    )
    line = _line(store, tmp_path, servers, echo=Echo())
    async with running(line):
        await eventually(lambda: servers.texts == ["2", "3"])
        await line.reopen.sweep()

    assert await value(store, "select count(*) from event") == 1


async def test_stored_webhooks_are_parsed_before_new_ones(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """The journal has them; the mark says from where on."""
    dead = _line(store, tmp_path, servers, echo=Echo())
    await _die(store, dead)
    for text in ("1", "2", "3"):
        await dead.journal.append(raw_of(said(text)))

    line = _line(store, tmp_path, servers, echo=Echo())
    async with running(line):
        await line.journal.append(raw_of(said("new")))
        await eventually(lambda: len(servers.texts) == 4)
        await eventually(lambda: not line.sender.known)

    assert servers.texts == ["1", "2", "3", "new"]
    assert await _nothing_is_open(store)
    assert await value(store, "select count(*) from message where direction = 'in'") == 4


async def test_an_open_event_comes_before_a_new_message_of_its_conversation(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """Although the new one is in memory first."""
    dead = _line(store, tmp_path, servers, echo=Echo())
    await _die(store, dead)
    await _recorded(dead, store, *(str(n) for n in range(20)))

    line = _line(store, tmp_path, servers, echo=Echo())
    async with running(line):
        await line.journal.append(raw_of(said("new")))
        await eventually(lambda: "new" in servers.texts)

    assert servers.texts == [*(str(n) for n in range(20)), "new"]


async def test_what_memory_has_no_room_for_is_read_later_and_in_order(
    store: Store, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A burst over every bound: nothing is lost, nothing overtakes, nothing is given up as poison."""
    monkeypatch.setattr("gateway.pipeline.recover.EVERY", 0.02)
    line = _line(store, tmp_path, servers, echo=Echo())
    line.lanes._bounds = Bounds(tenant=7, lane=3)
    line.parser.queue._bound = 7
    line.sender._bound = 5
    async with running(line):
        for n in range(60):
            await line.journal.append(raw_of(said(str(n))))
        await eventually(lambda: len(servers.texts) >= 45, 10)

    texts = servers.texts
    assert texts == [str(n) for n in range(len(texts))]
    assert await value(store, "select count(*) from dead") == 0


async def test_a_replay_opens_the_event_for_the_plugin_that_failed(
    store: Store, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The other one does not see it again; a second replay says that it was done."""
    monkeypatch.setattr("gateway.pipeline.recover.EVERY", 0.05)
    good, bad = Echo(), Echo()
    bad.fails = True
    line = _line(store, tmp_path, servers, good=good, bad=bad)
    async with running(line):
        await line.journal.append(raw_of(said("hi")))
        await eventually(lambda: len(bad.heard) == 1)
        await eventually(lambda: not len(line.lanes))
        bad.fails = False
        replay = Replay(store, line.sender._channels, SystemClock())
        letter = await value(store, "select id from dead")
        (dry,) = await replay.run([letter], apply=False)
        (done,) = await replay.run([letter], apply=True)
        (again,) = await replay.run([letter], apply=True)
        await eventually(lambda: len(bad.heard) == 2)
        await eventually(lambda: len(servers.texts) == 2)

    assert (dry["applied"], done["applied"]) == (False, True)
    assert "replayed before" in again["error"]
    assert (len(good.heard), len(bad.heard)) == (1, 2)


async def test_a_replayed_webhook_changes_nothing_that_is_stored(
    store: Store, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its events die on their keys."""
    monkeypatch.setattr("gateway.pipeline.recover.EVERY", 0.05)
    echo = Echo()
    line = _line(store, tmp_path, servers, echo=echo)
    raw = raw_of(said("hi"))
    async with running(line):
        await line.journal.append(raw)
        await eventually(lambda: len(servers.texts) == 1)
        (report,) = await Replay(store, line.sender._channels, SystemClock()).run([str(raw.id)], apply=True)
        assert [event["difference"] for event in report["events"]] == ["same"]
        for _ in range(200):
            if not await rows(store, "select id from journal_open"):
                break
            await asyncio.sleep(0.02)

    assert await rows(store, "select id from journal_open") == []
    assert (echo.heard, servers.texts) == (["hi"], ["hi"])


@pytest.mark.parametrize(
    "identifier", ["", "x", "0", "12", "99999999999999999999", "9223372036854775808", "٣", "-1"]
)
async def test_an_id_that_is_nobodys_is_answered_with_a_sentence(
    store: Store, tmp_path: Path, servers: Servers, identifier: str
) -> None:
    """Whatever is typed after `gateway replay`."""
    line = _line(store, tmp_path, servers)

    (report,) = await Replay(store, line.sender._channels, SystemClock()).run([identifier], apply=True)

    assert report["error"].startswith("no stored webhook and no dead letter")


async def test_a_dead_letter_of_the_parser_is_replayed_by_its_webhook(
    store: Store, tmp_path: Path, servers: Servers, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The adapter was mended meanwhile: the webhook is parsed again, and the letter is done with."""
    monkeypatch.setattr("gateway.pipeline.recover.EVERY", 0.05)
    echo = Echo()
    line = _line(store, tmp_path, servers, echo=echo)
    provider = line.sender._channels.provider("fake")
    assert provider is not None
    parse = provider.parse
    monkeypatch.setattr(provider, "parse", lambda body: 1 / 0)
    async with running(line):
        await line.journal.append(raw_of(said("hi")))
        for _ in range(500):
            if letter := await value(store, "select id from dead"):
                break
            await asyncio.sleep(0.01)
        monkeypatch.setattr(provider, "parse", parse)
        (report,) = await Replay(store, line.sender._channels, SystemClock()).run([letter], apply=True)
        assert (report["applied"], report["id"]) == (True, letter)
        await eventually(lambda: servers.texts == ["hi"])

    assert await value(store, "select count(*) from dead where resolved_at = 0") == 0
