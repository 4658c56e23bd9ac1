"""Every webhook sample of 360dialog and Twilio, from an authentic POST to what the API shows."""

from __future__ import annotations

import hashlib
import hmac
import json
from collections import Counter
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

from providers.twilio.simulator.signing import signature
from tests.stories.test_story_meta_samples import INDEX as META
from tests.stories.test_story_meta_samples import listed
from tests.support.house import House, until

SAMPLES = Path(__file__).parents[1] / "samples"
#: What our list says of a status that is not final yet.
PENDING = "pending"


def _index(provider: str) -> list[dict[str, Any]]:
    """The provider's webhook samples, with the kind that each must become."""
    found: list[dict[str, Any]] = json.loads((SAMPLES / provider / "INDEX.json").read_bytes())
    if provider == "dialog360":  # the envelope is Meta's, so its index has the kinds
        found = [{**META.get(Path(each["file"]).stem, {}), **each} for each in found]
    return [each for each in found if each["kind"] in ("inbound", "status")]


def _proof(house: House, provider: str, url: str, body: bytes) -> dict[str, str]:
    """The headers with which the provider proves itself."""
    settings = house.sim.channel_settings()
    if provider == "twilio":
        pairs = parse_qsl(body.decode(), keep_blank_values=True)
        return {
            "X-Twilio-Signature": signature(settings["auth_token"], url, pairs),
            "Content-Type": "application/x-www-form-urlencoded",
        }
    value = settings["webhook_header"]["value"]
    key = settings["platform_secret"]
    made = hmac.new((key if isinstance(key, str) else key[0]).encode(), body, hashlib.sha256).hexdigest()
    return {
        settings["webhook_header"]["name"]: value if isinstance(value, str) else value[0],
        "X-360dialog-Signature": made,
    }


def _message_ids(provider: str, body: bytes) -> list[str]:
    if provider == "twilio":
        return [dict(parse_qsl(body.decode()))["MessageSid"]]
    entries = json.loads(body)["entry"]
    return [
        message["id"]
        for entry in entries
        for change in entry["changes"]
        for message in change["value"].get("messages", [])
    ]


async def _play(house: House, provider: str) -> None:
    house.line("duka", provider=provider)
    await house.start()
    path = f"/webhooks/{provider}/duka-main"
    expected: dict[str, str] = {}
    statuses: set[str] = set()
    for each in _index(provider):
        body = (SAMPLES / provider / each["file"]).read_bytes()
        proof = _proof(house, provider, house.url + path, body)
        for _ in range(2):  # and each once more, as providers do
            answer = await house.post(body, proof, path=path)
            assert answer.status == 200, each
        if each["kind"] == "inbound":
            expected |= dict.fromkeys(_message_ids(provider, body), each["normalized_type"])
        else:
            statuses.add(each["normalized_status"])
        forged = await house.post(body + b" ", proof, path=path)
        assert forged.status == 401, each

    async def parsed() -> bool:
        left = await house.rows("select (select count(*) from journal_open) + (select count(*) from event)")
        return left == [(0,)]

    await until(parsed, "everything parsed and every plugin called", within=60)
    assert await house.rows("select reason from dead where stage = 'parse'") == []
    items = [item for item in await listed(house) if item["direction"] == "in"]
    told = {item["provider_message_id"]: item["type"] for item in items}
    assert {id: told.get(id) for id in expected} == expected
    assert len(items) == len(expected)
    kept = {row[0] for row in await house.rows("select distinct status from status")}
    assert statuses - {PENDING} <= kept
    print(f"\n{provider}: {dict(sorted(Counter(told.values()).items()))}, statuses {sorted(kept)}")


async def test_every_sample_of_360dialog_arrives(any_house: House) -> None:
    """Each message is listed once with the type of its index, each status is kept, forgeries are refused."""
    await _play(any_house, "dialog360")


async def test_every_sample_of_twilio_arrives(any_house: House) -> None:
    """Each message is listed once with the type of its index, each status is kept, forgeries are refused."""
    await _play(any_house, "twilio")
