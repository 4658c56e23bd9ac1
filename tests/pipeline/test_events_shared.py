"""Two processes on one PostgreSQL: every event is handled once and in order, by the owner of its number."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from msgspec.structs import replace

from gateway import Chat, Message, hook
from gateway.flows.record import FlowRow, FlowWrite
from gateway.hooks.host import Host
from gateway.model.ids import id_before, new_id
from gateway.pipeline.effects import Effects, write_effects
from gateway.pipeline.gaps import Bounds
from gateway.pipeline.line import Line
from gateway.pipeline.queries import RECORD
from gateway.pipeline.record import record
from gateway.pipeline.records import OpenEvent
from gateway.pipeline.rows import event_row
from gateway.store import Store, connect
from tests.pipeline import asking_plugin
from tests.pipeline.sharing import NUMBERS, two
from tests.pipeline.world import Servers, eventually, host_of, phone, raw_of, rows, said, value
from tests.support.postgres import Urls

_CONVERSATION = """insert into conversation (tenant, id, contact, channel, address, created_at, last_at,
    window_until, free_until, unread, last_message)
values ('duka', :id, :contact, :channel, '+254700000001', 0, 0, 9000000000000000, 0, 0, '')"""

_PART = """insert into outbox (tenant, id, message, idx, channel, shard, conversation, address, class, body,
    state, attempt, resent, epoch, not_before, deadline, claimed_at, doubt_since, error, created_at)
