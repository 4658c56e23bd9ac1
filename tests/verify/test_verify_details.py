"""What a check leaves alone, what it looks at twice, how far back, and how much at once."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from gateway.clock import MINUTE, SECOND, SystemClock
from gateway.model.ids import new_id, smallest_id
from gateway.model.status import RANK
from gateway.observe import Metrics
from gateway.pipeline.outcome import UNKNOWN_RANK
from gateway.settings import Sending
from gateway.store import Store
from gateway.store.port import Tx
from gateway.store.sql import load_queries
from gateway.verify import record, stage
from gateway.verify.record import Terms
from gateway.verify.run import Verification
from gateway.verify.stage import Verifier
from tests.support.house import until
from tests.verify.test_verify_tampered import look, spoil, told
from tests.verify.town import message, part, settle

_LATER = f"update part set accepted_at = accepted_at + {9 * SECOND} where id = 'part-0' and tenant = 'duka'"
_STUCK = f"update outbox set claimed_at = claimed_at - {60 * MINUTE} where state = 'sending'"
_ENDED = "update process set lease_until = started_at"


async def test_a_dead_letter_that_was_sent_after_all_is_not_out_of_order(store: Store) -> None:
    """A person wanted it so."""
    await settle(store)
    await spoil(store, _LATER)
    assert told(await look(store)) == {"part_order broken": ["part-1"]}
    await spoil(
        store,
        "insert into dead select tenant, 'zz-letter', 'send', 'out-0', plugin, reason, detail, journal, body,"
        " at, at from dead where tenant = 'duka' and id = 'letter'",
    )
    assert told(await look(store)) == {}


async def test_order_is_that_of_answers_to_the_same_conversation(store: Store) -> None:
    """What the API or another conversation's event sent in between has its own order."""
    now = await settle(store)

    async def work(tx: Tx) -> None:
        await message(tx, "duka", "news", now, direction="out", event="", parts=1)
        await part(tx, "duka", "part-5", "news", now - 9 * SECOND)

    await store.write(work)
    assert told(await look(store)) == {}


async def test_while_nobody_serves_what_is_stuck_is_late(store: Store) -> None:
    """No process is there that could have broken a promise."""
    await settle(store)
    await spoil(store, _STUCK)
    assert told(await look(store)) == {"sending_stuck broken": ["part-8", "part-8"]}
    await spoil(store, "update job set epoch = 9 where state = 'running'")
    await spoil(store, _ENDED)
    found = told(await look(store))
    assert found == {"sending_stuck late": ["part-8", "part-8"], "job_stuck late": ["job-2", "job-2"]}


async def test_a_finding_is_looked_at_again(store: Store) -> None:
    """What is put right before the second look was on its way, and is not told."""
    await settle(store)
    await spoil(store, "update message set parts = 2 where id = 'out-1'")
    terms = Terms(SystemClock().now())
    looking = asyncio.create_task(Verification(store, terms, settle=1.0).run())
    await asyncio.sleep(0.7)
    await spoil(store, "update message set parts = 1 where id = 'out-1' and tenant = 'soko'")
    assert told(await looking) == {"message_parts broken": ["out-1"]}


async def test_records_are_read_from_a_time_on_and_open_work_whole(store: Store) -> None:
    """`--since` is a place in the ids: older records are not read at all."""
    now = await settle(store)
    old, new = smallest_id(now - 60 * MINUTE), new_id()

    async def work(tx: Tx) -> None:
        for tenant in ("duka", "soko"):
            for id in ("in-1", "in-2", "in-3", "out-0", "out-1", "out-8", "failed", "later"):
                await tx.run("delete from message where tenant = :tenant and id = :id", tenant=tenant, id=id)
            await message(tx, tenant, old, now, conversation="x")
            await message(tx, tenant, new, now, conversation="x")

    await store.write(work)
    report = await Verification(store, Terms(now, since=now - 30 * MINUTE), settle=0.0).run()
    (result,) = [each for each in report.results if each.check.name == "message_place"]
    assert (result.rows, [each.id for each in result.broken]) == (2, [new, new])
    rows = {each.check.name: each.rows for each in report.results}
    assert rows["outbox_place"] == 4


async def test_the_log_is_read_from_a_time_on(store: Store) -> None:
    """The number at which a time begins is found by halving."""
    now = await settle(store)
    await spoil(store, f"update feed set at = at - {60 * MINUTE} where first < 4")
    await spoil(store, "update feed set n = 1 where first = 1")
    assert "feed_holes broken" in told(await look(store))
    report = await Verification(store, Terms(now, since=now - 30 * MINUTE), settle=0.0).run()
    (result,) = [each for each in report.results if each.check.name == "feed_holes"]
    assert (result.rows, result.broken) == (2, [])


async def test_a_broken_database_is_told_in_bounded_words(store: Store) -> None:
    """A thousand findings of a check are enough."""
    now = await settle(store)

    async def work(tx: Tx) -> None:
        for _ in range(record.MOST + 5):
            await message(tx, "duka", new_id(), now, conversation="x")

    await store.write(work)
    (result,) = [each for each in (await look(store)).results if each.broken]
    assert (result.check.name, len(result.broken), result.more) == ("message_place", record.MOST, True)


async def test_the_leader_shows_what_is_broken(store: Store) -> None:
    """By check, as a gauge; whoever does not lead any more shows nothing."""
    await settle(store)
    metrics, leads = Metrics(), [True]
    verifier = Verifier(store, SystemClock(), metrics, lambda: leads[0], Sending(), settle=0.0)
    await verifier.once()
    assert metrics.value("gateway_invariant_violations", check="two_sending") == 0
    await spoil(store, "update outbox set state = 'sending', claimed_at = created_at where id = 'part-9'")
    await verifier.once()
    assert metrics.value("gateway_invariant_violations", check="two_sending") == 2
    assert metrics.value("gateway_invariant_violations", check="part_rank") == 0
    leads[0] = False
    verifier.step_down()
    assert metrics.value("gateway_invariant_violations", check="two_sending") == 0


async def test_the_stage_verifies_while_it_leads(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever becomes the leader verifies soon, and stops showing when it leads no more."""
    monkeypatch.setattr(stage, "TICK", 0.01)
    monkeypatch.setattr(stage, "FIRST", 0.05)
    await settle(store)
    await spoil(store, "update part set rank = 50 where id = 'part-1' and tenant = 'duka'")
    metrics, leads = Metrics(), [False]
    verifier = Verifier(store, SystemClock(), metrics, lambda: leads[0], Sending(), settle=0.0)
    running = asyncio.create_task(verifier.run())

    def shown() -> float:
        return metrics.value("gateway_invariant_violations", check="part_rank")

    await asyncio.sleep(0.2)
    assert shown() == 0
    leads[0] = True
    await until(lambda: shown() == 1, "the leader has looked")
    leads[0] = False
    await until(lambda: shown() == 0, "who leads no more shows nothing")
    running.cancel()


async def test_who_stops_leading_stops_looking(store: Store) -> None:
    """Another process verifies from then on."""
    await settle(store)
    report = await Verification(store, Terms(SystemClock().now()), go_on=lambda: False).run()
    assert report.rows == 0


def test_ranks_are_those_of_the_model() -> None:
    """SQL says them once more, because it cannot ask."""
    sql = load_queries(Path(record.__file__).with_name("rules.sql"))["part_rank"]
    assert all(f"when '{status}' then {rank}" in sql for status, rank in RANK.items())
    assert f"when 'in_doubt' then {UNKNOWN_RANK}" in sql
