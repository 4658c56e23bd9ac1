"""T0b: what a stored webhook becomes, once, whatever comes with it and however often it comes."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway import Chat, Message, hook
from gateway.clock import DAY
from gateway.errors import SerializationFailure, StoreUnavailable
from gateway.model.event import ChannelEvent, Identity
from gateway.pipeline.fresh import Recorded
from gateway.pipeline.line import Line
from gateway.pipeline.queries import JOURNAL
from gateway.pipeline.record import record, take
from gateway.pipeline.records import RawWebhook
from gateway.pipeline.shards import Open
from gateway.store.port import Store
from tests.pipeline.world import host_of, line_of, phone, raw_of, rows, said, settings_of, value


class Silent:
    """Listens and says nothing."""

    @hook.on_message
    async def on_message(self, message: Message, chat: Chat) -> None:
        """Nothing."""


def _line(store: Store, tmp_path: Path, **more: object) -> Line:
    settings = settings_of(tmp_path, plugins=("silent",), **more)  # type: ignore[arg-type]
    return line_of(store, settings, host_of(silent=Silent()))


async def _record(line: Line, store: Store, *raws: RawWebhook) -> Recorded:
    parsed = [line.parser._parse(raw) for raw in raws]
    return await store.write(lambda tx: record(tx, parsed, line.parser._wanted, 42))


async def _open(store: Store) -> list[int]:
    return [row["id"] for row in await rows(store, "select id from journal_open order by id")]


async def test_a_message_is_stored_once_ever(store: Store, tmp_path: Path) -> None:
    """Twice in a webhook, in two webhooks of a batch, and in a later one."""
    line = _line(store, tmp_path)
    message = said("hi", id="wamid.1")

    first = await _record(line, store, raw_of(message, message), raw_of(message))
    second = await _record(line, store, raw_of(message))

    assert (first.new_messages, first.duplicates, len(first.events)) == (1, 2, 1)
    assert (second.new_messages, second.duplicates, len(second.events)) == (0, 1, 0)
    assert await value(store, "select count(*) from message") == 1
    assert await value(store, "select count(*) from event") == 1
    assert await value(store, "select unread from conversation") == 1


async def test_an_event_is_stored_once_by_its_key(store: Store, tmp_path: Path) -> None:
    """Nobody listens to it here, so it is seen and not kept open."""
    line = _line(store, tmp_path)
    event = ChannelEvent("account_update", "k1", 1, "100")

    first = await _record(line, store, raw_of(event, event))

    assert (first.new_events, first.duplicates, first.events) == (1, 1, [])
    assert await value(store, "select count(*) from event") == 0


async def test_the_open_row_goes_in_the_transaction_of_the_events(store: Store, tmp_path: Path) -> None:
    """What fails leaves no events, and the webhook open."""
    line = _line(store, tmp_path)
    await line.cluster.join()
    raw = raw_of(said("hi"))
    await line.journal.append(raw)
    parsed, process = [line.parser._parse(raw)], line.cluster.process
    row = Open(await value(store, "select shard from journal_open"), raw.id)

    async def fails(tx: object) -> None:
        assert await take(tx, JOURNAL["fence"], process, [row]) == [row]  # type: ignore[arg-type]
        await record(tx, parsed, line.parser._wanted, 42)  # type: ignore[arg-type]
        raise ValueError("the end of the process")

    with pytest.raises(ValueError, match="the end"):
        await store.write(fails)
    assert (await _open(store), await value(store, "select count(*) from message")) == ([raw.id], 0)

    await _parse(line, store)
    assert (await _open(store), await value(store, "select count(*) from message")) == ([], 1)


async def test_numbers_of_one_webhook_are_routed_one_by_one(store: Store, tmp_path: Path) -> None:
    """A number that nobody has is a dead letter, its neighbours are processed."""
    line = _line(store, tmp_path, numbers={"main": "100", "side": "200"})
    webhook = raw_of(said("a"), said("b", number="200"), said("c", number="999"), channel="")

    out = await _record(line, store, webhook)

    found = await rows(store, "select channel from message order by channel")
    assert [row["channel"] for row in found] == ["main", "side"]
    (dead,) = await rows(store, "select stage, reason, journal, detail from dead")
    assert (dead["stage"], dead["reason"], dead["journal"]) == ("parse", "foreign_number", str(webhook.id))
    assert "999" in dead["detail"]
    assert (out.new_messages, out.dead) == (2, 1)


async def test_a_number_of_another_app_is_foreign(store: Store, tmp_path: Path) -> None:
    """Its own secret did not sign this webhook: whoever signed it may not speak for that number."""
    line = _line(store, tmp_path, numbers={"main": "100", "side": "200"}, secrets={"side": "another"})

    await _record(line, store, raw_of(said("a"), said("forged", number="200"), channel=""))

    assert [row["channel"] for row in await rows(store, "select channel from message")] == ["main"]
    assert await value(store, "select reason from dead") == "foreign_number"


async def test_a_channels_address_takes_its_tenants_other_numbers(store: Store, tmp_path: Path) -> None:
    """/webhooks/fake/main may be entered for a whole account: the other number's messages are its own, if its
    own secret signed them."""
    line = _line(store, tmp_path, numbers={"main": "100", "side": "200"})
    await _record(line, store, raw_of(said("b", number="200"), channel="main"))
    assert [row["channel"] for row in await rows(store, "select channel from message")] == ["side"]
    assert await value(store, "select count(*) from dead") == 0


async def test_a_channels_address_takes_no_number_of_another_app(store: Store, tmp_path: Path) -> None:
    """/webhooks/fake/main does not speak for a number with another secret, nor for one that nobody has."""
    line = _line(store, tmp_path, numbers={"main": "100", "side": "200"}, secrets={"side": "another"})
    await _record(line, store, raw_of(said("b", number="200"), said("c", number="300"), channel="main"))
    assert await value(store, "select count(*) from message") == 0
    assert {row["reason"] for row in await rows(store, "select reason from dead")} == {"foreign_number"}


@pytest.mark.parametrize(
    "body", [b"raise", b"\x00", b"{}", b"[" * 100_000], ids=["bug", "NUL", "object", "deep"]
)
async def test_what_cannot_be_read_is_kept_and_passed_by(store: Store, tmp_path: Path, body: bytes) -> None:
    """A dead letter that names its webhook; the neighbours are processed."""
    line = _line(store, tmp_path)
    bad, good = raw_of(body=body), raw_of(said("good"))

    await _record(line, store, bad, good)

    (dead,) = await rows(store, "select reason, journal from dead")
    assert (dead["reason"], dead["journal"]) == ("unreadable", str(bad.id))
    assert await value(store, "select count(*) from message") == 1


async def test_the_window_follows_the_providers_clock_and_never_shrinks(store: Store, tmp_path: Path) -> None:
    """24 hours after the newest message, in whatever order they came."""
    line = _line(store, tmp_path)

    await _record(line, store, raw_of(said("new", at=9_000), said("old", at=5_000)))
    await _record(line, store, raw_of(said("older", at=4_000)))

    assert await value(store, "select window_until from conversation") == 9_000 + DAY
    assert await value(store, "select unread from conversation") == 3


async def test_a_contact_is_met_by_phone_and_then_by_user_id(store: Store, tmp_path: Path) -> None:
    """Through whole webhooks: one contact, one conversation, both names."""
    line = _line(store, tmp_path)
    user = Identity("bsuid", "KE.1", "waba")

    await _record(line, store, raw_of(said("a")))
    await _record(line, store, raw_of(said("b", sender=phone("+254700000001", user))))

    assert await value(store, "select count(*) from contact") == 1
    assert await value(store, "select count(*) from identity") == 2
    assert await value(store, "select count(distinct conversation) from message") == 1


@pytest.mark.parametrize(
    "error", [StoreUnavailable("away"), SerializationFailure("crossed")], ids=["away", "crossed"]
)
async def test_a_batch_waits_for_the_database(store: Store, tmp_path: Path, error: Exception) -> None:
    """Nothing of it becomes a dead letter."""
    line = _line(store, tmp_path)
    await line.cluster.join()
    await line.journal.append(raw_of(said("a")))
    write, fails = store.write, iter([True, True])

    async def away(work: object, *, urgent: bool = False) -> object:
        if next(fails, False):
            raise error
        return await write(work, urgent=urgent)  # type: ignore[arg-type]

    line.parser._store.write = away  # type: ignore[method-assign, assignment]
    await _parse(line, store)

    assert await value(store, "select count(*) from message") == 1
    assert await value(store, "select count(*) from dead") == 0


async def test_a_webhook_that_could_not_be_counted_stays_first_in_line(store: Store, tmp_path: Path) -> None:
    """After a crash: the database goes away while a start is counted; the next one does not overtake it."""
    await _line(store, tmp_path).cluster.join()
    line = _line(store, tmp_path)
    for text in ("first", "second"):
        await line.journal.append(raw_of(said(text)))
    await line.cluster.join()
    write, fails = store.write, iter([True])

    async def away(work: object, *, urgent: bool = False) -> object:
        if next(fails, False):
            raise StoreUnavailable("away")
        return await write(work, urgent=urgent)  # type: ignore[arg-type]

    line.parser._store.write = away  # type: ignore[method-assign, assignment]
    await _parse(line, store)

    found = await rows(store, "select content from message order by id")
    assert ["first" in row["content"] for row in found] == [True, False]


async def test_a_webhook_that_ended_the_process_five_times_is_set_aside(store: Store, tmp_path: Path) -> None:
    """The first start is not counted, four more are; then it is a dead letter and the next one is parsed."""
    first = _line(store, tmp_path)
    await first.cluster.join()
    await first.journal.append(poison := raw_of(said("poison")))
    for start in range(5):
        line = _line(store, tmp_path)
        await line.cluster.join()
        (row,) = await line.parser.queue.next()
        assert (row.id, line.parser.queue.suspect(row)) == (poison.id, True)
        assert bool(await line.parser._begin([row])) is (start < 4)
    await line.journal.append(raw_of(said("good")))
    await _parse(line, store)

    (dead,) = await rows(store, "select reason, journal from dead")
    assert (dead["reason"], dead["journal"]) == ("poison", str(poison.id))
    assert await value(store, "select count(*) from message") == 1


async def test_what_was_stored_after_a_crash_is_not_suspect(store: Store, tmp_path: Path) -> None:
    """The dead process cannot have died of it."""
    await _line(store, tmp_path).cluster.join()
    line = _line(store, tmp_path)
    await line.journal.append(raw_of(said("before")))
    await line.cluster.join()
    await line.journal.append(raw_of(said("after")))
    await line.journal.append(raw_of(said("later")))

    batches = [await line.parser.queue.next(), await line.parser.queue.next()]

    found = [[line.parser.queue.suspect(row) for row in batch] for batch in batches]
    assert found == [[True], [False, False]]


async def _parse(line: Line, store: Store) -> None:
    """Let the parser run until nothing is open."""
    task = asyncio.create_task(line.parser.run())
    async with asyncio.timeout(5):
        while await _open(store):  # noqa: ASYNC110 - the parser has no end to wait for
            await asyncio.sleep(0.01)
    await line.parser.drain(1)
    await task
    await line.lanes.drain(1)
