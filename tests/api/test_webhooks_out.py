"""`/api/v1/webhooks` from outside: a message of a contact arrives at the business's server."""

from __future__ import annotations

import asyncio
import os
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest
from aiohttp import web
from standardwebhooks import Webhook

from tests.endpoints.world import Receiver
from tests.support.house import ANA, House, running, until
from tests.support.postgres import Urls

DOC = Path(__file__).parents[2] / "docs" / "webhooks-out.md"
AT = "/api/v1/webhooks"


@pytest.fixture
async def shop(tmp_path: Path, store_urls: Urls, receiver: Receiver) -> AsyncIterator[House]:
    """Tenants duka and soko, who may name the receiver; on each database."""
    house = House(tmp_path, store_urls)
    house.webhooks = {"internal": [receiver.origin], "insecure_links": True}
    async for made in running(house):
        yield made


async def add(house: House, receiver: Receiver, **more: Any) -> dict[str, Any]:
    """A webhook at the receiver."""
    code, made = await house.api("POST", AT, json={"url": receiver.origin + "/hook", **more})
    assert code == 201, made
    assert isinstance(made, dict)
    return made


async def test_a_message_of_a_contact_arrives(shop: House, receiver: Receiver) -> None:
    """Signed with the secret that was shown once; the deliveries tell of it."""
    made = await add(shop, receiver, types=["message.received"])
    await shop.sim.says(ANA, "good morning")
    await until(lambda: receiver.got)

    (got,) = receiver.got
    told = Webhook(made["secret"]).verify(got.body, got.headers)
    assert told["type"] == "message.received"
    assert told["data"]["content"]["text"] == "good morning"
    assert told["id"] == got.id

    async def done() -> Any:
        _, page = await shop.api("GET", f"{AT}/{made['id']}/deliveries", params={"state": "done"})
        return page["items"]

    (item,) = await until(done)
    assert (item["seq"], item["event"], item["attempts"]) == (told["seq"], got.id, 1)
    code, detail = await shop.api("GET", f"{AT}/{made['id']}/deliveries/{item['seq']}")
    assert (code, detail["log"][0]["status"], detail["next_at"]) == (200, 204, None)
    assert await shop.metric("gateway_webhook_out_total", result="delivered") == 1


async def test_secrets_are_shown_once(shop: House, receiver: Receiver) -> None:
    """In the 201 and after a replacement; in no other answer, and sealed in the database."""
    made = await add(shop, receiver)
    code, new = await shop.api("POST", f"{AT}/{made['id']}/secret")
    assert code == 200
    assert new["secret"] != made["secret"]
    _, one = await shop.api("GET", f"{AT}/{made['id']}")
    _, page = await shop.api("GET", AT)

    assert page == {"items": [one], "cursor": None}
    assert "secret" not in one
    assert one["old_secret_until"] == new["old_secret_until"]
    rows = await shop.rows("select secret, old_secret from endpoint")
    for secret in (made["secret"], new["secret"]):
        plain = secret.removeprefix("whsec_").encode()
        assert all(plain not in bytes(value) for value in rows[0])


async def test_what_may_not_be_saved(shop: House, receiver: Receiver) -> None:
    """A29 at save: 422 with the place; nothing that the gateway decides can be set; twenty is enough."""
    for url, words in (
        ("https://127.0.0.1/", "public address"),
        ("https://169.254.169.254/latest", "public address"),
        ("https://user:pass@shop.example/", "user"),
        ("https://shop.example:25/", "port"),
        ("ftp://shop.example/", "https"),
        ("https://shop.example/\r\nX: 1", "control"),
        ("", "address"),
    ):
        code, told = await shop.api("POST", AT, json={"url": url})
        assert (code, told["code"], told["errors"][0]["pointer"]) == (422, "bad_url", "/url"), url
        assert words in told["detail"]
    for wrong, place in (
        ({"types": ["message.sung"]}, "/types/0"),
        ({"state": "enabled"}, "/"),
        ({"secret": "whsec_x"}, "/"),
        ({"url": 5}, "/url"),
    ):
        code, told = await shop.api("POST", AT, json={"url": receiver.origin, **wrong})
        assert (code, told["errors"][0]["pointer"]) == (422, place), wrong
    for _ in range(20):
        await add(shop, receiver)
    code, told = await shop.api("POST", AT, json={"url": receiver.origin})
    assert (code, told["code"]) == (409, "too_many_webhooks")
    _, first = await shop.api("GET", AT, params={"limit": "15"})
    _, rest = await shop.api("GET", AT, params={"limit": "15", "cursor": first["cursor"]})
    assert len({item["id"] for item in first["items"] + rest["items"]}) == 20


