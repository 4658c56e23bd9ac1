"""`/api/v1/messages`: planned, for later, taken back, looked at one by one."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest

from tests.support.house import ANA, BEN, House, change, text_message, until, webhook

TEMPLATE = {"type": "template", "name": "order_update", "language": "en"}
MESSAGES = "/api/v1/messages"


def order(message: Any = TEMPLATE, *, to: str = ANA, **more: Any) -> dict[str, Any]:
    """The body of a POST."""
    return {"channel": "duka-main", "to": to, "message": message, **more}


def text(words: str = "hello") -> dict[str, str]:
    """A free-form message."""
    return {"type": "text", "text": words}


def in_(**time: float) -> str:
    """A moment from now, in another zone than ours."""
    return (datetime.now(UTC) + timedelta(**time)).astimezone(timezone(timedelta(hours=3))).isoformat()


async def opened(house: House, who: str = ANA) -> None:
    """*who* has written, so its window is open."""
    body = webhook(change(house.sim, text_message(who, "hi", f"wamid.{who}")))
    assert (await house.post(body)).status == 200
    await until(lambda: house.rows("select id from message where direction = 'in'"), "it is recorded")


async def scheduled(house: House, **more: Any) -> str:
    """A message of tomorrow."""
    code, answer = await house.api("POST", json=order(**more, send_at=in_(hours=20)))
    assert (code, answer["status"]) == (202, "scheduled")
    return str(answer["id"])


async def test_for_later(any_house: House) -> None:
    """202 with the time in UTC; the list and the message itself say that it waits, and until when."""
    house = any_house
    at = datetime.now(UTC) + timedelta(hours=20)
    code, answer = await house.api("POST", json=order(send_at=at.isoformat()))
    assert code == 202
    assert set(answer) == {"id", "status", "parts", "losses", "send_at", "reason"}
    assert (answer["status"], answer["reason"]) == ("scheduled", "")
    assert datetime.fromisoformat(answer["send_at"]) == at
    assert answer["send_at"].endswith("Z")
    [listed] = await house.sent()
    assert (listed["status"], listed["error"]) == ("scheduled", None)
    code, one = await house.api("GET", f"{MESSAGES}/{answer['id']}")
    assert code == 200
    assert {name: one[name] for name in listed} == listed
    assert (one["send_at"], one["reason"], one["origin"]) == (answer["send_at"], "", "api")
    assert await house.rows("select id from outbox") == []


async def test_in_a_moment(any_house: House) -> None:
    """What is due soon is sent then, once, without anybody asking again."""
    house = any_house
    code, answer = await house.api("POST", json=order(send_at=in_(seconds=1.5)))
    assert (code, answer["status"]) == (202, "scheduled")
    assert house.sim.accepted == []
    [shown] = await house.sim.wait_for(ANA, 1)
    assert shown.text == "order_update"
    _, one = await house.api("GET", f"{MESSAGES}/{answer['id']}")
    assert one["send_at"] is None
    assert len(house.sim.accepted) == 1


@pytest.mark.parametrize("send_at", [None, "2020-01-01T00:00:00Z", "0001-01-01T00:00:00+14:00"])
async def test_the_past_is_now(house: House, send_at: str | None) -> None:
    """So is no time at all."""
    code, answer = await house.api("POST", json=order(send_at=send_at))
    assert (code, answer["status"]) == (202, "queued")
    assert set(answer) == {"id", "status", "parts", "losses"}


@pytest.mark.parametrize(
    "send_at",
    [
        "tomorrow", "2026-12-24T09:00:00", "2026-12-24", 1_800_000_000, "", {}, "9999-12-31T23:59:59Z",
        "2026-13-24T09:00:00Z", "9999-12-31T23:59:59-14:00",
        pytest.param(in_(days=367), id="more than a year"),
    ],
)  # fmt: skip
async def test_times_that_cannot_be_meant(house: House, send_at: Any) -> None:
    """No offset, no time, or more than a year ahead: 422 with a pointer, and nothing is kept."""
    code, answer = await house.api("POST", json=order(send_at=send_at))
    assert (code, answer["errors"][0]["pointer"]) == (422, "/send_at"), answer
    assert await house.sent() == []


async def test_a_key_is_for_one_time(any_house: House) -> None:
    """The same POST gives the same answer; another time under the same key is another request."""
    house = any_house
    headers, at = {"Idempotency-Key": "reminder-1"}, in_(hours=5)
    answers = [await house.api("POST", json=order(send_at=at), headers=headers) for _ in range(3)]
    assert answers[0] == answers[1] == answers[2]
    code, answer = await house.api("POST", json=order(send_at=in_(hours=6)), headers=headers)
    assert (code, answer["code"]) == (422, "idempotency_key_reused")
    assert len(await house.sent()) == 1


async def test_a_dry_run(any_house: House) -> None:
    """200 with what would happen; nothing is stored, and the key is still free."""
    house = any_house
    headers = {"Idempotency-Key": "k"}
    long = text("word " * 1500)
    code, refused = await house.api("POST", json=order(long, dry_run=True), headers=headers)
    assert (code, refused["status"], refused["parts"]) == (200, "planned", 2)
    assert [(loss["what"], loss["how"]) for loss in refused["losses"]] == [("text", "split")]
    assert refused["decision"] == {"send": False, "reason": "window_closed", "until": None}
    assert len(refused["bodies"]) == 2
    code, fine = await house.api("POST", json=order(dry_run=True), headers=headers)
    assert (fine["decision"]["send"], fine["send_at"]) == (True, None)
    assert fine["decision"]["until"].endswith("Z")
    code, later = await house.api("POST", json=order(text(), dry_run=True, send_at=in_(hours=3)))
    assert (later["decision"]["reason"], later["send_at"] is None) == ("window_ends_before", False)
    for table in ("contact", "conversation", "message", "outbox", "scheduled", "idempotency"):
        assert await house.rows(f"select tenant from {table}") == [], table
    code, _ = await house.api("POST", json=order(), headers=headers)
    assert code == 202


async def test_a_dry_run_is_as_strict(house: House) -> None:
    """What would be refused for its form is refused."""
    code, answer = await house.api("POST", json=order(text(""), dry_run=True))
    assert (code, answer["errors"][0]["pointer"]) == (422, "/message")
    code, _ = await house.api("POST", json=order({"type": "hologram"}, dry_run=True))
    assert code == 422


async def test_taken_back(any_house: House) -> None:
    """200, again and again; it is listed as cancelled and never sent."""
    house = any_house
    identifier = await scheduled(house)
    for _ in range(3):
        code, answer = await house.api("DELETE", f"{MESSAGES}/{identifier}")
        assert (code, answer) == (200, {"id": identifier, "status": "cancelled"})
    [listed] = await house.sent()
    assert (listed["status"], listed["error"]) == ("cancelled", None)
    assert await house.rows("select message from scheduled") == []


async def test_taken_back_while_it_is_queued(any_house: House) -> None:
    """The number does not send now: what waits for it can be taken back, and what is behind goes on."""
    house = any_house
    await opened(house)
    await until(lambda: house.sim.inbox(ANA), "the echo")
    assert house.gateway is not None
    assert house.gateway.line is not None
    number = house.gateway.line.sender.number("duka", "duka-main")
    assert number is not None
    number.pause("operator")
    ids = [(await house.api("POST", json=order(text(word))))[1]["id"] for word in ("one", "two", "three")]
    for identifier in ids[:2]:
        code, _ = await house.api("DELETE", f"{MESSAGES}/{identifier}")
        assert code == 200
    number.resume()
    assert [m.text for m in await house.sim.wait_for(ANA, 2)] == ["hi", "three"]

    async def statuses() -> bool:
        listed = {item["id"]: item["status"] for item in await house.sent()}
        return [listed[each] for each in ids] == ["cancelled", "cancelled", "read"]

    await until(statuses, "the third is read")


async def test_too_late(any_house: House) -> None:
    """What was handed to the provider is a 409 that says so."""
    house = any_house
    code, answer = await house.api("POST", json=order())
    await house.sim.wait_for(ANA, 1)

    async def is_known() -> bool:
        return (await house.sent())[0]["status"] in ("accepted", "sent", "delivered", "read")

    await until(is_known, "it is accepted")
    code, told = await house.api("DELETE", f"{MESSAGES}/{answer['id']}")
    assert (code, told["code"]) == (409, "already_sent")


async def test_a_failure_cannot_be_taken_back(house: House) -> None:
    """It is a 409 too, and it stays failed."""
    house.sim.unreachable = {BEN}
    _, answer = await house.api("POST", json=order(to=BEN))

    async def has_failed() -> bool:
        return (await house.sent())[0]["status"] == "failed"

    await until(has_failed, "it failed")
    code, told = await house.api("DELETE", f"{MESSAGES}/{answer['id']}")
    assert (code, told["code"]) == (409, "already_failed")


async def test_what_is_not_ours(any_house: House) -> None:
    """Another tenant's message, one that came in, and none at all are a 404."""
    house = any_house
    identifier = await scheduled(house)
    await opened(house)
    ((received,),) = await house.rows("select id from message where direction = 'in'")
    for method, tenant, target in (
        ("GET", "soko", identifier), ("DELETE", "soko", identifier), ("DELETE", "duka", received),
        ("GET", "duka", "x"), ("DELETE", "duka", "x"), ("DELETE", "duka", "%00"), ("GET", "duka", "%00"),
        ("GET", "duka", "x" * 500), ("DELETE", "duka", "%F0%9F%98%80"), ("GET", "duka", "' or 1=1 --"),
    ):  # fmt: skip
        code, answer = await house.api(method, f"{MESSAGES}/{target}", tenant=tenant)
        assert (code, answer["code"]) == (404, "no_such_message"), (method, tenant, target)
    code, answer = await house.api("GET", f"{MESSAGES}/{received}")
    assert (code, answer["direction"], answer["status"], answer["send_at"]) == (200, "in", "received", None)
    code, _ = await house.api("GET", f"{MESSAGES}/{identifier}")
    assert code == 200
    code, answer = await house.api("PATCH", f"{MESSAGES}/{identifier}")
    assert (code, answer["code"]) == (405, "method_not_allowed")
