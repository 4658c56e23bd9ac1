"""Several processes answer webhooks, and whoever owns a number's shard parses them: each once, in order."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.errors import StoreUnavailable
from gateway.model.event import ChannelEvent
from gateway.pipeline.journal import PROCESSES
from gateway.pipeline.queries import JOURNAL, journal_queries
from gateway.pipeline.record import take
from gateway.pipeline.records import LAST_START
from gateway.pipeline.replay import Replay
from gateway.pipeline.shards import Open
from gateway.store import connect
from gateway.store.port import Store
from tests.pipeline.members import ALL, NUMBERS, Node, message, shard_of, texts
from tests.pipeline.world import eventually, raw_of, rows, said, settings_of, value
from tests.support.postgres import Urls

_AMINA = "+254700000001"


async def _open(store: Store) -> list[tuple[int, str, str]]:
    found = await rows(store, "select shard, takes, skips from journal_open order by id, takes, shard")
    return [(row["shard"], row["takes"], row["skips"]) for row in found]


async def test_order_holds_between_those_who_answer(store: Store, tmp_path: Path) -> None:
    """One process answers the first message, another the second; a third one parses them."""
    first, second, owner = (Node(store, tmp_path, n) for n in (1, 2, 3))
    await owner.own(ALL)
    for n in range(10):
        await (first, second)[n % 2].say(f"{n}")

    await owner.all()

    assert await texts(store) == {("a", _AMINA): [f"{n}" for n in range(10)]}
    assert first.member.told == second.member.told == {shard_of(owner, "a")}
    assert [event.channel.id for event in owner.found if event.channel] == ["a"] * 10


async def test_what_is_in_memory_does_not_overtake_what_another_answered(
    store: Store, tmp_path: Path
) -> None:
    """The owner answered the second message itself, and has its bytes at hand."""
    other, owner = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    await owner.own(ALL)
    await other.say("first")
    await owner.say("second")

    await owner.all()

    assert await texts(store) == {("a", _AMINA): ["first", "second"]}
    assert len(owner.parser) == 0


async def test_each_owner_takes_its_share_of_a_webhook(store: Store, tmp_path: Path) -> None:
    """Messages of three numbers in one body, and what is nobody's: each is stored by one of them, once."""
    a, b, c = (Node(store, tmp_path, n) for n in (1, 2, 3))
    shards = {name: shard_of(a, name) for name in "abc"}
    await a.own(ALL - {shards["b"], shards["c"]})
    await b.own({shards["b"]})
    await c.own({shards["c"]})
    events = [message("to b", "200"), message("to a"), message("to c", "300"), message("nobody's", "999")]
    await a.take(*events)

    assert await _open(store) == [
        (shards["b"], "", f",{shards['a']},{shards['c']},"),
        *((shard, "1", "") for shard in sorted((shards["a"], shards["c"]))),
    ]
    for node, name in ((c, "c"), (a, "a"), (b, "b")):
        assert await node.step() == 1
        assert [event.channel.id for event in node.found if event.channel] == [name]

    assert {key[0]: said for key, said in (await texts(store)).items()} == {
        "a": ["to a"], "b": ["to b"], "c": ["to c"],
    }  # fmt: skip
    assert await value(store, "select count(*) from dead where reason = 'foreign_number'") == 1
    assert await _open(store) == []


async def test_an_owner_of_two_numbers_of_a_webhook_parses_it_once(store: Store, tmp_path: Path) -> None:
    """Its two open rows are one batch."""
    node = Node(store, tmp_path, 1)
    await node.own(ALL)
    await node.take(message("to a"), message("to b", "200"), message("nobody's", "999"))

    assert (await node.step(), await node.step()) == (2, 0)

    assert sorted(said for found in (await texts(store)).values() for said in found) == ["to a", "to b"]
    assert await value(store, "select count(*) from dead") == 1


async def test_what_was_not_foreseen_is_told_to_its_owner(store: Store, tmp_path: Path) -> None:
    """A webhook on the address of channel a speaks of b: who has a stores it, and tells who has b."""
    a, b = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    shard = shard_of(b, "b")
    await a.own(ALL - {shard})
    await b.own({shard})
    await a.take(message("to b", "200"), channel="a")

    assert await _open(store) == [(shard_of(a, "a"), "", "")]
    await a.all()

    assert (a.found, a.member.told) == ([], {shard})
    assert list(await texts(store)) == [("b", _AMINA)]


