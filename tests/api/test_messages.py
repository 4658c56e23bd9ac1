"""`/api/v1/messages` from outside: sending, listing, refusing."""

from __future__ import annotations

import asyncio
import json
from typing import Any

import pytest

from tests.support.house import ANA, BEN, House, until

TEMPLATE = {"type": "template", "name": "order_update", "language": "en"}


def order(message: Any = TEMPLATE, *, to: str = ANA, channel: str = "duka-main") -> dict[str, Any]:
    """The body of a POST."""
    return {"channel": channel, "to": to, "message": message}


async def opened(house: House, who: str = ANA) -> None:
    """*who* has written, so its window is open and one echo is out."""
    await house.sim.says(who, "hello")
    await house.sim.wait_for(who, 1)


async def test_a_message_is_sent(any_house: House) -> None:
    """202 with the id, and the message is on the phone; the list says how it fares."""
    house = any_house
    await opened(house)
    code, answer = await house.api("POST", json=order({"type": "text", "text": "your order is ready"}))
    assert code == 202
    assert set(answer) == {"id", "status", "parts", "losses"}
    assert (answer["status"], answer["parts"], answer["losses"]) == ("queued", 1, [])
    assert (await house.sim.wait_for(ANA, 2))[1].text == "your order is ready"

    async def is_read() -> bool:
        return [item["status"] for item in await house.sent() if item["id"] == answer["id"]] == ["read"]

    await until(is_read, "it is read")


async def test_losses_are_told(house: House) -> None:
    """What the channel cannot carry in one piece comes back as data, and arrives in order."""
    await opened(house)
    code, answer = await house.api("POST", json=order({"type": "text", "text": "word " * 1500}))
    assert (code, answer["parts"]) == (202, 2)
    assert [(loss["what"], loss["how"]) for loss in answer["losses"]] == [("text", "split")]
    inbox = await house.sim.wait_for(ANA, 3)
    assert sum(len(m.text.split()) for m in inbox[1:]) == 1500


async def test_a_template_to_somebody_new(any_house: House) -> None:
    """A template needs no window: whoever never wrote gets it, and becomes a contact."""
    house = any_house
    code, _ = await house.api("POST", json=order(to=BEN))
    assert code == 202
    [shown] = await house.sim.wait_for(BEN, 1)
    assert (shown.kind, shown.text) == ("template", "order_update")
    await house.sim.says(BEN, "thanks")
    await house.sim.wait_for(BEN, 2)
    code, listed = await house.api("GET", params={"contact": BEN})
    assert len(listed["items"]) == 3
    assert len({item["contact"] for item in listed["items"]}) == 1


async def test_outside_the_window(any_house: House) -> None:
    """A text to somebody who has not written is refused: 422 window_closed, and nothing is kept."""
    house = any_house
    code, answer = await house.api("POST", json=order({"type": "text", "text": "hello"}))
    assert (code, answer["code"], answer["status"]) == (422, "window_closed", 422)
    assert await house.sent() == []
    assert await house.rows("select id from contact") == []


async def test_the_list(any_house: House) -> None:
    """Newest first, in pages, with the fields of the promise, filtered by direction, contact and channel."""
    house = any_house
    for n in range(7):
        await house.sim.says(ANA, f"a{n}")
    await house.sim.says(BEN, "b")
    await house.sim.wait_for(ANA, 7)
    await house.sim.wait_for(BEN, 1)
    code, whole = await house.api("GET", params={"limit": "200"})
    assert code == 200
    assert len(whole["items"]) == 16
    assert whole["cursor"] is None
    promised = {"id", "channel", "direction", "type", "content", "contact", "conversation"}
    fates = {"provider_message_id", "status", "error", "at"}
    assert all({*promised, *fates} == set(item) for item in whole["items"])
    assert whole["items"][0]["at"].endswith("Z")
    ids = [item["id"] for item in whole["items"]]
    assert ids == sorted(ids, reverse=True)
    paged: list[str] = []
    cursor = ""
    while True:
        code, page = await house.api("GET", params={"limit": "3", "cursor": cursor})
        assert code == 200
        assert 0 < len(page["items"]) <= 3
        paged += [item["id"] for item in page["items"]]
        cursor = page["cursor"]
        if cursor is None:
            break
    assert paged == ids
    for query, count in (
        ({"direction": "in"}, 8), ({"direction": "out"}, 8), ({"contact": ANA}, 14), ({"contact": BEN}, 2),
        ({"contact": "+19995550000"}, 0), ({"channel": "duka-main"}, 16), ({"channel": "soko-main"}, 0),
    ):  # fmt: skip
        code, found = await house.api("GET", params=query)
        assert (code, len(found["items"])) == (200, count), query
    # A contact's id finds the same as its number.
    contact = next(item["contact"] for item in whole["items"] if item["content"].get("text") == "b")
    code, found = await house.api("GET", params={"contact": contact})
    assert len(found["items"]) == 2


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"limit": "0"}, "bad_limit"), ({"limit": "201"}, "bad_limit"), ({"limit": "x"}, "bad_limit"),
        ({"limit": "9" * 5000}, "bad_limit"), ({"limit": "0" * 8 + "1" * 5000}, "bad_limit"),
        ({"limit": "٣"}, "bad_limit"),
        ({"cursor": "x"}, "bad_cursor"),
        ({"cursor": "AAAA" * 20}, "bad_cursor"), ({"cursor": "é"}, "bad_cursor"),
        ({"direction": "sideways"}, "bad_direction"), ({"tenant": "soko"}, "unknown_parameter"),
    ],
)  # fmt: skip
async def test_bad_queries(house: House, query: dict[str, str], code: str) -> None:
    """A parameter that cannot be meant is a 400 that says which."""
    status, answer = await house.api("GET", params=query)
    assert (status, answer["code"]) == (400, code)


