"""Every sample is read as INDEX.json says, and nothing that arrives can stop the reader."""

from __future__ import annotations

import copy
import json
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import msgspec
import pytest

from gateway.model import inbound
from gateway.model.event import ChannelEvent, Event, Identity, MessageReceived, StatusReceived
from providers.meta_cloud.clean import defuse
from providers.meta_cloud.parse import parse

FOLDER = Path(__file__).parents[2] / "samples" / "meta"
INDEX = json.loads((FOLDER / "INDEX.json").read_bytes())
WEBHOOKS = [
    entry for entry in INDEX if entry["kind"] in ("inbound", "status", "field", "error", "user_action")
]
ACCOUNT, NUMBER = "198700112233445", "401122334455667"
Sample = Callable[[str], bytes]


def load(name: str) -> Any:
    """A sample as objects that may be changed."""
    return json.loads((FOLDER / f"{name}.json").read_bytes())


def one(body: bytes) -> Event:
    """The only event of *body*."""
    parsed = parse(body)
    assert parsed.failures == ()
    assert len(parsed.events) == 1
    return parsed.events[0]


def message(body: bytes) -> MessageReceived:
    """The only message of *body*."""
    event = one(body)
    assert isinstance(event, MessageReceived)
    return event


def changed(body: Any) -> bytes:
    """Objects as bytes."""
    return json.dumps(body).encode()


def edited(name: str, **fields: Any) -> bytes:
    """A sample whose first message has other *fields*."""
    body = load(name)
    body["entry"][0]["changes"][0]["value"]["messages"][0].update(fields)
    return changed(body)


@pytest.mark.parametrize("entry", WEBHOOKS, ids=lambda entry: entry["file"])
def test_every_sample_is_read_as_the_index_says(entry: dict[str, str]) -> None:
    """Each webhook gives events of the indexed kind, with their number or account and their slices."""
    body = (FOLDER / entry["file"]).read_bytes()
    parsed = parse(body)
    assert parsed.failures == ()
    assert len(parsed.events) == (3 if entry.get("field") == "history" else 1)
    for event in parsed.events:
        as_indexed(event, entry)
        assert event.raw in body
        assert msgspec.json.decode(msgspec.json.encode(event), type=Event) == event


def as_indexed(event: Event, entry: dict[str, str]) -> None:
    """What INDEX.json says of a sample's event."""
    if isinstance(event, MessageReceived):
        assert type(event.content).__struct_config__.tag == entry["normalized_type"]
        assert event.number == NUMBER
        assert event.sender.identities
    elif isinstance(event, StatusReceived):
        assert (event.status, event.number) == (entry["normalized_status"], NUMBER)
        assert event.recipient.identities
    else:
        assert event.name == entry.get("field", entry["kind"])
        assert event.account == ACCOUNT
        assert event.key
    if entry["kind"] in ("inbound", "status"):
        assert event.at > 1_794_000_000_000_000


def test_a_text_names_its_sender_by_phone_and_user_id(sample: Sample) -> None:
    """The identities, the name and the time come with the text."""
    event = message(sample("in_text"))
    assert event.content == inbound.Text("Buenos días, ¿abren hoy?")
    assert event.sender.name == "Lucia Prado"
    assert event.sender.identities == (
        Identity("phone", "+34600111222"),
        Identity("bsuid", "ES.90817263544536271", ACCOUNT),
    )
    assert event.at == 1_794_900_060_000_000


def test_a_sender_may_have_no_phone(sample: Sample) -> None:
    """A user with a hidden number is known by user id, parent id and username."""
    sender = message(sample("in_text_username_without_phone")).sender
    assert [identity.kind for identity in sender.identities] == ["bsuid", "parent_bsuid"]
    assert sender.identities[1].scope == ""
    assert sender.username == "lucia.prado"


def test_names_are_matched_by_identity_and_not_by_place() -> None:
    """A stranger first in the list of contacts does not lend the sender a name."""
    body = load("in_text")
    value = body["entry"][0]["changes"][0]["value"]
    value["contacts"].insert(0, {"wa_id": "4915100000", "profile": {"name": "Other"}})
    assert message(changed(body)).sender.name == "Lucia Prado"
    value["contacts"].pop()
    assert message(changed(body)).sender.name == ""


