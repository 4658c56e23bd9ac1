"""The gate, where messages are claimed: what is judged, what it uses up, and what is kept of it."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.clock import DAY, HOUR, SECOND, ManualClock
from gateway.errors import NotAllowed
from gateway.model.outbound import Template
from gateway.settings.policy import Cap, Policy, QuietHours
from gateway.store.port import Store
from tests.pipeline.agreed import agree
from tests.pipeline.world import Servers, eventually, rows, running, value
from tests.policy.places import KENYAN, ask, decided, offer, ruled

STRANGER = "+254700000099"


async def _until(store: Store, sql: str, wanted: Any) -> None:
    for _ in range(6000):
        if await value(store, sql) == wanted:
            return
        await asyncio.sleep(0.005)
    raise AssertionError(f"{sql} never gave {wanted}")


async def test_who_opts_out_between_the_asking_and_the_claim_gets_nothing(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """It has failed with the reason, without a dead letter; who follows the log hears of it."""
    line = await ruled(store, tmp_path, servers, clock)
    message = await ask(line, "by the way")
    await agree(store, "service", "out")
    async with running(line):
        await _until(store, "select count(*) from part", 1)

    assert servers.texts == []
    assert await decided(store, message) == [("drop", "opted_out")]
    (part,) = await rows(store, "select status, error, attempt from part")
    assert (part["status"], part["attempt"]) == ("failed", 0)
    assert msgspec.json.decode(part["error"])["kind"] == "opted_out"
    assert await value(store, "select count(*) from dead") == 0
    assert await value(store, "select count(*) from outbox") == 0
    told = await rows(store, "select data from feed_open")
    assert any('"message.status"' in str(row["data"]) and "opted_out" in str(row["data"]) for row in told)


async def test_stop_between_two_parts_of_a_message_ends_it(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """The first part is out; the second one is not sent, and says why."""
    line = await ruled(store, tmp_path, servers, clock)
    refusals = iter([{"kind": "rate_limited", "retry_after": 5.0}])
    servers.answer = lambda sent: next(refusals, {}) if sent["text"] == "b" else {}
    async with running(line):
        await ask(line, "a|b")
        await _until(store, "select count(*) from attempt", 1)
        await agree(store, "service", "out")
        clock.advance(3600)
        await _until(store, "select count(*) from part", 2)

    assert servers.texts == ["a", "b"]  # b was refused, and not tried again
    found = await rows(store, "select idx, status from part order by idx")
    assert [(row["idx"], row["status"]) for row in found] == [(0, "accepted"), (1, "failed")]
    assert await decided(store) == [("send", ""), ("drop", "opted_out")]


async def test_the_api_is_told_before_anything_is_stored(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """With the reason as its code; what only waits is taken."""
    line = await ruled(store, tmp_path, servers, clock)

    with pytest.raises(NotAllowed) as refused:
        await ask(line, offer())
    await agree(store, "service", "out")
    with pytest.raises(NotAllowed) as stopped:
        await ask(line, "by the way")

    assert (refused.value.code, stopped.value.code) == ("no_opt_in", "opted_out")
    assert await value(store, "select count(*) from message where direction = 'out'") == 0
    assert await decided(store) == []


async def test_at_night_a_message_waits_for_the_contacts_morning(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """Asked for by day and due by night: held once, decided twice, sent in the morning of its own zone."""
    quiet = Policy(quiet=QuietHours("21:00", "07:00"))
    line = await ruled(store, tmp_path, servers, clock, quiet, wrote=())
    evening = _next(clock, 17, 59, 59)  # 20:59:59 in Nairobi
    clock.advance((evening - clock.now()) / SECOND)
    await ask(line, Template("receipt", "en"), STRANGER)
    clock.advance(2)
    async with running(line):
        await _until(store, "select count(*) from scheduled", 1)
        (row,) = await rows(store, "select due_at, reason from scheduled")
        assert row["reason"] == "quiet_hours"
        assert row["due_at"] == evening + 10 * HOUR + SECOND
        assert servers.texts == []
        clock.advance(10 * 3600)
        await eventually(lambda: servers.texts == ["receipt"], 30.0)

    assert await decided(store) == [("hold", "quiet_hours"), ("send", "")]
    detail = msgspec.json.decode(await value(store, "select detail from decision order by at limit 1"))
    assert (detail["zones"], detail["zone_source"]) == (["Africa/Nairobi"], "phone")


def _next(clock: ManualClock, hour: int, minute: int, second: int) -> int:
    """The next time that it is so late, UTC."""
    today = datetime.fromtimestamp(clock.now() // SECOND, UTC).replace(
        hour=hour, minute=minute, second=second, microsecond=0
    )
    at = int(today.timestamp()) * SECOND
    return at if at > clock.now() else at + DAY


async def test_what_the_business_knows_of_the_zone_goes_before_the_number(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """Noon in Kenya is night in New York."""
    quiet = Policy(quiet=QuietHours("21:00", "07:00", awake=0.0))
    line = await ruled(store, tmp_path, servers, clock, quiet)
    clock.advance((_next(clock, 9, 0, 0) - clock.now()) / SECOND)
    await store.write(
        lambda tx: tx.run(
            "insert into contact_attribute (tenant, contact, name, value, digest, updated_at)"
            " select tenant, id, 'time_zone', '\"America/New_York\"', :d, 0 from contact", d=b"d",
        )
    )  # fmt: skip

    answer = msgspec.json.decode(await line.enqueue.send(_order(line, Template("receipt", "en"))))

    assert (answer["status"], answer["reason"]) == ("scheduled", "quiet_hours")


def _order(line: Any, message: Any) -> Any:
    from gateway.pipeline.enqueue import Order

    (channel,) = line.sender._channels
    return Order(channel, KENYAN, message)


async def test_a_cap_holds_until_there_is_room_and_a_template_not_beyond_its_life(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """Two a day; the third goes a day after the first. With a week to wait it would be too old."""
    policy = Policy(caps=(Cap(2, 86400.0),))
    line = await ruled(store, tmp_path, servers, clock, policy)
    await agree(store)
    async with running(line):
        for n in range(3):
            await ask(line, offer(f"offer{n}"))
            await _until(store, "select count(*) from decision", n + 1) if n < 2 else None
            clock.advance(60)
        await eventually(lambda: servers.texts == ["offer0", "offer1"], 30.0)
        assert await value(store, "select reason from scheduled") == "frequency_cap"
        await ask(line, "no marketing")
        await eventually(lambda: servers.texts[2:] == ["no marketing"], 30.0)
        clock.advance(86400)
        await eventually(lambda: servers.texts[3:] == ["offer2"], 30.0)
    assert await value(store, "select count(*) from slot") == 3

    weekly = await ruled(store, tmp_path, servers, clock, Policy(caps=(Cap(1, 7 * 86400.0),)), wrote=())
    with pytest.raises(NotAllowed) as refused:
        await ask(weekly, offer("too late"))
    assert refused.value.code == "frequency_cap"


async def test_what_did_not_go_out_gives_its_place_back(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """Refused for good by the provider: the next one has its place, in the cap and in the budget."""
    policy = Policy(caps=(Cap(1, 86400.0),), daily_contacts=1)
    line = await ruled(store, tmp_path, servers, clock, policy, wrote=())
    servers.answer = lambda sent: {"kind": "invalid"} if sent["text"] == "bad" else {}
    async with running(line):
        await ask(line, Template("hello", "en"), STRANGER)
        await eventually(lambda: servers.texts == ["hello"], 30.0)
        clock.advance(26 * 3600)
        await agree(store)
        await ask(line, offer("bad"), STRANGER)
        await _until(store, "select count(*) from dead", 1)
        assert await value(store, "select count(*) from slot") == 0
        await ask(line, offer("good"), STRANGER)
        await eventually(lambda: servers.texts == ["hello", "bad", "good"], 30.0)

    assert await value(store, "select count(*) from slot") == 1
    hours = await rows(store, "select contacts from reached_hour order by hour")
    assert [row["contacts"] for row in hours] == [1, 1]


async def test_contacts_written_to_first_wait_for_the_budget(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """One a day: the second waits until the first no longer counts; who has just written costs nothing, nor
    does the same contact again."""
    line = await ruled(store, tmp_path, servers, clock, Policy(daily_contacts=1))
    async with running(line):
        await ask(line, Template("a", "en"), STRANGER)
        await eventually(lambda: servers.texts == ["a"], 30.0)
        await ask(line, Template("b", "en"), "+254700000098")
        await ask(line, Template("c", "en"), STRANGER)
        await ask(line, Template("d", "en"), KENYAN)
        await eventually(lambda: sorted(servers.texts) == ["a", "c", "d"], 30.0)
        assert await value(store, "select reason from scheduled") == "tier_budget"
        clock.advance(25 * 3600)
        await eventually(lambda: sorted(servers.texts) == ["a", "b", "c", "d"], 30.0)


async def test_a_suppressed_name_stays_so_whoever_imports_it(
    store: Store, tmp_path: Path, servers: Servers, clock: ManualClock
) -> None:
    """The contact is new, the hash is not."""
    from gateway.consent.suppress import key, suppress
    from gateway.model.event import Identity
    from tests.pipeline.world import SEAL

    line = await ruled(store, tmp_path, servers, clock, wrote=())

    async def put(tx: Any) -> None:
        names = [Identity("phone", STRANGER)]
        await suppress(tx, await key(tx, SEAL, "duka"), "duka", names, ("service",), "erased", 1)

    await store.write(put)
    with pytest.raises(NotAllowed) as refused:
        await ask(line, Template("hello", "en"), STRANGER)
    assert refused.value.code == "suppressed"
