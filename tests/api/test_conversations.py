"""`/api/v1/conversations`: the list, what was said, answering, marking as read."""

from __future__ import annotations

import asyncio
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.house import ANA, BEN, CAT, House, change, text_message, until, webhook

CONVERSATIONS = "/api/v1/conversations"


async def listed(house: House, tenant: str = "duka", **query: str) -> list[dict[str, Any]]:
    """The conversations that the API lists."""
    code, answer = await house.api("GET", CONVERSATIONS, tenant=tenant, params=query)
    assert code == 200, answer
    items: list[dict[str, Any]] = answer["items"]
    return items


async def spoke(house: House, *people: str) -> None:
    """Each of *people* has written, one after the other, and was answered."""
    for who in people:
        before = len(house.sim.inbox(who))
        await house.sim.says(who, f"hello from {who}")
        await house.sim.wait_for(who, before + 1)


async def wrote_in_group(house: House, who: str, group: str) -> None:
    """*who* has written in a group."""
    value = text_message(who, "hi all", f"wamid.{group}.{who}")
    value["messages"][0]["group_id"] = group
    assert (await house.post(webhook(change(house.sim, value)))).status == 200
    await until(lambda: house.rows("select id from message where direction = 'in'"), "it is recorded")


async def test_the_list(any_house: House) -> None:
    """Newest activity first, with the contact, the last words, what is unread, and the window."""
    house = any_house
    await spoke(house, ANA, BEN, ANA)
    ana, ben = await listed(house)
    assert [each["contact"]["phone"] for each in (ana, ben)] == [ANA, BEN]
    assert set(ana) == {
        "id", "channel", "contact", "group", "last", "unread", "window", "last_at", "created_at"
    }  # fmt: skip
    assert (ana["channel"], ana["group"], ana["unread"], ben["unread"]) == ("duka-main", None, 2, 1)
    assert ana["contact"]["address"] == ANA
    assert ana["window"]["state"] == "open"
    left = datetime.fromisoformat(ana["window"]["until"]) - datetime.now(UTC)
    assert timedelta(hours=23) < left <= timedelta(hours=24)
    assert ana["window"]["free_until"] is None
    assert (ana["last"]["type"], ana["last"]["direction"]) == ("text", "out")
    assert ana["last"]["text"] == f"hello from {ANA}"
    assert ana["last_at"] > ben["last_at"]
    code, one = await house.api("GET", f"{CONVERSATIONS}/{ana['id']}")
    assert (code, one) == (200, ana)
    assert await listed(house, tenant="soko") == []


async def test_filters(any_house: House) -> None:
    """By contact, channel, what is unread, the window, and when it was last heard of."""
    house = any_house
    await spoke(house, ANA, BEN)
    code, _ = await house.api("POST", json=template(CAT))
    assert code == 202
    cat, ben, ana = await listed(house)
    assert (cat["window"], cat["unread"]) == ({"state": "closed", "until": None, "free_until": None}, 0)
    for query, found in (
        ({"contact": ANA}, [ana]), ({"contact": ana["contact"]["id"]}, [ana]), ({"contact": "+1999"}, []),
        ({"channel": "duka-main"}, [cat, ben, ana]), ({"channel": "soko-main"}, []),
        ({"unread": "true"}, [ben, ana]), ({"unread": "false"}, [cat]),
        ({"window": "open"}, [ben, ana]), ({"window": "closing"}, []), ({"window": "closed"}, [cat]),
        ({"since": ben["last_at"]}, [cat, ben]), ({"until": ben["last_at"]}, [ana]),
        ({"since": ben["last_at"], "until": cat["last_at"]}, [ben]),
    ):  # fmt: skip
        ids = [each["id"] for each in await listed(house, **query)]
        assert ids == [each["id"] for each in found], query