@pytest.mark.parametrize("channel", ["b", ""])
async def test_a_channel_that_is_news_to_the_owner(store: Store, tmp_path: Path, channel: str) -> None:
    """It was made a moment ago: who answered its first message knows it, who parses that asks."""
    other, owner = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    owner.channels.reload(settings_of(tmp_path, numbers={"a": "100"}))

    async def news() -> None:
        owner.channels.reload(settings_of(tmp_path, numbers=NUMBERS))

    owner.parser.news = news
    await owner.own(ALL)
    await other.take(message("hello", "200"), message("nobody's", "999"), channel=channel)

    await owner.all()

    assert await texts(store) == {("b", _AMINA): ["hello"]}
    assert await value(store, "select count(*) from dead") == 1


async def test_a_webhook_about_nothing_of_ours_goes_to_the_first_shard(store: Store, tmp_path: Path) -> None:
    """Whoever leads keeps it as a dead letter."""
    node = Node(store, tmp_path, 1)
    await node.own({0})
    await node.take(message("lost", "999"))
    await node.take(ChannelEvent("account_update", "k1", 1, ""))

    assert await _open(store) == [(0, "", "")] * 2
    await node.all()
    assert await _open(store) == []


async def test_a_zombie_keeps_nothing(store: Store, tmp_path: Path) -> None:
    """It has read its queue before its shards were taken: the new owner alone stores what was in it."""
    zombie, owner = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    await zombie.own(ALL)
    for n in range(3):
        await zombie.say(f"{n}")
    batch = await zombie.parser.queue.next()

    await owner.own(ALL)
    await zombie.parser._step(batch)
    assert (zombie.found, len(await _open(store))) == ([], 3)
    await owner.all()
    await zombie.all()
    zombie.learn(ALL)

    assert await texts(store) == {("a", _AMINA): ["0", "1", "2"]}
    assert len(owner.found) == 3
    assert len(zombie.parser) == 0


async def test_a_zombie_sets_nothing_aside(store: Store, tmp_path: Path) -> None:
    """A webhook that it cannot store is the new owner's to judge."""
    zombie, owner = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    await zombie.own(ALL)
    await zombie.say("hi")
    (row,) = await zombie.parser.queue.next()
    await owner.own(ALL)

    await zombie.parser._set_aside(row, "unreadable", "whatever")
    await owner.all()

    assert await value(store, "select count(*) from dead") == 0
    assert len(owner.found) == 1


async def test_a_shard_does_not_change_hands_in_the_middle_of_a_batch(
    postgres_urls: Urls, tmp_path: Path
) -> None:
    """Whoever takes it waits for the transaction that stores its events, and then reads them."""
    store = connect(postgres_urls.url, worker_url=postgres_urls.worker_url)
    await store.open()
    old, new = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    await old.own(ALL)
    raw = await old.say("hi")
    row, fence = Open(shard_of(old, "a"), raw.id), journal_queries(store.dialect)["fence"]
    taken, goes_on = asyncio.Event(), asyncio.Event()

    async def parse() -> None:
        async def work(tx: object) -> None:
            assert await take(tx, fence, old.member.process, [row]) == [row]  # type: ignore[arg-type]
            taken.set()
            await goes_on.wait()

        await store.write(work)

    parsing = asyncio.create_task(parse())
    await taken.wait()
    claiming = asyncio.create_task(new.claim({row.shard}))
    await asyncio.sleep(0.1)
    assert not claiming.done()
    goes_on.set()
    await asyncio.gather(parsing, claiming)

    assert await _open(store) == []
    again = await store.write(lambda tx: take(tx, fence, old.member.process, [row]))
    assert again == []
    await store.close()


async def test_a_kill_after_the_answer_costs_nothing(store: Store, tmp_path: Path) -> None:
    """The process is gone before it has parsed: whoever takes over counts what it may have died of, and
    parses it apart from what came later."""
    dead, owner = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    await dead.own(ALL)
    for n in range(3):
        await dead.say(f"{n}")

    await owner.own(ALL, unclean=True)
    await owner.say("3")
    assert [await owner.step() for _ in range(3)] == [3, 1, 0]

    assert await texts(store) == {("a", _AMINA): ["0", "1", "2", "3"]}
    assert await value(store, "select count(*) from dead") == 0