async def test_twenty_are_enough_also_when_they_are_asked_for_at_once(
    shop: House, receiver: Receiver
) -> None:
    """Thirty requests side by side: twenty webhooks."""
    await shop.key()
    body = {"url": receiver.origin}
    codes = [code for code, _ in await asyncio.gather(*(shop.api("POST", AT, json=body) for _ in range(30)))]

    assert sorted(codes) == [201] * 20 + [409] * 10


async def test_a_webhook_is_changed_by_one_at_a_time(shop: House, receiver: Receiver) -> None:
    """The ETag of what was read is asked for; a delivery does not change it. Every change is audited."""
    made = await add(shop, receiver)
    url = f"{shop.url}{AT}/{made['id']}"
    headers = {"Authorization": f"Bearer {await shop.key()}"}
    async with shop.session.get(url, headers=headers) as answer:
        etag = answer.headers["ETag"]
    await shop.sim.says(ANA, "hello")
    await until(lambda: receiver.got)
    match = {"If-Match": etag}
    code, changed = await shop.api(
        "PATCH", f"{AT}/{made['id']}", json={"description": "orders"}, headers=match
    )
    assert (code, changed["description"], changed["url"]) == (200, "orders", made["url"])
    code, told = await shop.api("PATCH", f"{AT}/{made['id']}", json={"types": []}, headers=match)
    assert (code, told["code"]) == (412, "changed_meanwhile")
    code, told = await shop.api("PATCH", f"{AT}/{made['id']}", json={"url": "https://10.0.0.1/"})
    assert (code, told["code"]) == (422, "bad_url")
    code, off = await shop.api("POST", f"{AT}/{made['id']}/disable")
    assert (code, off["state"], off["disabled_reason"]) == (200, "disabled", "asked")
    code, on = await shop.api("POST", f"{AT}/{made['id']}/enable")
    assert (code, on["state"], on["disabled_reason"]) == (200, "enabled", "")
    assert (await shop.api("DELETE", f"{AT}/{made['id']}", headers=match))[0] == 412
    assert (await shop.api("DELETE", f"{AT}/{made['id']}"))[0] == 204
    assert (await shop.api("GET", f"{AT}/{made['id']}"))[0] == 404

    rows = await shop.rows("select action, detail from audit where object like 'webhook:%' order by seq")
    assert [row[0] for row in rows] == [
        f"webhook.{act}" for act in ("create", "change", "disable", "enable", "delete")
    ]


async def test_another_tenants_webhook_is_not_there(shop: House, receiver: Receiver) -> None:
    """404 at every address below it."""
    id = (await add(shop, receiver))["id"]
    for method, path, body in (
        ("GET", "", None), ("PATCH", "", {"description": "x"}), ("DELETE", "", None),
        ("POST", "/secret", None), ("POST", "/test", None), ("POST", "/enable", None),
        ("POST", "/disable", None), ("GET", "/deliveries", None), ("GET", "/deliveries/1", None),
        ("POST", "/deliveries/1/redeliver", None), ("POST", "/recover", {"after": 0}),
    ):  # fmt: skip
        code, told = await shop.api(method, f"{AT}/{id}{path}", tenant="soko", json=body)
        assert (code, told["code"]) == (404, "no_such_webhook"), (method, path)
    assert receiver.got == []


async def test_a_test_tells_what_was_answered(shop: House, receiver: Receiver) -> None:
    """Also while the webhook is disabled; it counts for nothing."""
    made = await add(shop, receiver)
    receiver.answer = lambda request: web.Response(status=418, text="I am a teapot")
    await shop.api("POST", f"{AT}/{made['id']}/disable")
    code, told = await shop.api("POST", f"{AT}/{made['id']}/test")

    assert code == 200
    assert (told["delivered"], told["status"], told["response"]) == (False, 418, "I am a teapot")
    (got,) = receiver.got
    event = Webhook(made["secret"]).verify(got.body, got.headers)
    assert (event["type"], event["data"]) == ("webhook.test", {"webhook": made["id"]})
    assert told["event"] == event["id"] == got.id
    assert (await shop.api("GET", f"{AT}/{made['id']}"))[1]["failing_since"] is None


