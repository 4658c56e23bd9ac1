"""Receivers that hang, redirect, never end or lead inside (F51, A29, A56)."""

from __future__ import annotations

import asyncio
import time
from collections import Counter

import pytest
from aiohttp import web
from msgspec.structs import replace

from gateway.clock import ManualClock
from gateway.endpoints.desk import EndpointRefused
from gateway.endpoints.queries import ENDPOINTS
from gateway.endpoints.record import Endpoint
from gateway.net import client
from gateway.store.port import Store
from tests.endpoints.world import Post, Receiver, receiving
from tests.net.canary import ROWS, Canary
from tests.net.test_net_matrix import NAMES
from tests.support.house import until


async def test_f51_an_endpoint_that_hangs_slows_no_other(post: Post, receiver: Receiver) -> None:
    """300 events for each of two: one answers after 30 s, the other has all of its in a few."""
    running: Counter[str] = Counter()
    most: Counter[str] = Counter()

    async def answer(request: web.Request) -> int:
        running[request.path] += 1
        most[request.path] = max(most[request.path], running[request.path])
        await asyncio.sleep(30 if request.path == "/hangs" else 0)
        running[request.path] -= 1
        return 200

    receiver.answer = answer
    await post.add("/hangs")
    healthy = await post.add("/healthy")
    post.start()
    began = time.monotonic()
    await post.happen(300)
    await until(lambda: len(receiver.at("/healthy")) == 300, within=60)
    took = time.monotonic() - began
    await post.becomes(healthy, "done", 300)

    print(f"F51: 300 deliveries to the healthy endpoint in {took:.1f} s beside one that hangs")
    assert len(receiver.at("/hangs")) == most["/hangs"] == 5
    assert most["/healthy"] <= 5


async def test_f51_one_that_fails_is_only_probed(
    store: Store, receiver: Receiver, clock: ManualClock
) -> None:
    """After a time-out one attempt at once; sixty endpoints that hang leave places for the others."""
    post = Post(store, receiver, clock, timeout=0.3)
    never = asyncio.Event()

    async def answer(request: web.Request) -> int:
        if request.path != "/healthy":
            await never.wait()
        return 200

    receiver.answer = answer
    for tenant in ("duka", "soko", "zoko"):
        for number in range(20 if tenant != "zoko" else 19):
            await post.add(f"/hangs/{number}", tenant=tenant)
    healthy = await post.add("/healthy", tenant="zoko")
    post.start()
    try:
        for tenant in ("duka", "soko", "zoko"):
            await post.happen(30, tenant=tenant)
        await until(
            lambda: post.metrics.value("gateway_webhook_out_total", result="unreachable") > 60, within=30
        )
        before = len(receiver.at("/healthy"))
        await post.happen(20, tenant="zoko")
        await until(lambda: len(receiver.at("/healthy")) == 50, within=30)
        await post.becomes(healthy, "done", 50)
        assert before <= 50
    finally:
        await post.kill()
        never.set()


async def test_a56_a_redirect_is_not_followed(post: Post, receiver: Receiver) -> None:
    """Wherever it leads: it is a refusal."""
    one = await post.add("/moved")
    moved = web.Response(status=307, headers={"Location": receiver.origin + "/elsewhere"})
    receiver.answer = lambda request: moved
    post.start()
    await post.happen()
    shown = await post.becomes(one, "waiting", attempts=1)

    assert (shown.last_status, shown.last_error) == (307, "the answer is 307")
    assert receiver.at("/elsewhere") == []


@pytest.mark.parametrize("status", [200, 500])
async def test_a56_an_answer_of_ten_gigabytes_is_not_read(
    post: Post, receiver: Receiver, status: int
) -> None:
    """64 KiB are read and 1024 characters kept; the status counts."""
    sent = 0

    async def answer(request: web.Request) -> web.StreamResponse:
        nonlocal sent
        response = web.StreamResponse(status=status, headers={"Content-Length": str(10 * 1024**3)})
        await response.prepare(request)
        for _ in range(10 * 1024 * 16):
            await response.write(b"x" * 65_536)
            sent += 65_536
        return response

    receiver.answer = answer
    one = await post.add("/large")
    post.start()
    await post.happen()
    shown = await post.becomes(one, "done" if status == 200 else "waiting", attempts=1)

    assert shown.last_status == status
    assert shown.log[0].response == "x" * 1024
    print(f"A56: {sent / 1024 / 1024:.1f} MiB of 10 GiB left the receiver")
    assert sent < 32 * 1024 * 1024