def test_what_the_kinds_carry(sample: Sample) -> None:
    """The details of the kinds that plugins use most."""
    assert message(sample("in_button_template_quick_reply")).content == inbound.ButtonReply(
        "CONFIRM-17", "Confirmar"
    )
    assert message(sample("in_interactive_list_reply")).content == inbound.ListReply("mon-9", "09:00", "Free")
    form = message(sample("in_interactive_nfm_reply_flow")).content
    assert form == inbound.FlowReply("tok-17", {"day": "2026-12-01", "people": "2"}, "Sent")
    order = message(sample("in_order")).content
    assert isinstance(order, inbound.Order)
    assert order.items[0] == inbound.OrderItem("SKU-TEA-1", 2, "7.99", "EUR")
    assert message(sample("in_reaction_remove_absent")).content == inbound.Reaction(
        "wamid.U0FNUExFLU9VVEJPVU5ELTE=", ""
    )
    unsupported = message(sample("in_unsupported_poll")).content
    assert isinstance(unsupported, inbound.Unsupported)
    assert (unsupported.kind, unsupported.code) == ("poll_creation", 131051)
    unknown = message(sample("in_unknown_future_type")).content
    assert isinstance(unknown, inbound.Unknown)
    assert unknown.payload["hologram"] == {"depth": 3}
    assert message(sample("in_group_text")).group == "Y2FwaV9ncm91cDpjb21wb3NlZA=="
    assert message(sample("in_text_reply")).context.reply_to == "wamid.U0FNUExFLU9VVEJPVU5ELTE="
    referral = message(sample("in_text_referral_ad_image")).referral
    assert referral is not None
    assert (referral.click_id, referral.media_url) == (
        "Afx-composed-click-id",
        "https://cdn.example.org/ad.jpg",
    )


def test_a_failed_status_carries_its_class(sample: Sample) -> None:
    """The code of a failure is classed by the table, its details kept."""
    event = one(sample("status_failed_131047"))
    assert isinstance(event, StatusReceived)
    assert event.failure is not None
    assert (event.failure.kind, event.failure.code) == ("window_closed", 131047)
    assert event.failure.details.startswith("More than 24 hours")


def test_a_status_carries_our_id_and_the_price(sample: Sample) -> None:
    """The correlation comes back, the pricing is kept as it came."""
    event = one(sample("status_read_with_callback_data"))
    assert isinstance(event, StatusReceived)
    assert event.correlation == "order-7781"
    priced = one(sample("status_sent_pmp_marketing"))
    assert isinstance(priced, StatusReceived)
    assert priced.pricing is not None
    assert (priced.pricing.category, priced.pricing.raw["type"]) == ("marketing", "regular")


def test_a_group_status_is_about_the_participant() -> None:
    """In a group the recipient is the member and never the group's id."""
    body = load("status_delivered")
    status = body["entry"][0]["changes"][0]["value"]["statuses"][0]
    status |= {
        "recipient_type": "group",
        "recipient_id": "R1JPVVA=",
        "recipient_participant_id": "34600111222",
    }
    event = one(changed(body))
    assert isinstance(event, StatusReceived)
    assert event.participant == "34600111222"
    assert Identity("phone", "+34600111222") in event.recipient.identities


def test_an_unknown_status_is_an_event() -> None:
    """A status word of tomorrow is kept and disturbs nothing."""
    body = load("status_delivered")
    body["entry"][0]["changes"][0]["value"]["statuses"][0]["status"] = "warning"
    event = one(changed(body))
    assert isinstance(event, ChannelEvent)
    assert event.name == "status_unknown"


def test_a_repeat_of_a_field_has_the_same_key() -> None:
    """Order of members and white space do not make another event; another value does."""
    body = load("field_security_pin_reset_request")
    first = one(json.dumps(body).encode())
    again = one(json.dumps(body, indent=3, sort_keys=True).encode())
    body["entry"][0]["changes"][0]["value"]["event"] = "PIN_CHANGED"
    other = one(changed(body))
    keys = [event.key for event in (first, again, other) if isinstance(event, ChannelEvent)]
    assert keys[0] == keys[1] != keys[2]


GOOD = load("in_text")["entry"][0]["changes"][0]["value"]["messages"][0]


@pytest.mark.parametrize(
    "bad",
    [
        {"text": [{"body": "x"}]},
        {"from": None, "from_user_id": None},
        {"from": ["34600111222"]},
        {"id": {"x OR 1": 1}},
        {"id": ""},
        {"timestamp": None},
        {"type": 5},
        {"context": [1]},
    ],
    ids=str,
)
@pytest.mark.parametrize("place", [0, 1])
def test_a_bad_message_fails_alone(bad: dict[str, Any], place: int) -> None:
    """Its neighbours in the same list are read, and its own slice is kept for a person."""
    body = load("in_text")
    messages = body["entry"][0]["changes"][0]["value"]["messages"]
    messages.insert(place, copy.deepcopy(GOOD) | {"id": "wamid.QkFE"} | bad)
    parsed = parse(changed(body))
    assert [event.message_id for event in parsed.events if isinstance(event, MessageReceived)] == [GOOD["id"]]
    assert [json.loads(failure.raw) for failure in parsed.failures] == [messages[place]]