def template(to: str) -> dict[str, Any]:
    """The body of a POST to /messages that needs no window."""
    return {"channel": "duka-main", "to": to, "message": {"type": "template", "name": "x", "language": "en"}}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": "0"}, "bad_limit"), ({"unread": "perhaps"}, "bad_unread"),
        ({"window": "ajar"}, "bad_window"), ({"since": "yesterday"}, "bad_since"),
        ({"until": "2026-01-01T00:00:00"}, "bad_until"),
        ({"cursor": "x"}, "bad_cursor"), ({"tenant": "soko"}, "unknown_parameter"),
    ],
)  # fmt: skip
async def test_bad_queries(house: House, query: dict[str, str], code: str) -> None:
    """A parameter that cannot be meant is a 400 that says which."""
    status, answer = await house.api("GET", CONVERSATIONS, params=query)
    assert (status, answer["code"]) == (400, code), answer


async def test_what_was_said(any_house: House) -> None:
    """Newest first or oldest first, of this conversation only; a cursor of one order is none of the other."""
    house = any_house
    for _ in range(3):
        await spoke(house, ANA, BEN)
    ana = (await listed(house, contact=ANA))[0]
    path = f"{CONVERSATIONS}/{ana['id']}/messages"

    async def settled() -> bool:
        _, page = await house.api("GET", path)
        return {each["status"] for each in page["items"]} == {"received", "read"}

    await until(settled, "all is read, and nothing moves any more")
    _, newest = await house.api("GET", path)
    _, oldest = await house.api("GET", path, params={"order": "oldest"})
    assert len(newest["items"]) == 6
    assert newest["items"] == oldest["items"][::-1]
    assert {each["conversation"] for each in newest["items"]} == {ana["id"]}
    _, known = await house.api("GET", params={"conversation": ana["id"]})
    assert known["items"] == newest["items"]
    _, first = await house.api("GET", path, params={"order": "oldest", "limit": "4"})
    _, rest = await house.api("GET", path, params={"order": "oldest", "cursor": first["cursor"]})
    assert first["items"] + rest["items"] == oldest["items"]
    code, answer = await house.api("GET", path, params={"cursor": first["cursor"]})
    assert (code, answer["code"]) == (400, "bad_cursor")
    _, incoming = await house.api("GET", path, params={"direction": "in"})
    assert [each["direction"] for each in incoming["items"]] == ["in"] * 3


async def test_an_answer(any_house: House) -> None:
    """It is sent to the contact, once per key, and the conversation is the newest again."""
    house = any_house
    await spoke(house, ANA, BEN)
    ana = (await listed(house))[1]
    path, body = f"{CONVERSATIONS}/{ana['id']}/messages", {"message": {"type": "text", "text": "on its way"}}
    code, planned = await house.api("POST", path, json={**body, "dry_run": True})
    assert (code, planned["status"], planned["decision"]["send"]) == (200, "planned", True)
    answers = await asyncio.gather(
        *(house.api("POST", path, json=body, headers={"Idempotency-Key": "k"}) for _ in range(5))
    )
    assert {code for code, _ in answers} == {202}
    assert len({answer["id"] for _, answer in answers}) == 1
    assert (await house.sim.wait_for(ANA, 2))[1].text == "on its way"
    now = (await listed(house))[0]
    assert (now["id"], now["last"]["text"], now["unread"]) == (ana["id"], "on its way", 1)
    _, message = await house.api("GET", f"/api/v1/messages/{answers[0][1]['id']}")
    assert (message["conversation"], message["origin"]) == (ana["id"], "api")
    # The same body into another conversation is another request, for which the key is taken.
    ben = (await listed(house, contact=BEN))[0]
    elsewhere = f"{CONVERSATIONS}/{ben['id']}/messages"
    code, answer = await house.api("POST", elsewhere, json=body, headers={"Idempotency-Key": "k"})
    assert (code, answer["code"]) == (422, "idempotency_key_reused")
    at = (datetime.now(UTC) + timedelta(hours=2)).isoformat()
    code, later = await house.api("POST", path, json={**body, "send_at": at})
    assert (code, later["status"]) == (202, "scheduled")
    for wrong in ({**body, "to": ANA}, {"message": {"type": "hologram"}}, {}):
        assert (await house.api("POST", path, json=wrong))[0] == 422


