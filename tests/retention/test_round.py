"""A round: what is older than it is to be kept goes, whatever is open stays, and nothing else changes."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from gateway.audit import GATEWAY, note
from gateway.audit.verify import verify
from gateway.clock import DAY, HOUR
from gateway.feed.read import Gone, read_after
from gateway.retention.keeper import LEAST, LOOK, MOST, sized
from gateway.retention.outlook import Outlook, ask_round, finding, outlook
from gateway.settings.kept import KINDS
from tests.retention.conftest import Yard

EDGE = HOUR


async def _old_and_young(yard: Yard, table: str, kind: str, column: str, **values: Any) -> Any:
    """One row on each side of the time for which *kind* is kept; the key of the younger one."""
    edge = yard.now - int(KINDS[kind].usual * 1_000_000)
    young = ""
    for at in (edge - EDGE, edge + EDGE):
        young = yard.id(at)
        made = {name: young if value == "ID" else value for name, value in values.items()}
        if value := made.get("key"):
            made["key"] = str(value).encode() if table == "seen" else value
        await yard.add(table, **{"tenant": "duka", column: at, **made})
    return young


@pytest.mark.parametrize(
    ("kind", "table", "column", "values", "key"),
    [
        ("seen", "seen", "at", {"key": "ID"}, "key"),
        ("statuses", "status", "received_at", {"provider_message_id": "ID"}, "provider_message_id"),
        ("attempts", "attempt", "ended_at", {"part": "ID"}, "part"),
        ("decisions", "decision", "at", {"message": "ID"}, "message"),
        ("dead_letters", "dead", "at", {"id": "ID"}, "id"),
        ("idempotency", "idempotency", "created_at", {"key": "ID"}, "key"),
        ("signals", "signal", "at", {"id": "ID"}, "id"),
        ("messages", "message", "created_at", {"id": "ID"}, "id"),
    ],
)
async def test_what_is_older_goes(
    yard: Yard, kind: str, table: str, column: str, values: dict[str, Any], key: str
) -> None:
    """On both sides of the line, by the defaults, without being asked; it is counted and told."""
    young = await _old_and_young(yard, table, kind, column, **values)

    assert await yard.keeper().round() == 1

    left = [
        bytes(each).decode() if table == "seen" else each
        for each in await yard.rows(f"select {key} from {table}")
    ]
    assert left == [young]
    assert await yard.rows("select kind, total from retention") == [(kind, 1)]
    assert yard.metrics.retention_removed.labels(kind)._value.get() == 1
    edge = KINDS[kind].usual - EDGE / 1_000_000
    assert yard.metrics.retention_oldest_seconds.labels(kind)._value.get() == pytest.approx(edge)
    assert await yard.keeper().round() == 0


async def test_the_journal_goes_but_for_what_is_open(yard: Yard) -> None:
    """A webhook that was never parsed stays, for whichever shard it is open."""
    edge = yard.now - 14 * DAY
    ids = [(edge + offset) << 10 | 3 for offset in (-3 * EDGE, -2 * EDGE, -EDGE, EDGE)]
    for id in ids:
        await yard.add("journal", id=id, received_at=id >> 10, headers="{}", body=b"x")
    await yard.add("journal_open", shard=41, id=ids[1])

    assert await yard.keeper().round() == 2

    assert await yard.rows("select id from journal") == [ids[1], ids[3]]


async def test_a_message_goes_with_all_that_is_its_own(yard: Yard) -> None:
    """Parts, attempts, statuses, menus, decisions; of its files the link. Others' are not touched."""
    old = yard.now - 400 * DAY
    keep = await yard.message("duka", yard.now - 300 * DAY)
    gone = await yard.message("duka", old)
    for message, at in ((gone, yard.now), (keep, yard.now)):
        part = f"p{message}"
        await yard.add(
            "part", tenant="duka", id=part, message=message, channel="main", provider_message_id=part
        )
        await yard.add("attempt", tenant="duka", part=part, ended_at=at)
        await yard.add("status", tenant="duka", channel="main", provider_message_id=part, received_at=at)
        await yard.add("menu", tenant="duka", conversation="v", message=message, at=at, menu="{}")
        await yard.add("decision", tenant="duka", message=message, at=at)
        await yard.add("media", tenant="duka", id=part, message=message, state="failed", visibility="private")

    await yard.keeper().round()

    for table, column in (
        ("message", "id"),
        ("part", "message"),
        ("menu", "message"),
        ("decision", "message"),
    ):
        assert await yard.rows(f"select {column} from {table}") == [keep], table
    for table, column in (("attempt", "part"), ("status", "provider_message_id")):
        assert await yard.rows(f"select {column} from {table}") == [f"p{keep}"], table
    assert await yard.rows("select id, message from media") == sorted([(f"p{gone}", ""), (f"p{keep}", keep)])


