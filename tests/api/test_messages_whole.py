"""`/api/v1/messages/{id}` and its raw pieces: everything that is known of one message."""

from __future__ import annotations

import base64
import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.support.house import ANA, BEN, House, text_message, until, webhook
from tests.support.house import change as one_change

MESSAGES = "/api/v1/messages"
TEMPLATE = {"type": "template", "name": "order_update", "language": "en"}


def order(message: Any = TEMPLATE, *, to: str = ANA, **more: Any) -> dict[str, Any]:
    """The body of a POST."""
    return {"channel": "duka-main", "to": to, "message": message, **more}


async def whole(house: House, identifier: str) -> dict[str, Any]:
    """One message."""
    code, answer = await house.api("GET", f"{MESSAGES}/{identifier}")
    assert code == 200, answer
    made: dict[str, Any] = answer
    return made


async def posted(house: House, **more: Any) -> str:
    """A message that was taken."""
    code, answer = await house.api("POST", json=order(**more))
    assert code == 202, answer
    return str(answer["id"])


async def test_what_was_sent(any_house: House) -> None:
    """Its parts in order, and of each what the provider told, in the order of its times."""
    house = any_house
    await house.sim.says(ANA, "hello")
    await house.sim.wait_for(ANA, 1)
    identifier = await posted(house, message={"type": "text", "text": "word " * 1500})
    await house.sim.wait_for(ANA, 3)

    async def is_read() -> bool:
        return bool((await whole(house, identifier))["status"] == "read")

    await until(is_read, "it is read")
    shown = await whole(house, identifier)
    assert (shown["origin"], shown["send_at"], shown["reason"]) == ("api", None, "")
    assert shown["created_at"].endswith("Z")
    assert [part["index"] for part in shown["parts"]] == [0, 1]
    for part in shown["parts"]:
        assert set(part) == {
            "id", "index", "status", "provider_message_id", "attempt", "resent", "not_before", "accepted_at",
            "updated_at", "error", "statuses", "attempts",
        }  # fmt: skip
        assert (part["status"], part["error"], part["attempt"], part["resent"]) == ("read", None, 1, 0)
        assert part["accepted_at"].endswith("Z")
        assert [told["status"] for told in part["statuses"]][-1] == "read"
        assert {"sent", "delivered", "read"} == {told["status"] for told in part["statuses"]}
        assert part["attempts"] == []
    assert shown["provider_message_id"] == shown["parts"][0]["provider_message_id"]


async def test_what_failed(any_house: House) -> None:
    """Why, for the message and for its part; it was never accepted, and the attempt is there."""
    house = any_house
    house.sim.unreachable = {BEN}
    identifier = await posted(house, to=BEN)

    async def has_failed() -> bool:
        return bool((await whole(house, identifier))["status"] == "failed")

    await until(has_failed, "it failed")
    shown = await whole(house, identifier)
    [part] = shown["parts"]
    assert part["status"] == "failed"
    assert part["error"] == shown["error"]
    assert part["error"]["title"]
    told = [each["status"] for each in part["statuses"]] or [each["outcome"] for each in part["attempts"]]
    assert told[-1] in ("failed", "dead")


async def test_what_waits(any_house: House) -> None:
    """One that is for later has its parts already, without ids; cancelled, they are cancelled."""
    house = any_house
    at = datetime.now(UTC) + timedelta(hours=3)
    identifier = await posted(house, send_at=at.isoformat())
    shown = await whole(house, identifier)
    assert datetime.fromisoformat(shown["send_at"]) == at
    [part] = shown["parts"]
    assert (part["id"], part["index"], part["status"]) == (None, 0, "scheduled")
    assert part["not_before"] == shown["send_at"]
    assert (await house.api("DELETE", f"{MESSAGES}/{identifier}"))[0] == 200
    [part] = (await whole(house, identifier))["parts"]
    assert (part["status"], part["accepted_at"], part["attempt"]) == ("cancelled", None, 0)