async def test_what_ends_every_owner_is_set_aside(store: Store, tmp_path: Path) -> None:
    """Its starts are counted in its row, whichever process begins it; what is beside it goes on."""
    first = Node(store, tmp_path, 1)
    await first.own(ALL)
    await first.say("poison")
    await first.say("good", "200")
    for n in range(2, 2 + LAST_START - 1):
        node = Node(store, tmp_path, n)
        await node.own(ALL, unclean=True)
        batch = await node.parser.queue.next()
        assert len(batch) == (2 if n == 2 else 1)
        assert await node.parser._begin(batch) == batch  # and there it ends

    last = Node(store, tmp_path, 9)
    await last.own(ALL, unclean=True)
    await last.all()

    assert await value(store, "select reason from dead") == "poison"
    assert [said for found in (await texts(store)).values() for said in found] == ["good"]


async def test_what_is_handed_over_is_not_begun_any_more(store: Store, tmp_path: Path) -> None:
    """The batch at hand ends; what was read behind it is left to the next owner."""
    old, new = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    await old.own(ALL)
    shards = {shard_of(old, "a")}
    await old.say("to a")
    await old.say("to b", "200")
    batch = await old.parser.queue.next()
    old.parser.queue.reset()

    parsing = asyncio.create_task(old.parser._step(batch))
    await asyncio.sleep(0)
    await old.give(shards)
    assert len(old.found) == 2
    await parsing
    await old.say("again")
    await old.all()
    assert [row[0] for row in await _open(store)] == list(shards)

    await new.own(shards)
    await new.all()
    assert await texts(store) == {("a", _AMINA): ["to a", "again"], ("b", _AMINA): ["to b"]}


async def test_bytes_of_others_are_read_from_the_journal(store: Store, tmp_path: Path) -> None:
    """Those of its own come from memory while there is room."""
    node = Node(store, tmp_path, 1)
    node.parser.queue._bound = 2
    await node.own(ALL)
    read, webhooks = list[int](), node.parser.queue._reader.webhooks

    async def reading(ids: object) -> object:
        read.extend(wanted := list(ids))  # type: ignore[call-overload]
        return await webhooks(wanted)

    node.parser.queue._reader.webhooks = reading  # type: ignore[method-assign, assignment]
    made = [await node.say(f"{n}") for n in range(4)]
    await node.all()

    assert read == [raw.id for raw in made[2:]]
    assert await texts(store) == {("a", _AMINA): ["0", "1", "2", "3"]}


async def test_a_poke_wakes_the_owner(store: Store, tmp_path: Path) -> None:
    """Another process has stored something for one of its shards."""
    other, owner = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    shard = shard_of(owner, "a")
    await owner.own({shard})
    running = asyncio.create_task(owner.parser.run())
    await other.say("hi")
    owner.parser.heard(frozenset({shard_of(owner, "b")}))
    owner.parser.heard(frozenset({shard}))

    await eventually(lambda: len(owner.found) == 1)
    await owner.parser.drain(1)
    await running