@pytest.mark.parametrize("held", ["outbox", "in_doubt", "scheduled", "event", "dead", "media", "public"])
async def test_what_is_open_keeps_its_message(yard: Yard, held: str) -> None:
    """A part that is to be sent or in doubt, a time to come, an event, a dead letter, a file that is kept. A
    public file holds nothing."""
    at = yard.now - 400 * DAY
    message = await yard.message("duka", at)
    other = await yard.message("duka", at)
    match held:
        case "outbox" | "in_doubt":
            state = "ready" if held == "outbox" else held
            await yard.add("outbox", tenant="duka", id=yard.id(at), message=message, state=state)
        case "scheduled":
            await yard.add("scheduled", tenant="duka", message=message, bodies="[]")
        case "event":
            await yard.add("event", tenant="duka", id=yard.id(at), message=message)
        case "dead":
            await yard.add(
                "dead", tenant="duka", id=yard.id(yard.now), stage="send", ref=message, at=yard.now
            )
        case "media" | "public":
            await yard.add(
                "media", tenant="duka", id="f", message=message, state="stored", stored_at=yard.now,
                visibility="public" if held == "public" else "private",
            )  # fmt: skip

    await yard.keeper().round()

    left = await yard.rows("select id from message")
    assert left == ([] if held == "public" else [message]), other


async def test_a_tenant_keeps_what_it_says(yard: Yard) -> None:
    """Its own length, while the other's is what all have; one that was removed is gone through too."""
    await yard.add("tenant", tenant="gone", origin="database", removed_at=1, policy="{}", retention="{}")
    for tenant in ("duka", "soko", "gone"):
        await yard.message(tenant, yard.now - 40 * DAY)
        await yard.message(tenant, yard.now - 400 * DAY)
    await yard.keeper().round()
    assert await yard.rows("select tenant, count(*) as n from message group by tenant") == [
        ("duka", 1),
        ("gone", 1),
    ]


async def test_the_log_of_events_goes_from_its_beginning(yard: Yard) -> None:
    """Up to what is still to be delivered to an endpoint that is on; readers from before are told."""
    old, young = yard.now - 31 * DAY, yard.now - DAY
    for first, at in ((1, old), (4, old), (6, old), (8, young)):
        n = {1: 3, 4: 2, 6: 2, 8: 1}[first]
        data = msgspec.json.encode([["message.status", {}]] * n).decode()
        await yard.add("feed", tenant="duka", first=first, id=yard.id(at), at=at, n=n, data=data)
    await yard.add("feed_head", tenant="duka", seq=8)
    for endpoint, state, seq in (("on", "enabled", 7), ("off", "disabled", 2)):
        await yard.add("endpoint", tenant="duka", id=endpoint, state=state, types="[]")
        await yard.add("delivery", tenant="duka", endpoint=endpoint, seq=seq, state="waiting")

    assert await yard.keeper().round() == 2
    assert await yard.rows("select first from feed") == [6, 8]

    with pytest.raises(Gone) as gone:
        await yard.store.read(lambda tx: read_after(tx, "duka", 2, 10))
    assert gone.value.oldest == 6
    await yard.store.write(
        lambda tx: tx.run("update delivery set state = 'done', updated_at = :now", now=yard.now - 40 * DAY)
    )
    await yard.keeper().round()
    assert await yard.rows("select first from feed") == [8]
    assert await yard.rows("select endpoint from delivery") == [], "what ended long ago goes too"


async def test_the_audit_log_goes_from_its_beginning_and_stays_whole(yard: Yard) -> None:
    """Its chain is verified from where it begins now; the newest row stays; the young cannot be removed."""
    for days in (900, 800, 100):
        at = yard.now - days * DAY
        await yard.store.write(lambda tx: note(tx, GATEWAY, "duka", "tenant.change", "x", at))  # noqa: B023
    await yard.store.write(lambda tx: note(tx, GATEWAY, "soko", "tenant.change", "x", yard.now - 900 * DAY))

    await yard.keeper().round()

    assert await yard.rows("select tenant, seq from audit") == [("duka", 3), ("soko", 1)]
    assert [(each.problem, each.rows) for each in await verify(yard.store)] == [("", 1), ("", 1)]
    await yard.store.write(lambda tx: note(tx, GATEWAY, "duka", "tenant.change", "y", yard.now))
    assert [each.problem for each in await verify(yard.store)] == ["", ""]
    with pytest.raises(Exception, match="append-only"):
        await yard.store.write(lambda tx: tx.run("delete from audit where tenant = 'duka' and seq = 3"))
    with pytest.raises(Exception, match="append-only"):
        await yard.store.write(lambda tx: tx.run("update audit_kept set seq = 1 where tenant = 'duka'"))