async def test_what_came_in(any_house: House) -> None:
    """A contact's message has no parts; its raw piece is what the provider sent of it, without headers."""
    house = any_house
    value = text_message(ANA, "hello \u2028 <there>", "wamid.RAW")
    assert (await house.post(webhook(one_change(house.sim, value)))).status == 200
    await until(lambda: house.rows("select id from message where direction = 'in'"), "it is recorded")
    ((identifier,),) = await house.rows("select id from message where direction = 'in'")
    shown = await whole(house, identifier)
    assert (shown["parts"], shown["origin"], shown["provider_message_id"]) == ([], None, "wamid.RAW")
    code, raw = await house.api("GET", f"{MESSAGES}/{identifier}/raw")
    assert code == 200
    [piece] = raw["items"]
    assert (piece["kind"], piece["status"], piece["content_type"], piece["base64"]) == (
        "message", None, "application/json", None
    )  # fmt: skip
    assert json.loads(piece["text"]) == value["messages"][0]


async def test_raw_pieces_of_what_was_sent(any_house: House) -> None:
    """Those of its statuses, each with its name; nothing of it is a secret of ours."""
    house = any_house
    identifier = await posted(house)

    async def told() -> list[Any]:
        _, raw = await house.api("GET", f"{MESSAGES}/{identifier}/raw")
        return [each for each in raw["items"] if each["status"] == "read"]

    await until(told, "the status is there")
    _, raw = await house.api("GET", f"{MESSAGES}/{identifier}/raw")
    assert {each["kind"] for each in raw["items"]} == {"status"}
    for each in raw["items"]:
        assert json.loads(each["text"])["status"] == each["status"]
        assert "app-secret" not in each["text"]
        assert house.sim.access_token not in each["text"]


async def replaced(house: House, identifier: str, raw: bytes) -> None:
    """The message has other bytes than it came with."""
    assert house.gateway is not None
    sql = "update message set raw = :raw where tenant = :tenant and id = :id"
    await house.gateway.store.scope("duka").write(lambda tx: tx.run(sql, raw=raw, id=identifier))


async def test_pieces_that_are_no_text(house: House) -> None:
    """Bytes that are not UTF-8 come in base64; other text is named for what it looks like."""
    await house.sim.says(ANA, "hello")
    await house.sim.wait_for(ANA, 1)
    ((identifier,),) = await house.rows("select id from message where direction = 'in'")
    for raw, kind in (
        (b"\xff\xfe{}", "application/octet-stream"), (b"Body=hi&From=x", "application/x-www-form-urlencoded"),
        (b"just words = words", "text/plain"), (b"[" * 100_000, "text/plain"),
    ):  # fmt: skip
        await replaced(house, identifier, raw)
        _, answer = await house.api("GET", f"{MESSAGES}/{identifier}/raw")
        [piece] = answer["items"]
        assert piece["content_type"] == kind
        given = base64.b64decode(piece["base64"]) if piece["text"] is None else piece["text"].encode()
        assert given == raw


async def test_what_is_not_ours(any_house: House) -> None:
    """The raw pieces of another tenant's message, and of none at all, are a 404."""
    house = any_house
    identifier = await posted(house)
    for tenant, target in (("soko", identifier), ("duka", "x"), ("duka", "%00")):
        code, answer = await house.api("GET", f"{MESSAGES}/{target}/raw", tenant=tenant)
        assert (code, answer["code"]) == (404, "no_such_message")


async def test_times(any_house: House) -> None:
    """after and before are when the gateway took a message in, to the millisecond."""
    house = any_house
    for to in (ANA, BEN):
        await posted(house, to=to)
        await house.sim.wait_for(to, 1)
    listed = await house.sent()
    first, second = [(await whole(house, each["id"]))["created_at"] for each in listed]
    middle = first if first < second else second
    ids = [each["id"] for each in listed]
    far = "9999-12-31T23:59:59Z"
    for query, found in (
        ({"after": second}, ids[1:]), ({"before": second}, ids[:1]), ({"after": middle}, ids),
        ({"after": first, "before": second}, ids[:1]), ({"after": far}, []), ({"before": far}, ids),
        ({"before": "1969-01-01T00:00:00Z"}, []), ({"after": "0001-01-01T00:00:00Z"}, ids),
        ({"after": first, "contact": BEN}, ids[1:]),
    ):  # fmt: skip
        assert [each["id"] for each in await house.sent(**query)] == found, query
    for name in ("after", "before"):
        code, answer = await house.api("GET", params={name: "noon"})
        assert (code, answer["code"]) == (400, f"bad_{name}")
