"""After a restore: what lies before it runs and sends nothing by itself; what is new goes as ever."""

from __future__ import annotations

import asyncio
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.backup.person import Desk
from gateway.backup.settle import AHEAD, settle
from gateway.clock import HOUR, SECOND, SystemClock
from gateway.model.ids import new_id
from gateway.model.outbound import Text
from gateway.pipeline import resolve
from gateway.pipeline.enqueue import Order
from gateway.pipeline.line import Line
from gateway.pipeline.record import record
from gateway.provider import HttpRequest, Steps
from gateway.store.port import Row, Store, Tx
from gateway.verify.run import violations
from tests.pipeline import asking_plugin
from tests.pipeline.world import (
    FakeProvider,
    Servers,
    channels_of,
    eventually,
    host_of,
    line_of,
    phone,
    raw_of,
    rows,
    running,
    said,
    settings_of,
    told,
    value,
)

TO = "+254700000001"
OTHER = "+254700000002"


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """Look at what is held more often than in life."""
    monkeypatch.setattr(resolve, "EVERY", 0.02)


def _line(store: Store, tmp_path: Path, servers: Servers) -> Line:
    settings = settings_of(tmp_path, servers.url, plugins=("asking",))
    return line_of(store, settings, host_of(asking=asking_plugin))


async def _met(store: Store, line: Line, *texts: str, sender: str = TO) -> None:
    """Webhooks that are parsed, and whose events no plugin has seen."""
    now = SystemClock().now()
    parsed = [line.parser._parse(raw_of(said(text, sender=phone(sender)))) for text in texts]
    wanted = bool(texts and texts != ("hi",))
    await store.write(lambda tx: record(tx, parsed, lambda tenant, kind: wanted, now))


async def _order(line: Line, text: str, at: int = 0) -> str:
    (channel,) = line.sender._channels
    return str(msgspec.json.decode(await line.enqueue.send(Order(channel, TO, Text(text), at=at)))["id"])


async def _settle(store: Store, tmp_path: Path, ahead: float = 0.0) -> Any:
    now = SystemClock().now() + int(ahead * SECOND)
    settings = settings_of(tmp_path)
    return await settle(store, channels_of(settings), "b1", now - HOUR, now)


async def _nothing(tx: Tx, row: Row) -> None:
    """No audit."""


def _desk(store: Store, tmp_path: Path) -> Desk:
    return Desk(store, channels_of(settings_of(tmp_path)), SystemClock())


async def _at(store: Store) -> int:
    return int(await value(store, "select count(*) from restored where ended_at = 0"))


