"""Authentic and unusable: everything is kept, counted and passed by, and the neighbours are served."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from tests.support.house import ANA, BEN, House, change, sign, text_message, until, webhook

HOSTILE_VALUES: dict[str, str] = {
    "NUL": '"a\\u0000b"',
    "200,000 arrays": "[" * 200_000 + "]" * 200_000,
    "200,000 objects": '{"a":' * 200_000 + "1" + "}" * 200_000,
    "a lone high surrogate": '"\\ud83d"',
    "a lone low surrogate": '"\\udc00 text"',
    "2^70": str(2**70),
    "-2^70": str(-(2**70)),
    "a number of 5,000 digits": "9" * 5000,
    "1e999": "1e999",
    "a list": "[1, 2]",
    "an object": '{"body": {}}',
    "null": "null",
    "true": "true",
    "an empty text": '""',
    "a long text": '"' + "x" * 500_000 + '"',
}
PLACES = (
    "text",
    "body",
    "from",
    "timestamp",
    "id",
    "type",
    "profile",
    "contacts",
    "metadata",
    "number",
    "statuses",
)

HOSTILE_BODIES: dict[str, bytes] = {
    "empty": b"",
    "NaN": b'{"object":"whatsapp_business_account","entry":NaN}',
    "a list": b"[]",
    "null": b"null",
    "a text": b'"x"',
    "an entry that is a list": b'{"object":"whatsapp_business_account","entry":[[]]}',
    "an entry that is no list": b'{"object":"whatsapp_business_account","entry":{"id":1}}',
    "invalid UTF-8": b'{"object":"whatsapp_business_account","entry":[{"id":"\xff\xfe"}]}',
    "a byte order mark": b"\xef\xbb\xbf{}",
    "UTF-16": '{"entry":[]}'.encode("utf-16"),
    "cut off": b'{"object":"whatsapp_business_account","entry":[{"id":"1","changes":[',
    "deep": b"[" * 200_000,
    "NUL bytes": b"\0" * 1000,
}


def hostile(house: House, place: str, value: str) -> bytes:
    """A webhook with *value*, as it stands, at *place*."""
    told = text_message(BEN, "x", "wamid.hostile")
    one = change(house.sim, told)
    message, mark = told["messages"][0], "@@HOSTILE@@"
    if place == "body":
        message["text"]["body"] = mark
    elif place == "profile":
        told["contacts"][0]["profile"] = mark
    elif place == "metadata":
        one["value"]["metadata"] = mark
    elif place == "number":
        one["value"]["metadata"]["phone_number_id"] = mark
    elif place in ("contacts", "statuses"):
        one["value"][place] = mark
    else:
        message[place] = mark
    return webhook(one).replace(b'"' + mark.encode() + b'"', value.encode())


async def still_well(house: House, text: str) -> None:
    """The process lives, is ready, and answers a contact."""
    before = len(house.sim.inbox(ANA))
    await house.sim.says(ANA, text)
    assert (await house.sim.wait_for(ANA, before + 1))[-1].text == text
    async with house.session.get(house.url + "/health/ready") as answer:
        assert answer.status == 200, await answer.text()


async def test_hostile_values_everywhere(any_house: House) -> None:
    """Each hostile value at each place of a message: 200, kept as it came, and the gateway goes on."""
    house = any_house
    house.line()
    await house.start()
    bodies = [hostile(house, place, value) for place in PLACES for value in HOSTILE_VALUES.values()]
    for number, body in enumerate(bodies):
        answer = await house.post(body)
        assert answer.status == 200, (number, body[:200])
    await still_well(house, "after all of them")
    kept = {bytes(row[0]) for row in await house.rows("select body from journal")}
    assert set(bodies) <= kept
    await until(lambda: _drained(house), "all are parsed")
    assert await house.metric("gateway_dead_total") > 0
    assert await house.metric("gateway_events_total", result="failed") > 0


@pytest.mark.parametrize("name", HOSTILE_BODIES)
async def test_hostile_bodies(house: House, name: str) -> None:
    """A body that is no webhook at all: 200, kept, one dead letter, the next message is answered."""
    house.line()
    await house.start()
    body = HOSTILE_BODIES[name]
    for path in ("", "/webhooks/meta_cloud"):
        assert (await house.post(body, path=path)).status == 200
    await still_well(house, "next")
    letters = await until(lambda: house.rows("select journal, reason from dead"), "dead letters")
    assert {reason for _, reason in letters} == {"unreadable"}
    assert len(letters) == await house.metric("gateway_dead_total", stage="parse") == 2
    [report] = await house.replay(letters[0][0])
    assert report["failures"]


async def test_neighbours_of_a_malformed_change(any_house: House) -> None:
    """1,000 changes in one webhook, one of them malformed: 999 messages are answered."""
    house = any_house
    sim = house.line()
    house.sending["number_rate"] = 100_000
    await house.start()
    changes: list[Any] = [
        change(sim, text_message(f"+2547{n:08d}", f"number {n}", f"wamid.{n}")) for n in range(1000)
    ]
    changes[500] = [{"value": "a list where an object is due"}]
    assert (await house.post(webhook(*changes))).status == 200
    await until(lambda: len(sim.accepted) == 999, "999 answers", within=60)
    assert len({a.body["to"] for a in sim.accepted}) == 999
    assert await house.metric("gateway_dead_total", reason="unreadable") == 1
    assert await house.metric("gateway_events_total", kind="message", result="new") == 999


async def test_neighbours_inside_one_change(house: House) -> None:
    """A malformed message between two good ones of one change: both good ones are answered, in order."""
    sim = house.line()
    await house.start()
    told = text_message(ANA, "first", "wamid.1")
    told["messages"] += [["no message"], text_message(ANA, "third", "wamid.3")["messages"][0]]
    assert (await house.post(webhook(change(sim, told)))).status == 200
    assert [m.text for m in await sim.wait_for(ANA, 2)] == ["first", "third"]
    assert await house.metric("gateway_dead_total", reason="unreadable") == 1


async def test_numbers_and_fields_that_nobody_knows(house: House) -> None:
    """A foreign number is a dead letter and starts no plugin; an unknown field and kind are kept."""
    sim = house.line()
    await house.start()
    foreign = change(sim, text_message(BEN, "not for us", "wamid.f"), number="999888777")
    unknown = change(sim, {"anything": [1, {"new": True}]}, field="invented_tomorrow")
    odd = text_message(ANA, "", "wamid.odd")
    odd["messages"][0] |= {"type": "hologram", "hologram": {"id": "1"}}
    ours = change(sim, text_message(ANA, "for us", "wamid.ours"))
    body = webhook(foreign, unknown, change(sim, odd), ours)
    assert (await house.post(body)).status == 200
    assert [m.text for m in await sim.wait_for(ANA, 1)] == ["for us"]
    assert sim.inbox(BEN) == []
    assert await house.metric("gateway_dead_total", reason="foreign_number") == 1
    code, listed = await house.api("GET", params={"direction": "in"})
    assert code == 200
    assert {item["type"] for item in listed["items"]} == {"text", "unknown"}
    [(letter,)] = await house.rows("select id from dead where reason = 'foreign_number'")
    [report] = await house.replay(letter)
    assert "foreign" in [event["difference"] for event in report["events"]]


async def test_odd_headers_of_an_authentic_webhook(house: House) -> None:
    """What a header holds cannot make an authentic webhook fail."""
    sim = house.line()
    await house.start()
    body = webhook(change(sim, text_message(ANA, "odd headers", "wamid.odd")))
    host, port = house.url.removeprefix("http://").split(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = (
        "POST /webhooks/meta_cloud/duka-main?x=%00%ff HTTP/1.1\r\nHost: gw\r\nContent-Type: app/\xff\xfe\r\n"
        f"Authorization: \xff\r\nX-Hub-Signature-256: {sign(sim.app_secret, body)}\r\n"
        f"Content-Length: {len(body)}\r\n\r\n"
    )
    writer.write(head.encode("latin-1") + body)
    assert (await reader.readline()).startswith(b"HTTP/1.1 200")
    writer.close()
    await sim.wait_for(ANA, 1)


async def test_a_text_that_no_database_takes(any_house: House) -> None:
    """NUL and a lone surrogate are taken out of a text; the rest of it is answered and listed."""
    house = any_house
    sim = house.line()
    await house.start()
    told = text_message(ANA, "@@", "wamid.nul")
    body = webhook(change(sim, told)).replace(b'"@@"', b'"a\\u0000b \\ud83d c"')
    assert (await house.post(body)).status == 200
    assert [m.text for m in await sim.wait_for(ANA, 1)] == ["ab \ufffd c"]
    code, listed = await house.api("GET", params={"direction": "in"})
    assert (code, listed["items"][0]["content"]["text"]) == (200, "ab \ufffd c")


async def _drained(house: House) -> bool:
    return (await house.rows("select count(*) from journal_open"))[0][0] == 0