async def test_an_answer_goes_before_the_message_that_it_names(yard: Yard) -> None:
    """Of soko, which keeps messages for 30 days: answers are not kept for longer than those."""
    at = yard.now - 31 * DAY
    yard.directory.settings = msgspec.structs.replace(
        yard.directory.settings,
        retention=msgspec.structs.replace(yard.directory.settings.retention, idempotency=60 * 86_400.0),
    )
    for tenant in ("duka", "soko"):
        await yard.add("idempotency", tenant=tenant, key="k", created_at=at)
    await yard.keeper().round()
    assert await yard.rows("select tenant from idempotency") == ["duka"]


async def test_how_it_goes_is_told(yard: Yard) -> None:
    """The oldest of each kind, what went last, when the next round is; the doctor tells of one that lasts."""
    at = yard.now - 300 * DAY
    await yard.message("duka", yard.now - 400 * DAY)
    await yard.message("duka", at)
    assert (await finding(yard.store, yard.now)).ok
    await yard.keeper().round()

    kinds, round = await outlook(yard.store, "duka")

    assert {*kinds} == {*KINDS}
    assert kinds["messages"] == Outlook(at, 1, yard.now)
    assert kinds["events"] == kinds["journal"] == Outlook()
    assert (round.began_at, round.next_at) == (0, yard.now + HOUR)
    assert (await outlook(yard.store, "soko"))[0]["messages"] == Outlook()
    began = yard.now - 2 * DAY
    await yard.store.write(lambda tx: tx.run("update retention_round set began_at = :at", at=began))
    told = await finding(yard.store, yard.now)
    assert (told.ok, "for 48 hours" in told.detail) == (False, True)


async def test_a_round_is_due_by_the_clock_or_asked_for(yard: Yard) -> None:
    """A minute after the start and an hour after the last one; at once for who asks."""
    rounds: list[int] = []

    async def pause(seconds: float) -> None:
        if seconds != LOOK:
            return
        yard.clock.advance(LOOK)
        rounds.extend(await yard.rows("select ended_at from retention_round"))
        if len(rounds) > 1500:
            raise _Enough

    with pytest.raises(_Enough):
        await yard.keeper(pause).run()
    times = sorted({*rounds} - {0})
    assert [at - times[0] for at in times] == [0, HOUR, 2 * HOUR]
    await ask_round(yard.store)
    rounds.clear()
    rounds.extend([0] * 1495)
    with pytest.raises(_Enough):
        await yard.keeper(pause).run()
    assert max(rounds) > times[-1]


class _Enough(Exception):
    """The test has seen what it wants."""


async def test_what_has_a_time_of_its_own_goes_with_the_round(yard: Yard) -> None:
    """Whom a business wrote to first, by contact and by hour; contacts that were muted."""
    for days in (30, 1):
        at = yard.now - days * DAY
        contact = f"c{days}"
        await yard.add("contact", tenant="duka", id=contact)
        await yard.add("reached", tenant="duka", portfolio="p", contact=contact, at=at)
        await yard.add("reached_hour", tenant="duka", portfolio="p", hour=at // HOUR, contacts=1)
        await yard.add("muted", tenant="duka", contact=contact, since=at)
    await yard.keeper().round()
    for table in ("reached", "muted"):
        assert await yard.rows(f"select contact from {table}") == ["c1"], table
    assert await yard.rows("select hour from reached_hour") == [(yard.now - DAY) // HOUR]


@pytest.mark.parametrize(
    ("limit", "share", "more", "next"),
    [
        (100, 0.2, True, 150), (100, 0.2, False, 100), (100, 0.7, True, 100), (100, 1.25, True, 80),
        (100, 20.0, True, 50), (12, 20.0, True, LEAST), (400, 0.1, True, MOST),
    ],
)  # fmt: skip
def test_a_page_grows_and_shrinks_by_what_the_last_one_took(
    limit: int, share: float, more: bool, next: int
) -> None:
    """A machine that is busy for a moment does not make the pages small for long."""
    assert sized(limit, share, more) == next


async def test_work_is_cut_into_pages_with_pauses(yard: Yard) -> None:
    """Nobody waits for more than a page; between two there is time for others."""
    at = yard.now - 400 * DAY
    for _ in range(250):
        await yard.message("duka", at)
    assert await yard.keeper().round() == 250
    assert await yard.rows("select total, removed from retention") == [(250, 250)]
    assert len([each for each in yard.pauses if each > 0]) >= 3
    assert await yard.rows("select began_at from retention_round") == [0]