@pytest.mark.parametrize(
    "bad", [None, [], {}, 7, "x", {"field": "messages"}, {"field": "messages", "value": []}]
)
def test_a_bad_change_fails_alone(bad: Any) -> None:
    """A change of another shape takes nothing with it."""
    body = load("in_text")
    body["entry"][0]["changes"].append(bad)
    body["entry"].append(bad)
    parsed = parse(changed(body))
    assert len(parsed.events) == 1
    assert parsed.failures


@pytest.mark.parametrize("name", ["contacts", "statuses", "errors", "user_actions"])
def test_a_bad_sibling_list_does_not_take_the_messages(name: str) -> None:
    """Whatever stands in another list of the value, the messages are read."""
    body = load("in_text")
    body["entry"][0]["changes"][0]["value"][name] = {"not": "a list"}
    assert any(isinstance(event, MessageReceived) for event in parse(changed(body)).events)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\0",
        b"null",
        b"[" * 200_000,
        b'{"entry":' + b"[" * 200_000 + b"]" * 200_000 + b"}",
        b'{"entry":[{"changes":NaN}]}',
        b"\xff\xfe",
        b"\xef\xbb\xbf{}",
        b'{"entry":{}}',
    ],
    ids=range(9),
)
def test_a_hopeless_body_is_one_failure(body: bytes) -> None:
    """What cannot be taken apart at all is kept whole."""
    parsed = parse(body)
    assert parsed.events == ()
    assert [failure.raw for failure in parsed.failures] == [body]


@pytest.mark.parametrize(
    "value",
    ["NaN", "-Infinity", "[" * 200_000 + "]" * 200_000, "1e999"],
    ids=["NaN", "-Infinity", "200,000 arrays", "1e999"],
)
def test_what_is_no_json_takes_only_its_own_message(value: str) -> None:
    """The neighbours are read, wherever in the webhook it stands; their texts are not touched."""
    body = load("in_text")
    value_of = body["entry"][0]["changes"][0]["value"]
    words = 'NaN, [[ and "Infinity"'
    good = {**value_of["messages"][0], "id": "wamid.good", "text": {"body": words}}
    value_of["messages"] = [{**good, "id": "wamid.bad", "text": {"body": "@@"}}, good]
    parsed = parse(changed(body).replace(b'"@@"', value.encode()))
    (event,) = parsed.events
    assert isinstance(event, MessageReceived)
    assert (event.message_id, event.content) == ("wamid.good", inbound.Text(words))
    assert len(parsed.failures) == 1
    body["extra"] = "@@"
    value_of["messages"] = [good]
    assert len(parse(changed(body).replace(b'"@@"', value.encode())).events) == 1


def test_defusing_takes_time_for_the_length_only() -> None:
    """Bodies that make a careless search start over and over."""
    for body in (b'"\\' * 500_000, b'"' * 1_000_001, b"[" * 1_000_000, b"[NaN," * 200_000, b"-" * 1_000_000):
        began = time.thread_time()
        defuse(body)
        assert time.thread_time() - began < 5


def test_nul_and_lone_surrogates_do_not_reach_the_text() -> None:
    """U+0000 goes, a lone surrogate is replaced, a pair and an escaped backslash stay."""
    body = edited("in_text").replace(b"Buenos", rb"a\u0000b \ud800 \udc00\ud83d\ude00 c\\u0000")
    content = message(body).content
    assert isinstance(content, inbound.Text)
    assert content.text.startswith("ab � �😀 c\\u0000")


def test_nul_within_a_form_is_removed_too() -> None:
    """The JSON within the JSON is cleaned as well."""
    reply = {
        "type": "nfm_reply",
        "nfm_reply": {"name": "flow", "response_json": '{"a": "x\\u0000y", "b": [1]}'},
    }
    content = message(edited("in_interactive_nfm_reply_flow", interactive=reply)).content
    assert isinstance(content, inbound.FlowReply)
    assert content.data == {"a": "xy", "b": [1]}


@pytest.mark.parametrize("stamp", [2**70, str(2**70), "soon", 0, -5, "1794900060000", 1e300, "१"])
def test_an_absurd_time_is_no_time(stamp: Any) -> None:
    """A time that cannot be is 0, and the message is read."""
    assert message(edited("in_text", timestamp=stamp)).at == 0


def test_numbers_beyond_64_bits_stay_storable() -> None:
    """In free payloads they become text, in typed ones they stop at the border."""
    content = message(edited("in_unknown_future_type", hologram=2**70)).content
    assert isinstance(content, inbound.Unknown)
    assert content.payload["hologram"] == hex(2**70)
    order = {"product_items": [{"quantity": 2**70}]}
    ordered = message(edited("in_order", order=order)).content
    assert isinstance(ordered, inbound.Order)
    assert ordered.items[0].quantity == 2**63 - 1