async def test_what_was_to_be_sent_is_held_and_new_replies_pass_it(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """An open send and a message that was due meanwhile wait for a person; the contact's next word is
    answered at once."""
    line = _line(store, tmp_path, servers)
    await _met(store, line, "hi")
    await _order(line, "one|two")
    await _order(line, "later", at=SystemClock().now() + SECOND)
    far = await _order(line, "far", at=SystemClock().now() + 24 * HOUR)
    settled = await _settle(store, tmp_path, ahead=2)
    assert (settled.sending, settled.scheduled) == (1, 1)
    await asyncio.sleep(2.1)

    line = _line(store, tmp_path, servers)
    async with running(line):
        await line.journal.append(raw_of(said("new", sender=phone(TO))))
        await eventually(lambda: servers.texts == ["plugin: new"])
        held = await _desk(store, tmp_path).list()
        assert [(each.words, each.parts, each.address) for each in held] == [("one", 2, TO), ("later", 1, TO)]
        assert [row["status"] for row in await rows(store, "select status from part order by id")][:2] == [
            "in_doubt", "in_doubt"
        ]  # fmt: skip
        await asyncio.sleep(0.3)

    assert servers.texts == ["plugin: new"]
    assert [row["message"] for row in await rows(store, "select message from scheduled")] == [far]
    assert {name: found for name, found in (await violations(store)).items() if found} == {}


async def test_open_events_run_and_what_they_say_is_held(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """The flow goes on in the database, its question waits for a person, and the answer to it is new."""
    line = _line(store, tmp_path, servers)
    await _met(store, line, "ask")
    await _met(store, line, "hello", sender=OTHER)
    await _settle(store, tmp_path)

    line = _line(store, tmp_path, servers)
    async with running(line):
        desk = _desk(store, tmp_path)
        for _ in range(400):
            if len(await desk.list()) == 2:
                break
            await asyncio.sleep(0.02)
        assert sorted(each.words for each in await desk.list()) == ["Your name?", "plugin: hello"]
        assert servers.texts == []
        await line.journal.append(raw_of(said("Amina")))
        await eventually(lambda: servers.texts == ["Hello Amina"])
    assert await _at(store) == 1
    assert {name: found for name, found in (await violations(store)).items() if found} == {}


async def test_a_flow_whose_time_was_over_before_asks_nobody(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """Its end is recorded; one that is due later speaks."""
    line = _line(store, tmp_path, servers)
    async with running(line):
        await line.journal.append(raw_of(said("ask")))
        await eventually(lambda: servers.texts == ["Your name?"])
    await store.write(lambda tx: tx.run("update flow set wake_at = 5 where tenant = 'duka'"))
    await _settle(store, tmp_path)
    line = _line(store, tmp_path, servers)
    async with running(line):
        for _ in range(400):
            if not await value(store, "select count(*) from flow"):
                break
            await asyncio.sleep(0.02)
        await asyncio.sleep(0.1)
    assert await value(store, "select count(*) from flow") == 0
    assert servers.texts == ["Your name?"]


async def test_a_status_proves_a_held_part(store: Store, tmp_path: Path, servers: Servers) -> None:
    """It carries our id: nobody has to decide, and the restored mode ends by itself."""
    line = _line(store, tmp_path, servers)
    await _met(store, line, "hi")
    await _order(line, "sent already")
    part = await value(store, "select id from outbox")
    await _settle(store, tmp_path)
    line = _line(store, tmp_path, servers)
    async with running(line):
        await asyncio.sleep(0.1)
        assert await _at(store) == 1
        await line.journal.append(raw_of(told("wamid.theirs", "delivered", correlation=f"g1.{part}.1")))
        for _ in range(400):
            if not await _at(store):
                break
            await asyncio.sleep(0.02)
    assert await _at(store) == 0
    assert servers.texts == []
    assert await _desk(store, tmp_path).list() == []
    (row,) = await rows(store, "select status, provider_message_id from part")
    assert (row["status"], row["provider_message_id"]) == ("delivered", "wamid.theirs")


async def test_a_person_releases_once_and_discards_for_good(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """Two who release the same message send it once; what was discarded is cancelled."""
    line = _line(store, tmp_path, servers)
    await _met(store, line, "hi")
    await _order(line, "first")
    await _order(line, "second")
    await _settle(store, tmp_path)
    line, desk = _line(store, tmp_path, servers), _desk(store, tmp_path)
    async with running(line):
        first, second = await desk.list()
        done = await asyncio.gather(
            *(desk.release("duka", first.id, _nothing) for _ in range(3)), return_exceptions=True
        )
        assert [each is True for each in done].count(True) == 1
        assert await desk.discard("duka", second.id, _nothing) is True
        assert await desk.discard("duka", second.id, _nothing) is False
        assert await desk.release("duka", second.id, _nothing) is False
        await eventually(lambda: servers.texts == ["first"], 30)
        for _ in range(400):
            if not await _at(store):
                break
            await asyncio.sleep(0.02)
    assert servers.texts == ["first"]
    assert await _at(store) == 0
    found = await rows(store, "select status from part order by status")
    assert [row["status"] for row in found] == ["accepted", "cancelled"]
    assert {name: found for name, found in (await violations(store)).items() if found} == {}


class Witnessing(FakeProvider):
    """A provider with a list of what it sent."""

    def __init__(self) -> None:
        self.listed: list[str] = []
        self.witness = self

    def sent(self, part: dict[str, Any], to: str, since: int, settings: Any) -> Steps[tuple[str, ...]]:
        """What it has, whatever was asked for."""
        yield HttpRequest("POST", settings.url, {}, b'{"text":"asked","correlation":""}', sends=False)
        return tuple(each for each in self.listed if each.startswith(part["text"]))


async def test_the_providers_list_proves_a_held_part(store: Store, tmp_path: Path, servers: Servers) -> None:
    """Each entry of the list proves one part."""
    line = _line(store, tmp_path, servers)
    await _met(store, line, "hi")
    for text in ("same", "same", "other"):
        await _order(line, text)
    await _settle(store, tmp_path)
    provider = Witnessing()
    provider.listed = ["same.1"]
    line = _line(store, tmp_path, servers)
    for channel in line.sender._channels:
        object.__setattr__(channel, "provider", provider)
    async with running(line):
        desk = _desk(store, tmp_path)
        for _ in range(400):
            if len(await desk.list()) == 2:
                break
            await asyncio.sleep(0.02)
        assert sorted(each.words for each in await desk.list()) == ["other", "same"]
    assert [
        row["provider_message_id"] for row in await rows(store, "select * from part where rank = 10")
    ] == ["same.1"]


async def test_nobody_of_before_has_a_say(store: Store, tmp_path: Path, servers: Servers) -> None:
    """Epochs are higher than any that was given out, processes have ended, and what ran may be run."""
    line = _line(store, tmp_path, servers)
    async with running(line):
        before = await value(store, "select max(epoch) from shard")
        term = line.cluster.term
    await store.write(
        lambda tx: tx.run(
            "insert into process (id, started_at, stopped_at, number, term) values (:id, 1, 0, 7, :term)",
            id=new_id(), term=term + 5,
        )
    )  # fmt: skip
    await _settle(store, tmp_path)
    assert await value(store, "select min(epoch) from shard") >= before + AHEAD
    assert await value(store, "select count(*) from process where stopped_at = 0") == 0
    line = _line(store, tmp_path, servers)
    async with running(line):
        assert line.cluster.term > before + AHEAD
