"""What contacts do, and what the business is told of it."""

from __future__ import annotations

import pytest

from gateway.simulator import NotDelivered
from providers.meta_cloud.simulator import MetaSimulator

CONTACT = "+254700000001"
BUTTONS = {
    "type": "button",
    "body": {"text": "Sure?"},
    "footer": {"text": "Kibanda"},
    "action": {
        "buttons": [
            {"type": "reply", "reply": {"id": "yes", "title": "Yes"}},
            {"type": "reply", "reply": {"id": "no", "title": "No"}},
        ]
    },
}
ROWS = [{"id": "mango", "title": "Mango", "description": "KES 50"}, {"id": "kiwi", "title": "Kiwi"}]
LIST = {
    "type": "list",
    "header": {"type": "text", "text": "Today"},
    "body": {"text": "Pick one"},
    "action": {"button": "Open", "sections": [{"title": "Fruit", "rows": ROWS}]},
}


async def test_says_sends_a_signed_text(sim: MetaSimulator, business) -> None:
    """A contact's words arrive as a signed `text` message with phone, user id and name."""
    sim.contact(CONTACT, "Amina")
    message_id = await sim.says(CONTACT, "hello")
    [value] = business.values
    assert business.signed == [True]
    assert value["metadata"]["phone_number_id"] == sim.number
    [person], [message] = value["contacts"], value["messages"]
    assert person["profile"]["name"] == "Amina"
    assert person["wa_id"] == message["from"] == "254700000001"
    assert person["user_id"] == message["from_user_id"]
    assert person["user_id"].startswith("KE.")
    assert (message["id"], message["type"], message["text"]) == (message_id, "text", {"body": "hello"})


async def test_bytes_are_escaped_as_metas_are(sim: MetaSimulator, business) -> None:
    """Non-ASCII travels as \\uXXXX and slashes are escaped, so a re-serialised body breaks the signature."""
    await sim.says(CONTACT, "días 🥭 a/b")
    assert b"d\\u00edas \\ud83e\\udd6d a\\/b" in business.bodies[0]
    assert business.values[0]["messages"][0]["text"]["body"] == "días 🥭 a/b"


async def test_a_contact_sees_buttons_and_taps_one(sim: MetaSimulator, business) -> None:
    """A tap comes back as `button_reply` with the message that held the button as its context."""
    _, answer = await business.send(type="interactive", interactive=BUTTONS)
    [seen] = await sim.wait_for(CONTACT, 1)
    assert (seen.kind, seen.text, seen.footer) == ("button", "Sure?", "Kibanda")
    assert [(option.id, option.title) for option in seen.options] == [("yes", "Yes"), ("no", "No")]
    await sim.taps(CONTACT, "no")
    [message] = [value["messages"][0] for value in business.values if "messages" in value]
    assert message["interactive"] == {"type": "button_reply", "button_reply": {"id": "no", "title": "No"}}
    assert message["context"]["id"] == answer["messages"][0]["id"]


async def test_a_contact_picks_a_row(sim: MetaSimulator, business) -> None:
    """A picked row comes back as `list_reply` with its description."""
    await business.send(type="interactive", interactive=LIST)
    [seen] = await sim.wait_for(CONTACT, 1)
    assert (seen.header, seen.button, len(seen.options)) == ("Today", "Open", 2)
    await sim.taps(CONTACT, "mango")
    [message] = [value["messages"][0] for value in business.values if "messages" in value]
    assert message["interactive"]["list_reply"] == ROWS[0]


async def test_only_what_is_offered_can_be_tapped(sim: MetaSimulator, business) -> None:
    """A tap on something that the newest menu does not hold is refused with what it holds."""
    with pytest.raises(LookupError, match="anything to tap"):
        await sim.taps(CONTACT, "yes")
    await business.send(type="interactive", interactive=BUTTONS)
    with pytest.raises(LookupError, match="offers: yes, no"):
        await sim.taps(CONTACT, "mango")


@pytest.mark.parametrize(
    ("kind", "fields", "wire"),
    [
        ("image", {"caption": "Door"}, "image"),
        ("voice", {}, "audio"),
        ("sticker", {}, "sticker"),
        ("location", {"name": "Shop"}, "location"),
        ("reaction", {"message_id": "wamid.x", "emoji": "👍"}, "reaction"),
        ("contacts", {"contacts": [{"name": {"formatted_name": "Shop"}}]}, "contacts"),
        ("hologram", {"depth": 3}, "hologram"),
    ],
)
async def test_contacts_send_other_kinds(sim: MetaSimulator, business, kind, fields, wire) -> None:
    """Any kind can be sent, with usual content where the test does not name it."""
    await sim.sends(CONTACT, kind, **fields)
    message = business.values[0]["messages"][0]
    assert message["type"] == wire
    content = message[wire] if isinstance(message[wire], dict) else {"contacts": message[wire]}
    assert fields.items() <= content.items()


async def test_a_refused_webhook_is_tried_again(sim: MetaSimulator, business) -> None:
    """Anything but 200 is repeated, and the simulator remembers what came instead."""
    business.answers = [503, 500]
    await sim.says(CONTACT, "hello")
    assert len(business.bodies) == 1
    assert sim.troubles == ["webhook answered 503 (1×)", "webhook answered 500 (1×)"]


async def test_a_webhook_that_is_never_taken_is_an_error(sim: MetaSimulator, business) -> None:
    """After `retry_for` the contact's act fails with the last answer."""
    business.answers = [401] * 1000
    with pytest.raises(NotDelivered, match="401"):
        await sim.says(CONTACT, "hello")


async def test_a_business_that_is_away_is_waited_for(sim: MetaSimulator, business) -> None:
    """A closed port is like any other refusal."""
    sim.webhook_url = "http://127.0.0.1:9/hook"
    with pytest.raises(NotDelivered, match="ClientConnectorError"):
        await sim.says(CONTACT, "hello")


async def test_webhooks_can_be_duplicated(sim: MetaSimulator, business) -> None:
    """`duplicate_webhooks` delivers equal copies of each."""
    sim.duplicate_webhooks = 3
    await sim.says(CONTACT, "hello")
    assert len(business.bodies) == 3
    assert len(set(business.bodies)) == 1


async def test_the_handshake(sim: MetaSimulator, business) -> None:
    """`verify_webhook` says whether the challenge came back for the right token."""
    assert await sim.verify_webhook()
    sim.verify_token = "another"
    assert not await sim.verify_webhook()


async def test_waiting_in_vain_says_how_many_came(sim: MetaSimulator) -> None:
    """A message that does not come is a `TimeoutError` that tells what came."""
    with pytest.raises(TimeoutError, match="got 0 of 1"):
        await sim.wait_for(CONTACT, 1, timeout=0.01)