values ('duka', :id, 'm', 0, 'a', :shard, :conversation, '+254700000001', 'reply', '{}', 'ready', 0, 0, 0, 0,
    9000000000000000, 0, 0, '', 1)"""


class Echo:
    """Says what it hears, and counts it in a table; holds on at a word until it is let go."""

    def __init__(self) -> None:
        self.heard: list[str] = []
        self.holds = ""
        self.go = asyncio.Event()

    @hook.on_message
    async def echo(self, message: Message, chat: Chat) -> None:
        """One turn."""
        self.heard.append(message.text)
        await chat.db.run("update contact set name = name || '.' where tenant = :tenant")
        if message.text == self.holds:
            await self.go.wait()
        await chat.say(message.text)


@pytest.fixture
async def store(postgres_urls: Urls) -> AsyncIterator[Store]:
    """SQLite has one process."""
    opened = connect(postgres_urls.url, worker_url=postgres_urls.worker_url)
    await opened.open()
    yield opened
    await opened.close()


async def _arrive(
    line: Line, store: Store, *texts: str, channel: str = "a", who: str = "1"
) -> list[OpenEvent]:
    """Webhooks of *texts* were parsed by *line*, one after another."""
    opened = []
    for text in texts:
        event = said(text, sender=phone(f"+25470000000{who}"), number=NUMBERS[channel])
        parsed = [line.parser._parse(raw_of(event, channel=channel))]
        result = await store.write(lambda tx: record(tx, parsed, line.parser._wanted, event.at))  # noqa: B023
        opened += result.events
    return opened


def _deliver(line: Line, events: list[OpenEvent]) -> None:
    for opened in events:
        line.found(opened)


async def _nothing_is_open(store: Store) -> bool:
    return await value(store, "select (select count(*) from event) + (select count(*) from outbox)") == 0


async def test_a_process_that_was_paused_in_a_turn_keeps_nothing_of_it(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """Another has taken its numbers over meanwhile: every message has one answer, in order, and what the
    plugin wrote was written once."""
    paused, echo = Echo(), Echo()
    paused.holds = "1"
    async with two(store, tmp_path, servers.url, host_of(echo=paused), host_of(echo=echo)) as both:
        shard = both.shard("a")
        await both.first.own({shard})
        events = await _arrive(both.one, store, "1", "2")
        _deliver(both.one, events)
        await eventually(lambda: paused.heard == ["1"])
        both.first.lapsed = True  # it does not know yet that it is none any more
        await store.write(lambda tx: tx.run("update contact set name = ''"))
        await both.second.own({shard}, unclean=True)
        await eventually(lambda: echo.heard == ["1", "2"])
        await eventually(lambda: servers.texts == ["1", "2"])
        paused.go.set()
        await asyncio.sleep(0.1)
        both.first.lose({shard})
        _deliver(both.two, await _arrive(both.two, store, "3"))
        await eventually(lambda: servers.texts == ["1", "2", "3"])
        await eventually(lambda: not len(both.one.lanes))

    assert paused.heard == ["1"]
    assert await value(store, "select name from contact") == "..."
    assert await _nothing_is_open(store)
    assert await value(store, "select count(*) from dead") == 0


async def test_what_another_process_stores_is_run_by_the_owner(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """A job, a page or the leader has an event for a number that is not its own: it says so, and the owner
    looks. Nobody tells of the last one: the sweep finds it."""
    here, there = Echo(), Echo()
    async with two(store, tmp_path, servers.url, host_of(echo=here), host_of(echo=there)) as both:
        await both.second.own({both.shard("a")})
        events = await _arrive(both.one, store, "1", "2", "3")
        _deliver(both.one, events[:2])
        await eventually(lambda: len(there.heard) >= 2)
        await asyncio.sleep(2.1)
        await both.two.reopen.sweep()
        await eventually(lambda: servers.texts == ["1", "2", "3"])

    assert here.heard == []


@pytest.mark.parametrize("handed_over", [True, False])
async def test_what_waits_for_its_turn_is_left_to_the_next_owner(
    store: Store, tmp_path: Path, servers: Servers, handed_over: bool
) -> None:
    """After an unclean end conversations that were restarted before run one by one: those that were not begun
    when the number goes elsewhere are neither counted nor run."""
    echo = Echo()
    echo.holds = "1"
    async with two(store, tmp_path, servers.url, host_of(echo=echo)) as both:
        shard = both.shard("a")
        for who in "123":
            await _arrive(both.one, store, who, who=who)
        await store.write(lambda tx: tx.run("update event set starts = 2"))
        await both.first.own({shard}, unclean=True)
        await eventually(lambda: echo.heard == ["1"])
        await eventually(lambda: len(both.one.lanes) == 3)
        if handed_over:
            giving = asyncio.create_task(both.first.give({shard}))
            await asyncio.sleep(0.05)
            echo.go.set()
            await giving
        else:
            both.first.lose({shard})
            echo.go.set()
            await eventually(lambda: not both.one.lanes._tasks)

        assert echo.heard == ["1"]
        assert await value(store, "select count(*) from event where starts > 2") == 1 - handed_over
        assert await value(store, "select count(*) from event") == 3 - handed_over


async def test_shards_go_to_and_fro_under_load(store: Store, tmp_path: Path, servers: Servers) -> None:
    """Handed over, lost, taken back: no message is answered twice, and none overtakes another."""
    async with two(store, tmp_path, servers.url, host_of(echo=Echo()), host_of(echo=Echo())) as both:
        shards = {both.shard("a"), both.shard("b")}
        owner, other = both.first, both.second
        lines = {both.first: both.one, both.second: both.two}
        await owner.own(shards)
        expected = {(channel, who): list[str]() for channel in "ab" for who in "12"}
        for n in range(12):
            for channel, who in expected:
                text = f"{channel}{who}:{n}"
                expected[channel, who].append(text)
                _deliver(lines[owner], await _arrive(lines[owner], store, text, channel=channel, who=who))
            if n % 2:
                await (owner.give(shards) if n % 4 == 1 else asyncio.sleep(0))
                if n % 4 == 3:
                    await eventually(lambda: not len(lines[owner].lanes))  # noqa: B023
                    owner.lose(shards)
                await other.own(shards)
                owner, other = other, owner
        await eventually(lambda: len(servers.texts) >= 48, 15)

    for (channel, who), texts in expected.items():
        assert [text for text in servers.texts if text.startswith(f"{channel}{who}:")] == texts
    assert await _nothing_is_open(store)


async def _say(line: Line, store: Store, text: str) -> None:
    _deliver(line, await _arrive(line, store, text))


@pytest.mark.parametrize("table", ["event", "outbox"])
async def test_what_the_owner_before_left_is_older_whatever_its_clock_said(
    store: Store, tmp_path: Path, servers: Servers, table: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its clock is more than a second ahead: what the new owner stores of the conversation sorts behind."""
    monkeypatch.setattr(new_id, "_last", 0)  # what is ahead here is none of the other tests'
    async with two(store, tmp_path, servers.url, host_of(echo=Echo())) as both:
        shard = both.shard("a")
        (left,) = await _arrive(both.one, store, "1")
        ahead = id_before(left.id, -1_500_000)
        if table == "event":
            await store.write(lambda tx: tx.run("update event set id = :id", id=ahead))
        else:
            await store.write(lambda tx: tx.run(_PART, id=ahead, shard=shard, conversation=left.conversation))
        await both.two.reopen.gain(frozenset({shard}))
        (new,) = await _arrive(both.two, store, "2")

        assert new.id > ahead