async def test_outside_the_window(any_house: House) -> None:
    """A free-form answer to somebody who never wrote is refused; a template goes."""
    house = any_house
    await house.api("POST", json=template(CAT))
    cat = (await listed(house))[0]
    path = f"{CONVERSATIONS}/{cat['id']}/messages"
    code, answer = await house.api("POST", path, json={"message": {"type": "text", "text": "hi"}})
    assert (code, answer["code"]) == (422, "window_closed")
    code, _ = await house.api("POST", path, json={"message": template(CAT)["message"]})
    assert code == 202
    assert len(await house.sim.wait_for(CAT, 2)) == 2


async def test_read(any_house: House) -> None:
    """Nothing is unread then, and the contact sees it; a second time is the same."""
    house = any_house
    await spoke(house, ANA)
    ana = (await listed(house))[0]
    assert ana["unread"] == 1
    path = f"{CONVERSATIONS}/{ana['id']}/read"
    for _ in range(2):
        assert await house.api("POST", path, json={}) == (200, {"unread": 0, "receipt": True})
    assert (await listed(house))[0]["unread"] == 0
    await until(lambda: house.metric("gateway_signals_total", result="ok"), "the receipt is sent")
    _, said = await house.api("GET", f"{CONVERSATIONS}/{ana['id']}/messages", params={"direction": "in"})
    body = {"message": said["items"][0]["id"], "typing": True}
    assert await house.api("POST", path, json=body) == (200, {"unread": 0, "receipt": True})
    code, answer = await house.api("POST", path, json={"message": ana["last"]["id"]})
    assert (code, answer["code"]) == (422, "no_such_message")
    assert answer["errors"][0]["pointer"] == "/message"
    # Whoever never wrote has nothing to be read.
    await house.api("POST", json=template(CAT))
    cat = (await listed(house, contact=CAT))[0]
    answer = await house.api("POST", f"{CONVERSATIONS}/{cat['id']}/read", json={})
    assert answer == (200, {"unread": 0, "receipt": False})


async def test_a_group(any_house: House) -> None:
    """It has no contact but its id, and an answer goes to the group."""
    house = any_house
    await wrote_in_group(house, ANA, "GROUP17")
    [group] = await listed(house)
    assert (group["contact"], group["group"], group["unread"]) == (None, "GROUP17", 1)
    _, of_ana = await house.api("GET", params={"contact": ANA, "direction": "in"})
    assert [each["conversation"] for each in of_ana["items"]] == [group["id"]]
    path = f"{CONVERSATIONS}/{group['id']}/messages"
    code, answer = await house.api("POST", path, json={"message": {"type": "text", "text": "hello you all"}})
    assert code == 202, answer
    _, message = await house.api("GET", f"/api/v1/messages/{answer['id']}")
    assert message["conversation"] == group["id"]
    assert len(await listed(house)) == 1


async def test_what_is_not_ours(any_house: House) -> None:
    """Another tenant's conversation, and none at all, are a 404, and nothing happens to them."""
    house = any_house
    await spoke(house, ANA)
    ana = (await listed(house))[0]
    text = {"message": {"type": "text", "text": "x"}}
    for tenant, target in (("soko", ana["id"]), ("duka", "x"), ("duka", "x" * 500), ("duka", "%00")):
        for method, rest, body in (
            ("GET", "", None), ("GET", "/messages", None), ("POST", "/messages", text), ("POST", "/read", {}),
        ):  # fmt: skip
            path = f"{CONVERSATIONS}/{target}{rest}"
            code, answer = await house.api(method, path, tenant=tenant, json=body)
            assert (code, answer["code"]) == (404, "no_such_conversation"), (tenant, target, method, rest)
    assert (await listed(house))[0] == ana
