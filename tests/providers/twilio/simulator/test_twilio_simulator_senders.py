"""Senders and where their webhooks go; typing; the account."""

from __future__ import annotations

import json
from typing import Any

import pytest

from providers.twilio.simulator import TwilioSimulator
from tests.providers.twilio.simulator.conftest import ANA, BEN, SAMPLES, Business

PATH = "/v2/Channels/Senders"


async def test_senders_are_listed_and_told(sim: TwilioSimulator, business: Business) -> None:
    """Every number of the account, with its id; `facts` change what is told."""
    sim.add_number("+1 555 010 4478")
    code, page = await business.call("GET", f"{PATH}?Channel=whatsapp&PageSize=1")
    assert (code, page["meta"]["key"], len(page["senders"])) == (200, "senders", 1)
    [first] = page["senders"]
    assert (first["sender_id"], first["status"]) == (f"whatsapp:{sim.number}", "ONLINE")
    assert first["sid"] == sim.channel_settings()["sender_sid"]
    code, page = await business.call("GET", page["meta"]["next_page_url"].removeprefix(sim.api_base))
    assert [one["sender_id"] for one in page["senders"]] == ["whatsapp:+15550104478"]
    sim.facts[sim.number] = {"status": "OFFLINE"}
    assert (await business.call("GET", f"{PATH}/{first['sid']}"))[1]["status"] == "OFFLINE"
    assert (await business.call("GET", f"{PATH}?Channel=rcs"))[1]["code"] == 20001
    assert (await business.call("GET", f"{PATH}/XE1"))[1]["code"] == 20404


async def test_a_senders_webhook_is_used(sim: TwilioSimulator, business: Business) -> None:
    """What is set wins over the simulator's URL, for that sender only; the fallback too; "" takes it away."""
    other = sim.add_number("+15550104478")
    path = f"{PATH}/{sim.channel_settings()['sender_sid']}"
    urls = {"callback_url": f"{business.base}/own#rc=1", "fallback_url": f"{business.base}/spare"}
    code, told = await business.call("POST", path, json={"webhook": {**urls, "callback_method": "POST"}})
    assert (code, told["webhook"]["callback_url"]) == (202, urls["callback_url"])
    await sim.says(ANA, "hi")
    await sim.says(ANA, "hi", number=other)
    assert [got.path for got in business.taken] == ["/own", "/hook"]
    assert business.params[1]["To"] == f"whatsapp:{other}"
    business.answers = [500]
    await sim.says(ANA, "again")
    assert business.taken[-1].path == "/spare"
    code, told = await business.call("POST", path, json={"webhook": {"callback_url": ""}})
    assert (code, told["webhook"]["callback_url"], told["webhook"]["fallback_url"]) == (
        202, None, urls["fallback_url"],
    )  # fmt: skip
    await sim.says(ANA, "and again")
    assert business.taken[-1].path == "/hook"


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ({}, 63100),
        ({"webhook": {}}, 63100),
        ({"webhook": []}, 63100),
        ({"webhook": "x"}, 20001),
        ({"webhook": {"callback_url": "nowhere"}}, 20001),
        ({"webhook": {"callback_url": "https://x/" + "y" * 2048}}, 20001),
        ({"webhook": {"callback_method": "PUT"}}, 20001),
        ({"webhook": {"colour": "red"}}, 20001),
    ],
)
async def test_an_update_that_cannot_be_is_refused(
    business: Business, body: dict[str, Any], code: int
) -> None:
    """And changes nothing."""
    path = f"{PATH}/{business.sim.channel_settings()['sender_sid']}"
    assert (await business.call("POST", path, json=body))[1]["code"] == code
    assert business.sim._lines.first.webhook == {}


async def test_a_profile_has_a_name(business: Business) -> None:
    """It is changed like the webhook."""
    path = f"{PATH}/{business.sim.channel_settings()['sender_sid']}"
    _, told = await business.call("POST", path, json={"profile": {"name": "Tea shop"}})
    assert told["profile"]["name"] == "Tea shop"


async def test_typing_marks_as_read(sim: TwilioSimulator, business: Business) -> None:
    """Version 3 in JSON, version 2 as a form."""
    sid = await sim.says(ANA, "hi")
    sample = json.loads((SAMPLES / "typing_request_v3.json").read_text())
    code, answer = await business.call(
        "POST", "/v3/Indicators/Typing.json", json={**sample, "messageId": sid}
    )
    assert (code, answer) == (201, {"success": True})
    form = [("channel", "whatsapp"), ("messageId", sid)]
    assert (await business.call("POST", "/v2/Indicators/Typing.json", form=form))[0] == 201
    assert sim.marked_read == [sid, sid]


async def test_typing_is_about_a_message_of_a_contact(sim: TwilioSimulator, business: Business) -> None:
    """Of the right channel; one that nobody wrote is refused with `known_messages`."""

    async def code(**body: Any) -> int:
        status, answer = await business.call("POST", "/v3/Indicators/Typing.json", json=body)
        return int(answer.get("code", status))

    unknown = "SM" + "0" * 32
    assert await code(channel="WHATSAPP", messageId=unknown) == 201
    assert await code(channel="whatsapp", messageId=unknown) == 20001
    assert await code(channel="WHATSAPP", messageId="x") == 20001
    assert await code(channel="WHATSAPP") == 20001
    assert await code(channel="WHATSAPP", messageId=await business.sent(Body="hi")) == 20001
    sim.known_messages = True
    assert await code(channel="WHATSAPP", messageId=unknown) == 20404
    assert await code(channel="WHATSAPP", messageId=await sim.says(ANA, "hi")) == 201


async def test_the_account_tells_of_itself(sim: TwilioSimulator, business: Business) -> None:
    """Its status can be changed."""
    code, told = await business.call("GET", f"{business.account}.json")
    assert (code, told["status"], told["sid"]) == (200, "active", sim.credentials.account_sid)
    sim.account_facts["status"] = "suspended"
    assert (await business.call("GET", f"{business.account}.json"))[1]["status"] == "suspended"


async def test_a_second_number_sends_and_is_written_to(sim: TwilioSimulator, business: Business) -> None:
    """Windows and statuses are its own; an unknown one is named."""
    other = sim.add_number("+15550104478")
    assert sim.channel_settings(other)["from"] == f"whatsapp:{other}"
    sim.windows = True
    await sim.says(BEN, "hi", number=other)
    shut = await business.sent(BEN, Body="from the first")
    await business.sent(BEN, Body="from the second", From=f"whatsapp:{other}")
    await sim.settle()
    assert [seen.text for seen in sim.inbox(BEN)] == ["from the second"]
    assert business.statuses(shut) == ["failed"]
    with pytest.raises(LookupError, match=r"no number \+1999; there are \+15550104477, \+15550104478"):
        await sim.says(BEN, "hi", number="+1999")