async def test_a_flow_goes_on_with_the_new_owner(store: Store, tmp_path: Path, servers: Servers) -> None:
    """Handed over, with a row of an older version; answered here, and taken back: whoever owns the number
    knows who waits for an answer, and who does not any more."""
    asking: Host = host_of(asking=asking_plugin)
    async with two(store, tmp_path, servers.url, asking, host_of(asking=asking_plugin)) as both:
        shard = both.shard("a")
        await both.first.own({shard})
        await _say(both.one, store, "ask")
        await eventually(lambda: len(servers.texts) == 1)
        assert await value(store, "select shard from flow") == shard
        await both.first.give({shard})
        assert len(both.one.waiting) == 0
        await store.write(lambda tx: tx.run("update flow set shard = 0"))
        await both.second.own({shard})
        assert await value(store, "select shard from flow") == shard
        await _say(both.two, store, "Amina")
        await eventually(lambda: len(servers.texts) == 2)
        await both.second.give({shard})
        await both.first.own({shard})
        await _say(both.one, store, "Amina")
        await eventually(lambda: len(servers.texts) == 3)

    assert servers.texts == ["Your name?", "Hello Amina", "plugin: Amina"]


async def test_a_flow_that_another_process_began_is_known(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """A page of the other process has begun it: the owner is told and looks."""
    asking: Host = host_of(asking=asking_plugin)
    async with two(store, tmp_path, servers.url, asking, host_of(asking=asking_plugin)) as both:
        shard = both.shard("a")
        await both.first.own({shard})
        await _say(both.one, store, "ask")
        await eventually(lambda: len(both.one.waiting) == 1)
        (row,) = await rows(store, "select * from flow")
        kept = FlowRow(*(row[name] for name in FlowRow.__struct_fields__))
        both.one.waiting.forget({shard})
        both.one.waiting.open({shard})
        effects = Effects()
        effects.flows = [FlowWrite(replace(kept, version=kept.version + 1))]
        await store.write(lambda tx: write_effects(tx, [effects], 1))
        both.two.kept(effects)
        await eventually(lambda: len(both.one.waiting) == 1)
        assert len(both.two.waiting) == 0


async def test_two_who_believe_that_they_lead_wake_nobody_twice(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """Each flow whose time is over, and each that waits for what has come, gets one event."""
    async with two(store, tmp_path, servers.url, host_of(echo=Echo())) as both:
        both.first.also_leads = both.second.also_leads = True
        flows, waits = [], []
        for n in range(40):
            base = {"tenant": "duka", "id": f"f{n:02}", "now": 1, "wake": n % 2}
            flows.append(base)
            if not n % 2:
                waits.append({"id": f"f{n:02}"})

        async def fill(tx: Any) -> None:
            await tx.many(
                """insert into flow (tenant, id, plugin, name, conversation, state, pending, code, args, log,
                    epoch, version, wake_at, started_at, updated_at)
                values (:tenant, :id, 'echo', 'f', 'c', 'waiting', 'wait:x', '1', '[[],{}]', '{}',
                    0, 1, :wake, :now, :now)""",
                flows,
            )
            await tx.many(
                "insert into flow_wait (tenant, flow, name, key, op) "
                "values ('duka', :id, 'x', 'k', 'wait:x')",
                waits,
            )
            await tx.run(
                "insert into signal (tenant, name, key, id, payload, at) "
                "values ('duka', 'x', 'k', 's1', '{}', 9000000000000000)"
            )

        await store.write(fill)
        await asyncio.gather(
            *(line.wakes.sweep() for line in both.lines for _ in range(3)), return_exceptions=True
        )
        await both.one.wakes.sweep()
        woke = [row["body"] for row in await rows(store, "select body from event where kind = 'woke'")]

    assert len(woke) == len(set(woke)) == 40


async def test_a_tenant_with_very_much_is_behind_alone(
    store: Store, tmp_path: Path, servers: Servers
) -> None:
    """One conversation has thousands of open events: memory holds few of them, the tenant's other
    conversations are answered at once, and all are handled in order."""
    echo = Echo()
    async with two(store, tmp_path, servers.url, host_of(echo=echo)) as both:
        both.one.lanes._bounds = Bounds(tenant=200, lane=20)
        (hot,) = await _arrive(both.one, store, "hot")
        many = [replace(hot, id=new_id(), message="", event=said(f"hot {n}")) for n in range(1500)]
        await store.write(lambda tx: tx.many(RECORD["add_event"], [event_row(one) for one in many]))
        await both.first.own({both.shard("a")})
        _deliver(both.one, await _arrive(both.one, store, "other", who="2"))
        await eventually(lambda: "other" in echo.heard, 10)
        assert len(both.one.lanes.known) <= 200
        done = len(echo.heard)
        await eventually(lambda: len(echo.heard) == 1502, 40)

    assert done < 600
    assert [text for text in echo.heard if text != "other"] == ["hot", *(f"hot {n}" for n in range(1500))]
