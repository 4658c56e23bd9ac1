"""`GET /api/v1/events` from outside: pages, filters, waiting, what a client may rely on."""

from __future__ import annotations

import asyncio
import time
from typing import Any

import pytest

from gateway.feed.record import KINDS
from tests.support.house import ANA, BEN, House, until

EVENTS = "/api/v1/events"


async def page(house: House, tenant: str = "duka", **query: Any) -> dict[str, Any]:
    """A page of *tenant*'s log."""
    code, answer = await house.api("GET", EVENTS, tenant=tenant, params=query)
    assert code == 200, answer
    found: dict[str, Any] = answer
    return found


async def everything(house: House, tenant: str = "duka", **query: Any) -> list[dict[str, Any]]:
    """The log from its beginning, page by page."""
    items: list[dict[str, Any]] = []
    after = 0
    while True:
        found = await page(house, tenant, after=after, **query)
        items += found["items"]
        if not found["more"]:
            return items
        assert found["last"] > after
        after = found["last"]


async def talked(house: House, who: str = ANA, text: str = "hello") -> None:
    """*who* wrote, was answered, and has read the answer, and the log has it all."""
    before = len(await everything(house, types="message.status"))
    await house.sim.says(who, text)
    await house.sim.wait_for(who, 1)

    async def is_read() -> bool:
        told = await everything(house, types="message.status")
        return len(told) > before and told[-1]["data"]["status"] == "read"

    await until(is_read, "the answer is read")


async def test_a_talk_is_told_in_order(any_house: House) -> None:
    """Somebody new, the message, the answer, what became of it; each of these after its cause."""
    house = any_house
    await talked(house)
    log = await everything(house, limit=2)

    assert [event["seq"] for event in log] == list(range(1, len(log) + 1))
    assert len({event["id"] for event in log}) == len(log)
    kinds = [event["type"] for event in log]
    assert kinds[:4] == ["contact.created", "message.received", "consent.changed", "message.created"]
    assert set(kinds[4:]) == {"message.status"}
    received, created = log[1]["data"], log[3]["data"]
    assert (received["direction"], received["content"]["text"], received["status"]) == (
        "in",
        "hello",
        "received",
    )
    assert (created["direction"], created["status"]) == ("out", "queued")
    assert log[0]["data"] == {"contact": received["contact"], "channel": "duka-main"}
    assert log[2]["data"] == {
        "contact": received["contact"], "purpose": "service", "state": "in", "before": None,
        "source": "first_message", "channel": "duka-main",
    }  # fmt: skip
    told = [event["data"] for event in log[4:]]
    assert {(one["message"], one["part"]) for one in told} == {(created["id"], 0)}
    assert told[-1]["status"] == "read"
    assert len({one["status"] for one in told}) == len(told)
    assert all(one["provider_message_id"] for one in told)


async def test_a_received_message_is_as_in_the_list(house: House) -> None:
    """The data of message.received is the item of GET /messages."""
    await talked(house)
    _, listed = await house.api("GET", params={"direction": "in"})
    [event] = await everything(house, types="message.received")

    assert event["data"] == listed["items"][0]


async def test_tenants_have_logs_of_their_own(any_house: House) -> None:
    """What happens to one tenant is in its log alone, and each begins with 1."""
    house = any_house
    await talked(house)
    assert (await page(house, "soko")) == {"items": [], "last": 0, "more": False}
    await house.lines["soko"].sim.says(BEN, "hi")
    await until(lambda: everything(house, "soko", types="message.created"))

    theirs = await everything(house, "soko")
    assert theirs[0]["seq"] == 1
    ours = await everything(house)
    assert not {event["id"] for event in theirs} & {event["id"] for event in ours}


async def test_a_filter_moves_on(house: House) -> None:
    """`last` is how far was looked: what a filter leaves out is not looked at again."""
    await talked(house)
    head = len(await everything(house))
    found = await page(house, types="channel.paused, dead_letter.created")
    assert found == {"items": [], "last": head, "more": False}
    first = await page(house, types="message.created,message.received", limit=1)
    assert [event["type"] for event in first["items"]] == ["message.received"]
    assert (first["last"], first["more"]) == (first["items"][0]["seq"], True)
    assert await page(house, after=head + 1000) == {"items": [], "last": head + 1000, "more": False}


@pytest.mark.parametrize(
    ("query", "code"),
    [
        ({"after": "-1"}, "bad_after"),
        ({"after": str(2**64)}, "bad_after"),
        ({"limit": "1001"}, "bad_limit"),
        ({"wait": "31"}, "bad_wait"),
        ({"types": "message.sent"}, "bad_types"),
        ({"before": "1"}, "unknown_parameter"),
    ],
)
async def test_what_is_wrong_is_told(house: House, query: dict[str, str], code: str) -> None:
    """A parameter that cannot be is a 400 that says which."""
    status, answer = await house.api("GET", EVENTS, params=query)
    assert (status, answer["code"]) == (400, code)


async def test_waiting_for_the_first(any_house: House) -> None:
    """With wait, the answer comes as soon as something of the wanted types happens, or after that time."""
    house = any_house
    await talked(house)
    head = (await page(house))["last"]
    began = time.monotonic()
    waiting = asyncio.create_task(page(house, after=head, wait=20, types="message.received"))
    await asyncio.sleep(0.1)
    await house.sim.says(BEN, "second")
    found = await waiting
    assert time.monotonic() - began < 15
    assert [event["data"]["content"]["text"] for event in found["items"]] == ["second"]
    again = await page(house, after=found["last"], wait=1, types="channel.paused")
    assert again["items"] == []
    assert again["last"] >= found["last"]


async def test_numbers_that_are_gone(any_house: House) -> None:
    """Who asks for events that are not kept any more is told 410 and the oldest number."""
    house = any_house
    await talked(house)
    head = (await page(house))["last"]
    line = house.gateway and house.gateway.line
    assert line is not None
    store = house.gateway.store  # type: ignore[union-attr]
    await store.write(
        lambda tx: tx.run("delete from feed where tenant = :tenant and first <= 3", tenant="duka")
    )
    code, answer = await house.api("GET", EVENTS, params={"after": "2"})
    assert (code, answer["code"], answer["oldest"]) == (410, "events_gone", 4)
    assert (await page(house, after=3))["items"][0]["seq"] == 4
    await store.write(lambda tx: tx.run("delete from feed where tenant = :tenant", tenant="duka"))
    code, answer = await house.api("GET", EVENTS)
    assert (code, answer["oldest"]) == (410, head + 1)
    assert (await page(house, after=head))["items"] == []


async def test_messages_of_the_api_are_told(house: House) -> None:
    """A message for later is told as scheduled, and its cancellation as a status."""
    await talked(house)
    body = {"channel": "duka-main", "to": ANA, "message": {"type": "text", "text": "soon"}}
    later = time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(time.time() + 3600))
    code, made = await house.api("POST", json={**body, "send_at": later})
    assert (code, made["status"]) == (202, "scheduled")
    assert (await house.api("DELETE", f"/api/v1/messages/{made['id']}"))[0] == 200

    async def told() -> list[tuple[str, str]]:
        log = [event["data"] for event in await everything(house)]
        mine = [one for one in log if made["id"] in (one.get("id"), one.get("message"))]
        return [("", one["status"]) for one in mine] if len(mine) > 1 else []

    assert [status for _, status in await until(told)] == ["scheduled", "cancelled"]


async def test_an_event_of_each_page_has_a_type_of_the_list(house: House) -> None:
    """The list of types is closed."""
    await talked(house)
    assert {event["type"] for event in await everything(house)} <= set(KINDS)
