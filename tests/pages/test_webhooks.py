"""Webhooks of plugins: kept before they are answered, handled once, replayed when they failed."""

from __future__ import annotations

import asyncio
import hashlib
import hmac
import io
import json

import pytest

from tests.pages.conftest import link_to
from tests.support.house import ANA, House, until


async def conversation(house: House, tenant: str = "duka") -> str:
    """A conversation with Ana."""
    await link_to(house)
    [(found,)] = await house.rows(f"select id from conversation where tenant = '{tenant}'")
    return str(found)


async def post(
    house: House, body: bytes | dict[str, object], *, tenant: str = "duka", signature: str | None = None,
    path: str = "", **headers: str,
) -> int:  # fmt: skip
    """Post it as the parcel service would; the status."""
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    if signature is None:
        signature = "sha256=" + hmac.new(f"of {tenant}".encode(), raw, hashlib.sha256).hexdigest()
    url = house.url + (path or f"/p/shop/delivery/{tenant}?q=1")
    sent = {"X-Signature": signature, **headers}
    async with house.session.post(url, data=io.BytesIO(raw), headers=sent) as answer:
        assert "Set-Cookie" not in answer.headers
        return answer.status


async def test_an_authentic_one_is_kept_and_handled(any_shop: House) -> None:
    """Its handler reaches a conversation, in a turn of its own; nothing is left open."""
    where = await conversation(any_shop)
    told = {"id": 1, "conversation": where, "text": "on its way"}

    assert await post(any_shop, told) == 200
    said = await any_shop.lines["duka"].sim.wait_for(ANA, 2)
    assert said[-1].text == "on its way duka 1"

    async def over() -> bool:
        return await any_shop.rows("select count(*) from event") == [(0,)]

    await until(over, "the event is done")
    assert await any_shop.metric("gateway_plugin_requests_total", kind="webhook", result="ok") == 1


async def test_duplicates_die(any_shop: House) -> None:
    """One key is one turn, however often and however quickly it is posted; each is answered 200."""
    where = await conversation(any_shop)
    told = {"id": 5, "conversation": where, "text": "once"}

    assert await asyncio.gather(*(post(any_shop, told) for _ in range(10))) == [200] * 10
    assert await post(any_shop, told) == 200
    assert await post(any_shop, {**told, "id": 6, "text": "another"}) == 200
    sim = any_shop.lines["duka"].sim
    await sim.wait_for(ANA, 3)
    await asyncio.sleep(0.2)
    assert sorted(m.text for m in sim.inbox(ANA)[1:]) == ["another duka 1", "once duka 1"]


@pytest.mark.parametrize("body", [b"raise", b"odd", b"exit", b"{}"])
async def test_what_is_not_vouched_for(any_shop: House, body: bytes) -> None:
    """A wrong signature, a check that raises, one that returns a text: 401, and nothing is kept."""
    assert await post(any_shop, body, signature="00") == 401
    assert await any_shop.rows("select count(*) from event") == [(0,)]
    assert await any_shop.metric("gateway_auth_failures_total", surface="webhook") == 1


async def test_a_check_that_raises_is_logged(shop: House, capfd: pytest.CaptureFixture[str]) -> None:
    """With its line; the sender reads nothing of it."""
    assert await post(shop, b"raise") == 401
    assert await post(shop, b"odd") == 401
    told = capfd.readouterr().out
    assert "verify raised KeyError" in told
    assert "shop.py:" in told
    assert "returned a str" in told


async def test_a_plugin_that_exits_ends_nothing(shop: House) -> None:
    """Neither while it verifies nor while it makes a key; what is authentic is kept."""
    assert await post(shop, b"exit") == 401
    where = await conversation(shop)
    told = {"id": 1, "conversation": where, "text": "here"}
    assert await post(shop, told, path="/p/shop/delivery/duka?q=exit") == 200
    said = await shop.lines["duka"].sim.wait_for(ANA, 2)
    assert said[-1].text == "here duka exit"