@pytest.mark.parametrize(
    ("method", "path", "status", "code"),
    [
        ("GET", "/api/v1/nothing", 404, "no_such_address"),
        ("GET", "/api/", 404, "no_such_address"), ("DELETE", "/api/v1/messages", 405, "method_not_allowed"),
    ],
)  # fmt: skip
async def test_what_is_not_there_is_a_problem_too(
    house: House, method: str, path: str, status: int, code: str
) -> None:
    """Under /api/ no answer is plain text; a wrong method is told the right ones."""
    async with house.session.request(method, house.url + path) as answer:
        assert answer.status == status
        assert answer.content_type == "application/problem+json"
        assert (await answer.json())["code"] == code
        if status == 405:
            assert "POST" in answer.headers["Allow"]


async def test_hostile_parameters_find_nothing(any_house: House) -> None:
    """NUL, quotes and long texts in a filter are values, and nothing else."""
    house = any_house
    await opened(house)
    for value in ("\0", "' or 1=1 --", "x" * 5000, "%", "😀"):
        for name in ("contact", "channel"):
            status, answer = await house.api("GET", params={name: value})
            assert status in (200, 400), (value, answer)
            assert not answer.get("items"), value


async def test_another_tenants_things(any_house: House) -> None:
    """A key opens its own tenant: another's channel is a 404, its messages are not there, nor its cursors."""
    house = any_house
    for n in range(3):
        await house.sim.says(ANA, f"{n}")
    await house.sim.wait_for(ANA, 3)
    code, answer = await house.api("POST", tenant="soko", json=order())
    assert (code, answer["code"]) == (404, "no_such_channel")
    assert answer["errors"][0]["pointer"] == "/channel"
    code, nobody = await house.api("POST", tenant="soko", json=order(channel="never-was"))
    assert (code, nobody["code"]) == (404, "no_such_channel")
    code, listed = await house.api("GET", tenant="soko")
    assert (code, listed) == (200, {"items": [], "cursor": None})
    code, listed = await house.api("GET", tenant="soko", params={"channel": "duka-main", "contact": ANA})
    assert listed["items"] == []
    _, page = await house.api("GET", params={"limit": "1"})
    code, answer = await house.api("GET", tenant="soko", params={"cursor": page["cursor"]})
    assert (code, answer["code"]) == (400, "bad_cursor")


@pytest.mark.parametrize(
    ("body", "status", "pointer"),
    [
        (b"", 400, None),
        (b"{", 400, None),
        (b"\xff\xfe", 400, None),
        (b"[" * 100_000, 422, "/"),
        (b"[]", 422, "/"),
        (b"{}", 422, "/"),
        (json.dumps({**order(), "priority": 1}).encode(), 422, "/"),
        (json.dumps(order({"type": "text", "text": "x", "colour": "red"})).encode(), 422, "/message"),
        (json.dumps(order({"type": "hologram"})).encode(), 422, "/message/type"),
        (json.dumps(order({"type": "text", "text": 5})).encode(), 422, "/message/text"),
        (json.dumps(order(to="0700")).encode(), 422, "/to"),
        (json.dumps(order(to="+254 700")).encode(), 422, "/to"),
        (json.dumps(order(to=ANA + "\n")).encode(), 422, "/to"),
        (json.dumps(order(to="group:" + ANA)).encode(), 422, "/to"),
        (json.dumps(order(to="group:KE.1234567890")).encode(), 422, "/to"),
        (json.dumps(order({**TEMPLATE, "values": {"day": 5}})).encode(), 422, "/message/values"),
        (json.dumps({**order(), "channel": ""}).encode(), 422, "/channel"),
        (json.dumps({**order(), "channel": None}).encode(), 422, "/channel"),
    ],
)
async def test_bodies_that_cannot_be_meant(
    house: House, body: bytes, status: int, pointer: str | None
) -> None:
    """No JSON is a 400, JSON of the wrong shape a 422 that points to the place."""
    code, answer = await house.api("POST", data=body)
    assert code == status, answer
    assert answer["status"] == status
    assert (answer["errors"][0]["pointer"] if pointer else None) == pointer
    assert await house.sent() == []


