"""Every sample of Meta's webhooks, from a signed POST to what the API and a plugin show."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from gateway.model.status import RANK
from tests.support.house import House, until

SAMPLES = Path(__file__).parents[1] / "samples" / "meta"
INDEX = {
    Path(each["file"]).stem: each
    for each in json.loads((SAMPLES / "INDEX.json").read_bytes())
    if each["kind"] in ("inbound", "status", "field", "error", "user_action")
}
NUMBER, ACCOUNT = "401122334455667", "198700112233445"
WITNESS = """\
import json
from pathlib import Path
import msgspec
from gateway import ChannelEvent, Chat, Message, StatusUpdate, hook

SEEN = Path(__file__).with_name("seen.jsonl")

def note(**what):
    with SEEN.open("a") as file:
        file.write(json.dumps(what) + "\\n")

@hook.on_message
async def message(message: Message, chat: Chat) -> None:
    note(hook="message", type=message.type, id=message.provider_message_id, address=chat.contact.address)

@hook.on_event
async def event(event: ChannelEvent, chat: Chat) -> None:
    note(hook="event", name=event.name, kind=type(event.content).__name__)
"""


def payloads() -> dict[str, dict[str, Any]]:
    """Each sample, decoded, by name."""
    return {name: json.loads((SAMPLES / f"{name}.json").read_bytes()) for name in INDEX}


def at_once(samples: dict[str, dict[str, Any]]) -> bytes:
    """All samples of the list in one webhook."""
    entries = [entry for sample in samples.values() for entry in sample["entry"]]
    return json.dumps({"object": "whatsapp_business_account", "entry": entries}).encode()


async def listed(house: House) -> list[dict[str, Any]]:
    """Every message that the API shows."""
    items: list[dict[str, Any]] = []
    cursor = ""
    while True:
        params = {"limit": "200"} | ({"cursor": cursor} if cursor else {})
        code, answer = await house.api("GET", params=params)
        assert code == 200, answer
        items += answer["items"]
        cursor = answer["cursor"]
        if not cursor:
            return items


@pytest.mark.parametrize("how", ["one by one", "all at once, twice"])
async def test_every_sample_arrives(any_house: House, how: str) -> None:
    """Each message is listed once with its type, each status is kept, each field reaches the plugins that
    ask for events with its typed content, and nothing ends as a dead letter."""
    house = any_house
    house.plugin("witness", WITNESS)
    house.line("duka", "witness")
    await house.start()
    samples = payloads()
    bodies = (
        [(SAMPLES / f"{name}.json").read_bytes() for name in samples]
        if how == "one by one"
        else [at_once(samples), at_once(samples)]
    )
    for body in bodies:
        assert (await house.post(body)).status == 200

    inbound = [each for each in INDEX.values() if each["kind"] == "inbound"]
    ids = {
        message["id"]: INDEX[name]["normalized_type"]
        for name, sample in samples.items()
        if INDEX[name]["kind"] == "inbound"
        for entry in sample["entry"]
        for change in entry["changes"]
        for message in change["value"]["messages"]
    }
    assert len(ids) <= len(inbound)

    async def arrived() -> bool:
        left = await house.rows("select (select count(*) from journal_open) + (select count(*) from event)")
        return left == [(0,)]

    await until(arrived, "everything parsed and every plugin called", within=60)
    assert await house.rows("select reason, detail from dead") == []
    items = await listed(house)
    told = {item["provider_message_id"]: item["type"] for item in items if item["direction"] == "in"}
    assert {id: told.get(id) for id in ids} == ids

    statuses = [each for each in INDEX.values() if each["kind"] == "status"]
    kept = await house.rows("select distinct status from status")
    assert {row[0] for row in kept} == {each["normalized_status"] for each in statuses}
    assert all(row[0] in RANK for row in kept)

    seen = [json.loads(line) for line in (house.folder / "seen.jsonl").read_text().splitlines()]
    names = Counter(each["name"] for each in seen if each["hook"] == "event")
    fields = {each["field"] for each in INDEX.values() if each["kind"] == "field"}
    assert fields | {"error", "user_action"} <= set(names)
    assert "Other" not in {each["kind"] for each in seen if each["hook"] == "event"}
    _print(how, items, seen)


def _print(how: str, items: list[dict[str, Any]], seen: list[dict[str, Any]]) -> None:
    """What arrived, counted by kind (pytest -s shows it)."""
    print(f"\n{how}: {len(INDEX)} samples")
    print("  messages in:", dict(sorted(Counter(i["type"] for i in items if i["direction"] == "in").items())))
    print(
        "  messages out:", dict(sorted(Counter(i["type"] for i in items if i["direction"] == "out").items()))
    )
    print("  events:", dict(sorted(Counter(e["kind"] for e in seen if e["hook"] == "event").items())))
