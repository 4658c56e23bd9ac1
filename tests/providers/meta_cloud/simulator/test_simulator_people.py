"""Who contacts are to the business: hidden numbers, changed ids, other digits, groups, what phones show."""

from __future__ import annotations

import json

import pytest

from gateway.model.event import MessageReceived
from providers.meta_cloud import provider
from providers.meta_cloud.simulator import MetaSimulator
from tests.providers.meta_cloud.simulator.graph_client import graph

ANA = "+34600111222"
TEXT = {"type": "text", "text": {"body": "Hi"}}


async def test_a_hidden_number_is_in_no_webhook(sim: MetaSimulator, business) -> None:
    """A user with a username writes and is answered by user id; no webhook names the number."""
    ana = sim.contact(ANA, username="ana.ruiz", hidden=True)
    await sim.says(ANA, "hi")
    await business.send(**TEXT, to=None, recipient=ana.user_id)
    await sim.settle()
    assert all(b"34600111222" not in body for body in business.bodies)
    by_status = {v["statuses"][0]["status"]: v for v in business.values if "statuses" in v}
    names = {status: "username" in v["contacts"][0]["profile"] for status, v in by_status.items()}
    assert names == {"sent": False, "delivered": True, "read": True}
    assert all(v["statuses"][0]["recipient_user_id"] == ana.user_id for v in by_status.values())


async def test_a_number_that_was_reached_is_shown_for_a_month(sim: MetaSimulator, business) -> None:
    """Once the business wrote to the phone, the user's number is shown for 30 days."""
    sim.contact(ANA, username="ana.ruiz", hidden=True)
    await business.send(**TEXT, to=ANA)
    await sim.settle()
    await sim.says(ANA, "hi")
    await sim.pass_time(days=31)
    await sim.says(ANA, "hi again")
    shown = ["from" in v["messages"][0] for v in business.values if "messages" in v]
    assert shown == [True, False]


async def test_a_new_number_is_a_new_user_id(sim: MetaSimulator, business) -> None:
    """After the move the old phone and the old user id reach nobody, the new ones reach the contact."""
    ana = sim.contact(ANA, "Ana")
    await sim.says(ANA, "hi")
    old = ana.user_id
    await sim.changes_number(ANA, "+34611222333")
    assert sim.contact("+34611222333") is ana
    assert ana.user_id != old
    assert (await business.send(**TEXT, to=None, recipient=old))[0] == 400
    assert (await business.send(**TEXT, to=None, recipient=ana.user_id))[0] == 200
    [_, system, rotation, *_] = business.values
    assert system["messages"][0]["from"] == "34600111222"
    assert system["messages"][0]["system"]["wa_id"] == "34611222333"
    assert "contacts" not in system
    assert rotation["user_id_update"][0]["user_id"] == {"previous": old, "current": ana.user_id}
    await sim.settle()


async def test_a_hidden_number_changes_by_user_id_only(sim: MetaSimulator, business) -> None:
    """Neither the old nor the new number of a hidden contact is told."""
    sim.contact(ANA, username="ana.ruiz", hidden=True, parent_user_id="ES.ENT.1")
    await sim.changes_number(ANA, "+34611222333")
    assert business.values[0]["messages"][0]["system"]["type"] == "user_changed_user_id"
    assert all(b"34600111222" not in body and b"34611222333" not in body for body in business.bodies)


async def test_a_user_id_changes_alone(sim: MetaSimulator, business) -> None:
    """The phone stays, user id and parent user id are new, and both webhooks name old and new."""
    ana = sim.contact(ANA, parent_user_id="ES.ENT.1")
    old = ana.user_id
    await sim.changes_user_id(ANA)
    system, rotation = business.values
    assert system["messages"][0]["from_user_id"] == old
    assert system["messages"][0]["system"]["user_id"] == ana.user_id != old
    assert rotation["user_id_update"][0]["parent_user_id"]["previous"] == "ES.ENT.1"
    assert ana.parent_user_id.startswith("ES.ENT.")


async def test_the_wa_id_may_have_other_digits(sim: MetaSimulator, business) -> None:
    """A Mexican number is dialled as +52, known as 521, and both reach the same phone."""
    sim.contact("+525512345678", digits="5215512345678")
    _, answer = await business.send(**TEXT, to="+525512345678")
    assert answer["contacts"] == [{"input": "+525512345678", "wa_id": "5215512345678"}]
    await business.send(**TEXT, to="+5215512345678")
    assert len(sim.inbox("+525512345678")) == 2
    await sim.settle()  # the statuses of both come first
    await sim.says("+525512345678", "hola")
    assert business.values[-1]["messages"][0]["from"] == "5215512345678"


async def test_sharing_the_number_links_it(sim: MetaSimulator, business) -> None:
    """The answer to a contact request is the own card, and shows the number from then on."""
    sim.contact(ANA, username="ana.ruiz", hidden=True)
    await sim.shares_number(ANA)
    [value] = business.values
    [card] = value["messages"][0]["contacts"]
    assert (card["origin"], card["phones"][0]["wa_id"]) == ("contact_request", "34600111222")
    assert value["contacts"][0]["wa_id"] == "34600111222"


async def test_a_security_code_changes(sim: MetaSimulator, business) -> None:
    """The new hash is told, and later webhooks carry it."""
    ana = sim.contact(ANA, identity_key_hash="b2xk")
    await sim.changes_identity(ANA)
    assert business.values[0]["messages"][0]["identity"]["hash"] == ana.identity_key_hash != "b2xk"