async def test_a56_an_answer_that_never_ends_counts_by_its_status(
    store: Store, receiver: Receiver, clock: ManualClock
) -> None:
    """It is left when the time is over."""
    post = Post(store, receiver, clock, timeout=0.4)

    async def answer(request: web.Request) -> web.StreamResponse:
        response = web.StreamResponse()
        await response.prepare(request)
        while True:
            await response.write(b".")
            await asyncio.sleep(0.05)

    receiver.answer = answer
    one = await post.add("/endless")
    post.start()
    await post.happen()
    shown = await post.becomes(one, "done")
    await post.kill()

    assert 0.3 < shown.log[0].seconds + post.settings.timeout < 2
    assert shown.log[0].response.startswith("...")


async def test_a56_cookies_are_not_kept(post: Post, receiver: Receiver) -> None:
    """None goes back, and what an answer holds is shown as text that is safe to keep."""

    def answer(request: web.Request) -> web.Response:
        made = web.Response(body=b"\x00\xff<b>\x1b[31mhi</b>")
        made.set_cookie("session", "1")
        return made

    receiver.answer = answer
    one = await post.add("/cookie")
    post.start()
    await post.happen(2)
    await post.becomes(one, "done", 1)
    await post.becomes(one, "done", 2)

    assert [got.headers.get("cookie") for got in receiver.got] == [None, None]
    assert (await post.delivery(one)).log[0].response == "\ufffd\ufffd<b>\ufffd[31mhi</b>"


@pytest.mark.parametrize("name", ROWS)
async def test_a29_what_is_visible_is_refused_when_it_is_saved(post: Post, name: str) -> None:
    """Every row of the matrix, but the names whose address nobody can see."""
    url = ROWS[name].format(port=4444)
    if name in ("name that changes", "name of loopback, port 443"):
        await post.add("", url=url)
        return
    with pytest.raises(EndpointRefused) as refused:
        await post.add("", url=url)
    assert (refused.value.code, refused.value.pointer) == ("bad_url", "/url")


async def test_a29_no_endpoint_leads_inside(
    post: Post,
    canary: Canary,
    names: dict[str, list[str]],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Rows that got into the database all the same: nobody connects to the canary, with the look at the URL
    and with the check at the connection alone."""
    names |= {name: list(addresses) for name, addresses in NAMES.items()}
    made: list[Endpoint] = []
    one = await post.add("/x")
    for look in (True, False):
        with monkeypatch.context() as patch:
            if not look:
                patch.setattr(client, "visible_problem", lambda url, **more: "")
            for url in ROWS.values():
                bad = _replace(one, url.format(port=canary.port))
                made.append(bad)
                attempt = await post.deliverer.poster.post(bad, "event", b"{}")
                assert attempt.status == 0, url
                assert attempt.response == ""

    print(f"A29: {len(made)} attempts, {canary.connections} connections reached the canary")
    assert canary.connections == 0


async def test_a29_the_canary_would_be_reached_if_it_were_trusted(
    post: Post, store: Store, clock: ManualClock
) -> None:
    """The test above can fail."""
    async with receiving() as other:
        one = await post.add("/x")
        assert (await post.deliverer.poster.post(_replace(one, other.origin), "event", b"{}")).status == 0
        trusting = Post(store, other, clock)
        found = await trusting.deliverer.poster.post(_replace(one, other.origin), "event", b"{}")
        await trusting.kill()
        assert found.status == 204
        assert len(other.got) == 1


async def test_an_event_that_is_not_kept_any_more_fails(post: Post, receiver: Receiver) -> None:
    """There is nothing to send."""
    one = await post.add("/hook")
    await post.happen()
    await post.store.write(lambda tx: tx.run("delete from feed where tenant = 'duka'"))
    post.start()
    shown = await post.becomes(one, "failed")

    assert shown.last_error == "the event is not kept any more"
    assert receiver.got == []


async def test_a_secret_that_cannot_be_opened_sends_nothing(post: Post, receiver: Receiver) -> None:
    """An unsigned webhook would teach receivers to take them."""
    one = await post.add("/hook")
    other = await post.add("/other", tenant="soko")
    # What was copied from another row opens there and nowhere else.
    await post.store.write(
        lambda tx: tx.run(
            ENDPOINTS["rotate"],
            tenant="duka",
            id=one.id,
            secret=other.secret,
            old_secret=b"",
            old_until=0,
            now=1,
        )
    )
    post.start()
    await post.happen()
    shown = await post.becomes(one, "waiting", attempts=1)

    assert shown.last_error == "its secret cannot be opened: replace it"
    assert receiver.got == []


def _replace(one: Endpoint, url: str) -> Endpoint:
    return replace(one, url=url)