async def test_for_whom_nobody_takes_it(any_shop: House) -> None:
    """A tenant that there is not, or that does not use the plugin; a path that is none."""
    assert await post(any_shop, {"id": 1}, tenant="soko") == 404
    assert await post(any_shop, {"id": 1}, tenant="nobody") == 404
    assert await post(any_shop, {"id": 1}, path="/p/shop/delivery") == 404
    assert await post(any_shop, {"id": 1}, path="/p/shop/delivery/duka/more") == 404
    async with any_shop.session.get(any_shop.url + "/p/shop/delivery/duka") as answer:
        assert (answer.status, answer.headers["Allow"]) == (405, "POST")


async def test_one_that_is_too_long(shop: House) -> None:
    """413, whatever its signature."""
    assert await post(shop, b"x" * (3 * 1024 * 1024 + 1)) == 413


async def test_a_handler_that_fails_is_replayed(any_shop: House) -> None:
    """It leaves a dead letter that holds what was posted, for `gateway replay`."""
    where = await conversation(any_shop)
    assert await post(any_shop, {"id": 1, "conversation": where, "text": "boom"}) == 200
    [(letter,)] = await until(lambda: any_shop.rows("select id from dead where stage = 'plugin'"))
    [report] = await any_shop.replay(letter)
    assert (report["plugin"], report["reason"], report["applied"]) == ("shop", "error", False)
    [report] = await any_shop.replay(letter, apply=True)
    assert report["applied"] is True
    await until(
        lambda: any_shop.metric("gateway_plugin_runs_total", plugin="shop", hook="webhook", result="error"),
        "it ran again",
    )


async def test_credentials_are_never_kept(any_shop: House) -> None:
    """What `verify` may see of a request's headers is more than the database does."""
    where = await conversation(any_shop)
    told = {"id": 1, "conversation": where, "text": "boom"}
    names = (
        "Authorization",
        "Cookie",
        "X-Gitlab-Token",
        "X-Telegram-Bot-Api-Secret-Token",
        "X-Auth",
        "apikey",
    )
    assert await post(any_shop, told, **dict.fromkeys(names, "a=hush-hush")) == 200
    [(body,)] = await until(lambda: any_shop.rows("select body from dead where stage = 'plugin'"))

    assert b"x-signature" in bytes(body)
    assert b"hush-hush" not in bytes(body)


async def test_a_conversation_of_somebody_else(any_shop: House) -> None:
    """Cannot be reached: the turn fails, and leaves a dead letter."""
    soko = any_shop.lines["soko"].sim
    await soko.says(ANA, "hello soko")
    await soko.wait_for(ANA, 1)
    theirs = await conversation(any_shop, "soko")
    assert await post(any_shop, {"id": 1, "conversation": theirs, "text": "hello"}) == 200
    await until(lambda: any_shop.rows("select 1 from dead where stage = 'plugin'"))
    assert [m.text for m in soko.inbox(ANA)] == ["hello soko"]


async def test_what_was_kept_survives(any_shop: House) -> None:
    """A gateway that ends between the answer and the turn: the next one handles it, once."""
    where = await conversation(any_shop)
    assert any_shop.gateway is not None
    assert any_shop.gateway.line is not None
    any_shop.gateway.line.lanes.held = True
    assert await post(any_shop, {"id": 1, "conversation": where, "text": "late"}) == 200
    await any_shop.stop()
    assert await any_shop.rows("select kind from event") == [("posted",)]
    await any_shop.start()
    said = await any_shop.lines["duka"].sim.wait_for(ANA, 2)
    assert said[-1].text == "late duka 1"


async def test_while_the_database_is_away(shop: House, monkeypatch: pytest.MonkeyPatch) -> None:
    """Or too many wait for it: 503 and when to come back; nothing was kept."""
    from gateway.errors import StoreUnavailable

    async def away(*args: object, **more: object) -> None:
        raise StoreUnavailable("the disk is full")

    assert shop.gateway is not None
    monkeypatch.setattr("gateway.pages.receive.BOUND", 0)
    assert await post(shop, {"id": 1, "conversation": "", "text": ""}) == 503
    monkeypatch.undo()
    monkeypatch.setattr(shop.gateway.store, "write", away)
    assert await post(shop, {"id": 1, "conversation": "", "text": ""}) == 503
    monkeypatch.undo()
    assert await post(shop, {"id": 1, "conversation": "", "text": ""}) == 200