async def test_problems_say_what_they_are(house: House) -> None:
    """Errors are application/problem+json."""
    headers = {"Authorization": f"Bearer {await house.key()}"}
    async with house.session.post(house.url + "/api/v1/messages", data=b"{", headers=headers) as answer:
        assert answer.content_type == "application/problem+json"
        assert {"type", "title", "status", "detail"} <= set(json.loads(await answer.text()))


@pytest.mark.parametrize("limit", [5000])
async def test_what_the_channel_cannot_carry(house: House, limit: int) -> None:
    """More than the provider takes is refused at once, with the field and the limit."""
    await opened(house)
    buttons = [{"id": f"{n}", "title": f"{n}"} for n in range(limit)]
    code, answer = await house.api("POST", json=order({"type": "buttons", "text": "", "buttons": buttons}))
    assert code == 422, answer
    assert "button" in answer["detail"] or "text" in answer["detail"]
    code, answer = await house.api("POST", json=order({"type": "text", "text": ""}))
    assert code == 422


async def test_twenty_posts_with_one_key(any_house: House) -> None:
    """The same POST twenty times at once with one Idempotency-Key: one message, one answer."""
    house = any_house
    headers = {"Idempotency-Key": "order-17"}
    answers = await asyncio.gather(*(house.api("POST", json=order(), headers=headers) for _ in range(20)))
    assert {code for code, _ in answers} == {202}
    assert len({answer["id"] for _, answer in answers}) == 1
    await house.sim.wait_for(ANA, 1)
    assert len(await house.sent()) == 1
    # The same key for something else is a mistake, and another tenant's key is another key.
    code, answer = await house.api("POST", json=order(to=BEN), headers=headers)
    assert (code, answer["code"]) == (422, "idempotency_key_reused")
    other = await house.api("POST", tenant="soko", json=order(channel="soko-main"), headers=headers)
    assert other[0] == 202
    assert other[1]["id"] != answers[0][1]["id"]
    assert len(house.sim.inbox(ANA)) == 1


async def test_a_key_of_a_refused_message_can_be_used_again(any_house: House) -> None:
    """A refusal leaves no trace of its key: after the contact has written the same POST goes through."""
    house = any_house
    body, headers = order({"type": "text", "text": "hello again"}), {"Idempotency-Key": "k-1"}
    code, answer = await house.api("POST", json=body, headers=headers)
    assert (code, answer["code"]) == (422, "window_closed")
    await opened(house)
    code, _ = await house.api("POST", json=body, headers=headers)
    assert code == 202
    assert (await house.sim.wait_for(ANA, 2))[1].text == "hello again"


@pytest.mark.parametrize(
    "given",
    ["", "Bearer", "Bearer ", "Bearer x", "Bearer gw_aaaaaaaaaaaa_bbbb", "Basic Z3c6", "gw_x", "Bearer \xff"],
)
async def test_who_has_no_key(house: House, given: str) -> None:
    """No key, a wrong one or another scheme: 401 with a challenge, and it is counted."""
    for method in ("GET", "POST"):
        headers = {"Authorization": given} if given else {}
        async with house.session.request(method, house.url + "/api/v1/messages", headers=headers) as answer:
            assert answer.status == 401
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.content_type == "application/problem+json"
    assert await house.metric("gateway_auth_failures_total", surface="api") == 2


async def test_too_much(house: House) -> None:
    """A body over the API's limit is a 413, with and without a length."""
    headers = {"Authorization": f"Bearer {await house.key()}"}
    big = json.dumps(order({"type": "text", "text": "x" * 300_000})).encode()

    async def chunks():  # type: ignore[no-untyped-def]
        yield big

    for data in (big, chunks()):
        async with house.session.post(house.url + "/api/v1/messages", data=data, headers=headers) as answer:
            assert answer.status == 413
            assert answer.content_type == "application/problem+json"


async def test_what_a_user_id_reaches(house: House) -> None:
    """A contact known by a user id is written to by it."""
    await opened(house)
    user = house.sim.contact(ANA).user_id
    code, _ = await house.api("POST", json=order({"type": "text", "text": "by id"}, to=user))
    assert code == 202
    assert (await house.sim.wait_for(ANA, 2))[1].text == "by id"
    assert house.sim.accepted[-1].body["recipient"] == user