async def test_a_group_gets_statuses_for_each_member(sim: MetaSimulator, business) -> None:
    """One `sent`, then the statuses of all members in one webhook with the same id."""
    group = sim.group("Z3JvdXA=", [ANA, "+34600000002"])
    await sim._fates.begin(sim._lines.first, group, "wamid.g", TEXT)
    await sim.settle()
    sent, delivered, read = (value["statuses"] for value in business.values)
    assert [len(sent), len(delivered), len(read)] == [1, 2, 2]
    assert sent[0]["pricing"]["type"] == "free_group_customer_service"
    assert {s["recipient_participant_id"] for s in read} == {"34600111222", "34600000002"}
    assert {(s["id"], s["recipient_id"], s["recipient_type"]) for s in read} == {
        ("wamid.g", "Z3JvdXA=", "group")
    }
    assert len(sim.inbox(ANA)) == 1


FLOW = {"name": "flow", "parameters": {"flow_id": "1", "flow_token": "tok", "flow_cta": "Book"}}


async def test_answers_quote_what_they_answer(sim: MetaSimulator, business) -> None:
    """Flow, address, location and call permission: the reply names the newest request of its kind."""
    ana = sim.contact(ANA)
    asks = [
        ("flow", FLOW, lambda: sim.fills(ANA, {"day": "monday"})),
        ("address_message", {"name": "address_message"}, lambda: sim.gives_address(ANA, {"city": "Pune"})),
        ("location_request_message", {"name": "send_location"}, lambda: sim.gives_location(ANA, 1.0, 2.0)),
        ("call_permission_request", {"name": "call"}, lambda: sim.permits_calls(ANA, until=1_795_000_000)),
    ]
    for kind, action, answer in asks:
        with pytest.raises(LookupError, match=kind):
            await answer()
        body = {"type": "interactive", "interactive": {"type": kind, "body": {"text": "?"}, "action": action}}
        await sim._fates.begin(sim._lines.first, ana, f"wamid.{kind}", {"to": ANA, **body})
        await answer()
    await sim.settle()
    messages = [v["messages"][0] for v in business.values if "messages" in v]
    assert [m["context"]["id"] for m in messages] == [f"wamid.{kind}" for kind, *_ in asks]
    filled = json.loads(messages[0]["interactive"]["nfm_reply"]["response_json"])
    assert filled == {"flow_token": "tok", "day": "monday"}
    parsed = [event for body in business.bodies for event in provider.parse(body).events]
    kinds = [e.content.__struct_config__.tag for e in parsed if isinstance(e, MessageReceived)]
    assert kinds == ["flow_reply", "address_reply", "location", "call_permission_reply"]


async def test_a_templates_quick_reply_is_tapped(sim: MetaSimulator, business) -> None:
    """The tap comes as `button` with the payload that was sent and the label of the template."""
    parts = [
        {"type": "HEADER", "format": "TEXT", "text": "Visit {{1}}"},
        {"type": "BODY", "text": "Hi {{name}}, see you {{day}}"},
        {"type": "FOOTER", "text": "Ruiz SL"},
        {"type": "BUTTONS", "buttons": [{"type": "QUICK_REPLY", "text": t} for t in ("Yes", "No")]},
    ]
    sim._fates.definition = lambda line, body: {"category": "MARKETING", "components": parts}
    sent = [
        {"type": "header", "parameters": [{"type": "text", "text": "17"}]},
        {
            "type": "body",
            "parameters": [
                {"type": "text", "parameter_name": "name", "text": "Ana"},
                {"type": "text", "parameter_name": "day", "text": "Monday"},
            ],
        },
        {
            "type": "button",
            "sub_type": "quick_reply",
            "index": "1",
            "parameters": [{"type": "payload", "payload": "NO-17"}],
        },
    ]
    template = {"name": "visit", "language": {"code": "en"}, "components": sent}
    body = {"to": ANA, "type": "template", "template": template}
    await sim._fates.begin(sim._lines.first, sim.contact(ANA), "wamid.t", body)
    [seen] = await sim.wait_for(ANA, 1)
    assert (seen.header, seen.text, seen.footer) == ("Visit 17", "Hi Ana, see you Monday", "Ruiz SL")
    await sim.taps(ANA, "NO-17")
    await sim.taps(ANA, "Yes")
    await sim.settle()
    taps = [v["messages"][0]["button"] for v in business.values if "messages" in v]
    assert taps == [{"payload": "NO-17", "text": "No"}, {"payload": "Yes", "text": "Yes"}]
    prices = [v["statuses"][0]["pricing"] for v in business.values if "pricing" in v.get("statuses", [{}])[0]]
    assert {price["category"] for price in prices} == {"marketing"}


async def test_who_is_blocked_is_not_heard(sim: MetaSimulator, business) -> None:
    """A blocked contact's messages reach the numbers that did not block it, and no other."""
    sim.add_number("402", "15550100000", "199")
    await sim.says(ANA, "hello", number="402")
    block = {"messaging_product": "whatsapp", "block_users": [{"user": ANA}]}
    assert (await graph(sim, "POST", "402/block_users", block))[0] == 200
    await sim.says(ANA, "are you there?", number="402")
    await sim.says(ANA, "hello")
    assert [value["metadata"]["phone_number_id"] for value in business.values] == ["402", sim.number]
