"""Events reach the addresses that want them: in order, signed, again and again until they do."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from gateway.clock import DAY, SECOND
from gateway.endpoints import deliver, desk
from gateway.endpoints.schedule import PAUSES
from tests.endpoints.world import ANNA, Post, Receiver
from tests.support.house import until


async def test_an_event_arrives_signed(post: Post, receiver: Receiver) -> None:
    """A library that knows the standard verifies it; the body is the event as the API shows it."""
    one = await post.add("/hook")
    post.start()
    await post.happen()
    await post.becomes(one, "done")

    (got,) = receiver.got
    told = Webhook(post.secrets[one.id]).verify(got.body, got.headers)
    assert told == {
        "type": "channel.paused",
        "timestamp": told["timestamp"],
        "id": got.headers["webhook-id"],
        "data": {"channel": "duka-main", "reason": "n0"},
        "seq": 1,
    }
    assert got.headers["content-type"] == "application/json"
    assert got.headers["user-agent"] == "channel-gateway"


async def test_an_endpoint_gets_what_it_asked_for_and_no_other_tenants(
    post: Post, receiver: Receiver
) -> None:
    """By type, and by tenant."""
    await post.add("/all")
    await post.add("/some", "message.received", "template.changed")
    await post.add("/soko", tenant="soko")
    post.start()
    await post.happen(2)
    await until(lambda: len(receiver.got) == 2)
    await post.happen(1, tenant="soko")
    await until(lambda: len(receiver.got) == 3)

    assert [got.path for got in receiver.got] == ["/all", "/all", "/soko"]


async def test_first_attempts_are_made_in_the_order_of_the_log(post: Post, receiver: Receiver) -> None:
    """They begin in order, five at once; each arrives once. One whose endpoint is looked up slowly may be
    passed by more than those four, but that is rare."""
    one = await post.add("/hook")
    began: list[int] = []
    real = post.deliverer.poster.post

    async def posted(endpoint, event, body):  # type: ignore[no-untyped-def]
        began.append(json.loads(body)["seq"])
        return await real(endpoint, event, body)

    post.deliverer.poster.post = posted  # type: ignore[method-assign]
    post.start()
    await post.happen(70)
    await post.becomes(one, "done", 70)
    await until(lambda: len(receiver.got) == 70)

    late = [seq for place, seq in enumerate(began, 1) if abs(place - seq) > 5]
    assert len(late) <= 3, late
    assert sorted(began) == list(range(1, 71))


async def test_a_failure_is_tried_again_by_the_schedule_and_then_kept(post: Post, receiver: Receiver) -> None:
    """Ten tries in 75 hours with one id and the same bytes; never earlier than the schedule says."""
    one = await post.add("/hook")
    receiver.answer = lambda request: 500
    post.start()
    await post.happen()
    for number, pause in enumerate(PAUSES, 1):
        waiting = await post.becomes(one, "waiting", attempts=number)
        assert waiting.attempts == len(receiver.got) == number
        await post.pass_time(pause - 1)
        await asyncio.sleep(0.05)
        assert len(receiver.got) == number
        await post.pass_time(2)
    failed = await post.becomes(one, "failed")

    assert failed.attempts == len(failed.log) == len(receiver.got) == 10
    assert failed.last_error == "the answer is 500"
    assert {(got.id, got.body) for got in receiver.got} == {(receiver.got[0].id, receiver.got[0].body)}
    assert len({got.headers["webhook-timestamp"] for got in receiver.got}) == 10
    assert sum(PAUSES) >= 72 * 3600
    assert (await post.endpoint(one)).state == "enabled"


async def test_retry_after_is_obeyed_for_the_whole_endpoint(post: Post, receiver: Receiver) -> None:
    """Nothing at all is sent before its time, an hour at most."""
    one = await post.add("/hook")
    receiver.answer = lambda request: web.Response(status=429, headers={"Retry-After": "9000"})
    post.start()
    await post.happen()
    await post.becomes(one, "waiting", attempts=1)
    receiver.answer = lambda request: 200
    await post.happen()
    await post.pass_time(3590)
    await asyncio.sleep(0.1)
    assert len(receiver.got) == 1
    await post.pass_time(11)
    await post.becomes(one, "done", 1)
    await post.becomes(one, "done", 2)


async def test_gone_disables_at_once(post: Post, receiver: Receiver) -> None:
    """410: what waited has failed, nothing is queued any more, and the audit log tells who did it."""
    one = await post.add("/hook")
    receiver.answer = lambda request: 410
    post.start()
    await post.happen()
    await post.becomes(one, "failed")
    await post.happen(3)

    now = await post.endpoint(one)
    assert (now.state, now.disabled_reason) == ("disabled", "gone")
    assert len(receiver.got) == 1
    log = "select actor, action from audit where tenant = :tenant order by seq"
    rows = await post.store.read(lambda tx: tx.all(log, tenant="duka"))
    assert [tuple(row[name] for name in ("actor", "action")) for row in rows] == [
        ("cli:anna", "webhook.create"),
        ("gateway", "webhook.disable"),
    ]
    assert post.metrics.value("gateway_webhook_out_disabled_total") == 1


async def test_five_days_without_a_success_disable(post: Post, receiver: Receiver) -> None:
    """A success in between starts the count anew."""
    one = await post.add("/hook")
    receiver.answer = lambda request: 500
    post.start()
    await post.happen()
    await post.becomes(one, "waiting", attempts=1)
    failing = (await post.endpoint(one)).failing_since
    assert failing == post.clock.now()
    await post.pass_time(4 * DAY / SECOND)
    receiver.answer = lambda request: 200
    await post.becomes(one, "done", attempts=2)
    now = await post.endpoint(one)
    assert (now.failing_since, now.last_success_at) == (0, post.clock.now())

    receiver.answer = lambda request: 500
    await post.happen(2)
    await post.becomes(one, "waiting", 2, attempts=1)
    await post.becomes(one, "waiting", 3, attempts=1)
    await post.pass_time(5 * DAY / SECOND)
    await post.becomes(one, "failed", 2)
    await post.becomes(one, "failed", 3)

    now = await post.endpoint(one)
    assert (now.state, now.disabled_reason) == ("disabled", "failing")


async def test_a_process_that_dies_before_it_knows_delivers_again(post: Post, receiver: Receiver) -> None:
    """The receiver has it, the outcome is lost: it comes once more, under the same id."""
    one = await post.add("/hook")
    never = asyncio.Event()

    async def hang(request: web.Request) -> int:
        await never.wait()
        return 200

    receiver.answer = hang
    post.start()
    await post.happen()
    await until(lambda: len(receiver.got) == 1)
    await post.kill()
    assert (await post.delivery(one)).state == "waiting"

    receiver.answer = lambda request: 200
    post.new_process()
    post.start()
    await post.becomes(one, "done")

    assert len(receiver.got) == 2
    assert len({(got.id, got.body) for got in receiver.got}) == 1
    never.set()


async def test_what_waits_for_a_deleted_address_is_not_sent(post: Post, receiver: Receiver) -> None:
    """Nor is anything left of it, after a while."""
    one = await post.add("/hook")
    receiver.answer = lambda request: 500
    post.start()
    await post.happen()
    await post.becomes(one, "waiting", attempts=1)
    await post.store.scope("duka").write(lambda tx: desk.delete(tx, ANNA, one, post.clock.now()))
    await post.pass_time(10)
    await asyncio.sleep(0.1)

    assert len(receiver.got) == 1
    await post.kill()
    post.new_process()
    post.clock.advance(120)
    await post.deliverer._keep_up()
    for table in ("endpoint", "delivery", "webhook_attempt"):
        count = await post.store.read(
            lambda tx, table=table: tx.value(f"select count(*) from {table} where tenant = 'duka'")  # type: ignore[misc]
        )
        assert count == 0, table


async def test_what_waits_for_nobody_keeps_nobody_busy(
    post: Post, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """However much was left behind for an address that is deleted, or was disabled while it was queued."""
    looks = 0
    real = deliver.read_job

    async def counted(*args: Any) -> Any:
        nonlocal looks
        looks += 1
        return await real(*args)

    monkeypatch.setattr(deliver, "read_job", counted)
    deleted, disabled = await post.add("/deleted"), await post.add("/disabled")
    await post.happen(60)
    await post.store.scope("duka").write(lambda tx: desk.delete(tx, ANNA, deleted, post.clock.now()))
    await post.store.write(lambda tx: tx.run("update endpoint set state = 'disabled' where tenant = 'duka' "
        "and state = 'enabled'"))  # fmt: skip
    post.start()
    await asyncio.sleep(0.5)
    assert (looks, receiver.got) == (0, [])
    assert post.metrics.value("gateway_queue", name="webhook_out") == 0

    await post.store.scope("duka").write(lambda tx: desk.turn_on(tx, ANNA, disabled, post.clock.now()))
    post.deliverer.stir("duka", disabled.id)
    await post.becomes(disabled, "done", 60)
    assert {got.path for got in receiver.got} == {"/disabled"}