async def test_the_database_away_is_waited_for(
    store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The queue is read again when it is back, and nothing is lost or twice."""
    monkeypatch.setattr("gateway.pipeline.parse.AGAIN", 0.01)
    node = Node(store, tmp_path, 1)
    await node.own(ALL)
    reads, read = iter([StoreUnavailable("away")] * 2), node.parser.queue._reader.all

    async def away(query: str, **values: object) -> object:
        for error in reads:
            raise error
        return await read(query, **values)

    node.parser.queue._reader.all = away  # type: ignore[method-assign, assignment]
    running = asyncio.create_task(node.parser.run())
    await node.say("hi")
    await eventually(lambda: len(node.found) == 1)
    await node.parser.drain(1)
    await running

    assert await texts(store) == {("a", _AMINA): ["hi"]}


async def test_who_only_takes_in_pokes_and_never_parses(store: Store, tmp_path: Path) -> None:
    """Without a shard it reads no queue; its ids go on behind what is stored."""
    intake, owner = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    newest = await owner.say("first")
    await intake.journal.begin()
    raw = await intake.say("second")
    assert await intake.step() == 0
    assert intake.member.told == {shard_of(owner, "a")}
    assert (raw.id > newest.id, raw.id % PROCESSES) == (True, 1)

    await owner.own(ALL)
    await owner.all()
    assert await texts(store) == {("a", _AMINA): ["first", "second"]}


async def test_a_replay_opens_the_webhook_for_each_of_its_owners(store: Store, tmp_path: Path) -> None:
    """Today's adapter reads what that of yesterday could not; who replays need not be one of them."""
    a, b = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    shard = shard_of(b, "b")
    await a.own(ALL - {shard})
    await b.own({shard})
    raw = await a.take(message("to a"), message("to b", "200"))
    await a.all()
    await b.all()
    before = await texts(store)
    await store.write(lambda tx: tx.run("delete from seen where tenant = 'duka'"))

    (report,) = await Replay(store, a.channels, a.parser._clock).run([str(raw.id)], apply=True)
    assert report["applied"]
    assert {row[0] for row in await _open(store)} == {shard_of(a, "a"), shard}
    await a.raws.sweep()
    await a.all()
    await b.all()

    assert await _open(store) == []
    assert {key: len(said) for key, said in (await texts(store)).items()} == dict.fromkeys(before, 2)


async def test_a_body_that_is_gone_is_passed_by(store: Store, tmp_path: Path) -> None:
    """Its time in the journal was over: its open row goes too."""
    node, other = Node(store, tmp_path, 1), Node(store, tmp_path, 2)
    await node.own(ALL)
    raw = await other.say("old")
    await other.say("new")
    await store.write(lambda tx: tx.run("delete from journal where id = :id", id=raw.id))

    await node.all()

    assert (await texts(store), await _open(store)) == ({("a", _AMINA): ["new"]}, [])


# The version before this one.


async def _older(store: Store, *texts: str) -> list[int]:
    """Webhooks that it answered: its number is 0, and it knows of no open rows."""
    found = []
    for text in texts:
        raw = raw_of(said(text), channel="a")
        newest = await value(store, "select max(id) from journal") or 0
        identifier = max(raw.received_at * PROCESSES, (newest // PROCESSES + 1) * PROCESSES)
        values = {"id": identifier, "provider": "fake", "channel": "a", "received_at": raw.received_at}
        values |= {"headers": '[{"x-hub-signature-256":["s"]},["a"]]', "body": raw.body}
        await store.append(JOURNAL["insert"], [values])
        found.append(identifier)
    return found


async def _marked(store: Store, parsed: int) -> None:
    await store.write(lambda tx: tx.run(_MARK, parsed=parsed))


_MARK = """insert into intake (process, parsed, starts) values (0, :parsed, 0)
on conflict (process) do update set parsed = excluded.parsed, starts = 0"""


async def test_what_an_older_version_left_is_taken_over(store: Store, tmp_path: Path) -> None:
    """Behind its mark, in order, and before anything newer."""
    ids = await _older(store, "parsed", "1", "2")
    await _marked(store, ids[0])
    node = Node(store, tmp_path, 1)
    await node.say("3")

    await node.own(ALL)
    await node.all()

    assert await texts(store) == {("a", _AMINA): ["1", "2", "3"]}


async def test_an_older_version_may_run_in_between(store: Store, tmp_path: Path) -> None:
    """It parses what this one left open, like replays, moves its mark, and ends in the middle of its own."""
    node = Node(store, tmp_path, 1)
    await node.own(ALL)
    await node.say("1")
    await node.all()
    await node.say("2")

    # It parses what is open, then the first of what it answers itself.
    older = Node(store, tmp_path, 5)
    await older.own(ALL)
    await older.all()
    first, *_ = await _older(store, "3", "4", "5")
    await store.write(lambda tx: tx.run(_OPENED, shard=shard_of(node, "a"), id=first))
    await older.all()
    await _marked(store, first)

    again = Node(store, tmp_path, 2)
    await again.own(ALL, unclean=True)
    await again.say("6")
    await again.all()

    assert await texts(store) == {("a", _AMINA): [f"{n}" for n in range(1, 7)]}
    assert (len(older.found), len(again.found)) == (2, 3)


_OPENED = "insert into journal_open (shard, id) values (:shard, :id)"


async def test_an_older_version_that_moved_no_mark_is_taken_over_too(store: Store, tmp_path: Path) -> None:
    """It answered, and was killed before it parsed anything: the mark is that of this version."""
    node = Node(store, tmp_path, 1)
    await node.own(ALL)
    await node.say("1")
    await node.all()
    await node.raws.gain(ALL)
    await _older(store, "2")

    again = Node(store, tmp_path, 2)
    await again.own(ALL)
    await again.all()
    await again.raws.gain(ALL)
    assert await again.step() == 0

    assert await texts(store) == {("a", _AMINA): ["1", "2"]}
    assert len(again.found) == 1
