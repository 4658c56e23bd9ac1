"""A send whose answer was lost, and whose statuses were too: Twilio's list says whether it was sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from email.utils import format_datetime

from gateway.provider import HttpAnswer
from providers.twilio.settings import TwilioSettings
from providers.twilio.witness import sent
from tests.support.desk import Desk
from tests.support.house import ANA, House, until


async def test_the_list_proves_what_no_status_will(any_house: House) -> None:
    """The contact has the reply, we got neither answer nor status: it is accepted by the list, the
    conversation goes on, and nothing is said twice."""
    sim = any_house.line("duka", provider="twilio")
    any_house.sending = {"in_doubt_hold": "1s", "timeout": "1s"}
    await any_house.start()
    sim.statuses, sim.lose_answers = (), 1.0
    await sim.says(ANA, "one")
    await sim.wait_for(ANA, 1)
    await until(lambda: any_house.metric("gateway_in_doubt_total"), "the answer is lost")
    sim.lose_answers = 0.0
    await sim.says(ANA, "two")

    shown = await sim.wait_for(ANA, 2, timeout=30)

    assert [each.text for each in shown] == ["one", "two"]
    assert await any_house.metric("gateway_in_doubt_resolved_total", how="list") == 1
    assert await any_house.metric("gateway_resent_total") == 0
    sent = await any_house.sent()
    assert [item["status"] for item in sent] == ["accepted", "accepted"]
    assert all(item["provider_message_id"] for item in sent)


async def test_a_part_that_we_know_is_no_proof_of_another(any_house: House) -> None:
    """The same words went to the contact before: what the list has of them is not the one in doubt."""
    sim = any_house.line("duka", provider="twilio")
    any_house.sending = {"in_doubt_hold": "60s", "timeout": "1s"}
    await any_house.start()
    await sim.says(ANA, "same")
    await sim.wait_for(ANA, 1)
    sim.statuses, sim.lose_answers = (), 1.0
    await sim.says(ANA, "same")
    await until(lambda: any_house.metric("gateway_in_doubt_resolved_total", how="list"), "found in the list")

    first, second = await any_house.sent()
    accepted = [each.message_id for each in sim.inbox(ANA)]
    assert [first["provider_message_id"], second["provider_message_id"]] == accepted


def test_only_what_may_be_the_part_is_a_witness() -> None:
    """Not what came in, nor what is older or has other words; a content's words are not compared."""
    settings = TwilioSettings(account_sid="AC" + "0" * 32, auth_token="token", sender="whatsapp:+15550104477")
    rows = [
        {"sid": "SM5", "direction": "outbound-api", "body": "Hi", "date_created": _at(50)},
        {"sid": "SM4", "direction": "inbound", "body": "Hi", "date_created": _at(40)},
        {"sid": "SM3", "direction": "outbound-api", "body": "Bye", "date_created": _at(30)},
        {"sid": "SM2", "direction": "outbound-reply", "body": "Hi", "date_created": _at(20)},
        {"sid": "SM1", "direction": "outbound-api", "body": "Hi", "date_created": _at(5)},
    ]
    desk = Desk(lambda request: HttpAnswer(200, {}, json.dumps({"messages": rows}).encode()))
    since = (BEGIN + 10) * 1_000_000

    assert desk.run(sent({"Body": "Hi"}, "+254700000001", since, settings)) == ("SM2", "SM5")
    assert desk.run(sent({"ContentSid": "HX1"}, "+254700000001", since, settings)) == ("SM2", "SM3", "SM5")
    assert "To=whatsapp%3A%2B254700000001" in desk.calls[0].url


BEGIN = 1_794_900_000


def _at(seconds: int) -> str:
    return format_datetime(datetime.fromtimestamp(BEGIN + seconds, UTC))