async def test_what_failed_or_was_missed_is_delivered_again(shop: House, receiver: Receiver) -> None:
    """One by its number; all of them from a number or a time on; those that were done stay done."""
    made = await add(shop, receiver, types=["message.received"])
    at = f"{AT}/{made['id']}"
    await shop.sim.says(ANA, "one")
    await until(lambda: len(receiver.got) == 1)
    await shop.api("POST", f"{at}/disable")
    await shop.sim.says(ANA, "two")
    await shop.sim.wait_for(ANA, 2)
    code, told = await shop.api("POST", f"{at}/recover", json={"after": 0})
    assert (code, told["code"]) == (409, "webhook_disabled")

    async def logged() -> bool:
        code, page = await shop.api(
            "GET", "/api/v1/events", params={"after": "0", "types": "message.received"}
        )
        assert code == 200, page
        return len(page["items"]) == 2

    await until(logged)
    await shop.api("POST", f"{at}/enable")
    code, told = await shop.api("POST", f"{at}/recover", json={"since": "2026-01-01T00:00:00Z"})
    assert (code, told["queued"], told["more"]) == (202, 1, False)
    await until(lambda: len(receiver.got) == 2)
    code, told = await shop.api("POST", f"{at}/deliveries/{receiver.got[0].seq}/redeliver")
    assert code == 202
    await until(lambda: len(receiver.got) == 3)
    assert receiver.got[2].id == receiver.got[0].id
    assert receiver.got[2].body == receiver.got[0].body
    for body, code_ in (
        ({}, "after_or_since"), ({"after": 1, "since": "2026-01-01T00:00:00Z"}, "after_or_since"),
        ({"since": "yesterday"}, "bad_time"), ({"since": "2026-01-01T00:00:00"}, "bad_time"),
    ):  # fmt: skip
        code, told = await shop.api("POST", f"{at}/recover", json=body)
        assert (code, told["code"]) == (422, code_)
    for seq in ("999", "x", "9" * 30, "-1"):
        assert (await shop.api("GET", f"{at}/deliveries/{seq}"))[0] == 404


async def test_the_receiver_of_the_documentation_works(
    shop: House, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """It takes what is signed, once, and refuses what is not."""
    made = await add(shop, receiver, types=["message.received"])
    monkeypatch.setitem(os.environ, "WEBHOOK_SECRET", made["secret"])
    code = re.findall(r"```python\n(.*?)```", DOC.read_text(), re.DOTALL)[0]
    scope: dict[str, Any] = {"__name__": "receiver"}
    exec(compile(code, str(DOC), "exec"), scope)
    receiver.answer = scope["receive"]
    await shop.sim.says(ANA, "good morning")

    async def done() -> Any:
        return (await shop.api("GET", f"{AT}/{made['id']}/deliveries", params={"state": "done"}))[1]["items"]

    await until(done)
    assert "message.received" in capsys.readouterr().out
    async with shop.session.post(
        receiver.origin + "/hook", data=b"{}", headers={"webhook-id": "1"}
    ) as answer:
        assert answer.status == 401


async def test_changes_at_once_see_each_other(shop: House, receiver: Receiver) -> None:
    """Of six edits with one ETag one is done. Of two new secrets, answered at once, both sign."""
    made = await add(shop, receiver, types=["message.received"])
    path = f"{AT}/{made['id']}"
    headers = {"Authorization": f"Bearer {await shop.key()}"}
    async with shop.session.get(shop.url + path, headers=headers) as answer:
        match = {"If-Match": answer.headers["ETag"]}
    told = await asyncio.gather(
        *(shop.api("PATCH", path, json={"description": f"{n}"}, headers=match) for n in range(6))
    )
    assert sorted(code for code, _ in told) == [200, 412, 412, 412, 412, 412]

    secrets = await asyncio.gather(*(shop.api("POST", f"{path}/secret") for _ in range(2)))
    await shop.sim.says(ANA, "good morning")
    await until(lambda: receiver.got)
    for _, answered in secrets:
        Webhook(answered["secret"]).verify(receiver.got[0].body, receiver.got[0].headers)
