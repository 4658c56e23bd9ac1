"""Who wrote, what it answers, and webhooks that are about no message of a contact (wire.md §4.1)."""

from __future__ import annotations

import json
from typing import Any
from urllib.parse import urlencode

import pytest

from gateway.model import inbound
from gateway.model.event import ChannelEvent, Context, Identity, Referral
from gateway.model.notice import Other
from providers.twilio import provider
from tests.providers.twilio.conftest import ACCOUNT, FOLDER, NUMBER
from tests.providers.twilio.forms import BASE, content, events, form


@pytest.mark.parametrize(
    ("parameters", "identities"),
    [
        ({}, [("phone", "+34600111222", "")]),
        ({"WaId": "34600111222"}, [("phone", "+34600111222", "")]),
        ({"From": "whatsapp:+5531987654321", "WaId": "553187654321"},
         [("phone", "+5531987654321", ""), ("phone", "+553187654321", "")]),
        ({"From": "whatsapp:ES.90817263544536271"}, [("bsuid", "ES.90817263544536271", ACCOUNT)]),
        ({"From": "whatsapp:ES.ENT.5544"}, [("parent_bsuid", "ES.ENT.5544", "")]),
        ({"From": "whatsapp:ES.1", "ExternalUserId": "whatsapp:ES.1"}, [("bsuid", "ES.1", ACCOUNT)]),
        ({"ExternalUserIdentifier": "ES.1"}, [("phone", "+34600111222", ""), ("bsuid", "ES.1", ACCOUNT)]),
        ({"ExternalUserId": "whatsapp:ES.1", "ExternalUserIdentifier": "whatsapp:ES.ENT.2"},
         [("phone", "+34600111222", ""), ("bsuid", "ES.1", ACCOUNT), ("parent_bsuid", "ES.ENT.2", "")]),
        ({"From": "whatsapp:ES.1", "WaId": "34600111222"},
         [("phone", "+34600111222", ""), ("bsuid", "ES.1", ACCOUNT)]),
        ({"From": "whatsapp: 34600111222"}, [("phone", "+34600111222", "")]),
        ({"WaId": "1234567890123456", "ExternalUserId": "nonsense id"}, [("phone", "+34600111222", "")]),
    ],
)  # fmt: skip
def test_the_sender_has_every_name_that_came(
    parameters: dict[str, str], identities: list[tuple[Any, str, str]]
) -> None:
    """The address that wrote before other phones, phones before user ids, each once."""
    (event,) = events(form(Body="Hi", **parameters))
    assert event.sender.identities == tuple(Identity(*each) for each in identities)


def test_the_name_may_be_in_the_metadata_only() -> None:
    """Metadata that cannot be read has none."""
    nested = json.dumps({"type": "whatsapp", "data": {"context": {"ProfileName": "Lucia"}}})
    for metadata, name in (
        (nested, "Lucia"),
        ('{"data": []}', ""),
        ("{", ""),
        ('{"data": {"context": 7}}', ""),
    ):
        (event,) = events(form(Body="Hi", ChannelMetadata=metadata))
        assert event.sender.name == name
    (event,) = events(form(Body="Hi", ProfileName="Ana", ChannelMetadata=nested))
    assert event.sender.name == "Ana"


def test_context_and_ad_come_along() -> None:
    """Blank parameters of an ad are no ad, and neither is the count of its files."""
    (event,) = events(form(Body="Hi", FrequentlyForwarded="True", OriginalRepliedMessageSender="whatsapp:+1"))
    assert event.context == Context(forwarded=True, frequently_forwarded=True, author="+1")
    (event,) = events(form(Body="Hi", ReferralNumMedia="1", ReferralSourceId="", ReferralBody="x"))
    assert event.referral is None
    (event,) = events(form(Body="Hi", ReferralCtwaClid="click", ReferralHeadline=""))
    assert event.referral == Referral(click_id="click")


def test_json_with_the_names_of_a_form_is_the_same_message() -> None:
    """Numbers and truths are read too."""
    parameters = {**BASE, "Body": "Hi", "NumMedia": 0, "Forwarded": True, "ProfileName": None}
    (event,) = events(json.dumps(parameters).encode())
    (same,) = events(form(Body="Hi", Forwarded="true"))
    assert (event.content, event.context, event.sender) == (same.content, same.context, same.sender)


def test_what_no_store_can_write_is_taken_out() -> None:
    """U+0000, bytes that are no UTF-8, lone surrogates."""
    assert content(Body="a\0b") == inbound.Text("ab")
    assert events(form() + b"&Body=%ff%41")[0].content == inbound.Text("\ufffdA")
    told = json.dumps(BASE | {"Body": "a\ud800\0b"}).encode()
    assert events(told)[0].content == inbound.Text("a?b")


def test_the_last_line_of_a_file_is_no_part_of_the_form() -> None:
    """A newline in a value would be escaped."""
    assert content(Body="Hi\n") == inbound.Text("Hi\n")
    assert events(form(Body="Hi") + b"\r\n")[0].content == inbound.Text("Hi")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"nonsense",
        b"\xff\xfe",
        b"{",
        b"{}",
        b"[]",
        b'{"MessageSid": {}}',
        b"{" * 100_000,
        b"[" * 100_000,
        b"MessageSid=SM1",
        b"MessageSid=SM1&From=whatsapp%3A%2B34600111222",
        b"MessageSid=SM1&To=whatsapp%3A%2B15550104477",
        b"MessageSid=SM1&From=whatsapp%3Anonsense&To=whatsapp%3A%2B15550104477",
        b"MessageSid=" + b"x" * 65 + b"&From=whatsapp%3A%2B34600111222&To=whatsapp%3A%2B15550104477",
        b'{"sid": "SM1", "direction": "inbound"}',
        b'{"a": ' + b"[" * 40 + b"]" * 40 + b"}",
    ],
)
def test_what_cannot_be_read_is_kept_as_it_came(body: bytes) -> None:
    """With a reason, and nothing raised."""
    parsed = provider.parse(body)
    assert parsed.events == ()
    (failure,) = parsed.failures
    assert failure.raw == body
    assert failure.reason


def test_another_channel_s_message_is_told_as_an_event() -> None:
    """A number may have SMS at the same webhook: that is nobody's WhatsApp chat."""
    body = form(From="+34600111222", To=NUMBER, Body="An SMS")
    (event,) = provider.parse(body).events
    assert isinstance(event, ChannelEvent)
    assert (event.name, event.account, event.number) == ("other_channel", ACCOUNT, "")
    assert isinstance(event.content, Other)
    assert event.content.payload["Body"] == "An SMS"
    sent = provider.parse(form(From=NUMBER, To="+34600111222", MessageStatus="sent")).events[0]
    assert isinstance(sent, ChannelEvent)
    assert sent.key != event.key


def test_a_webhook_about_no_message_is_told_as_an_event() -> None:
    """The debugger's, with all that it says."""
    body = urlencode({"AccountSid": ACCOUNT, "Sid": "NO1", "Level": "ERROR", "Payload": "{}"}).encode()
    (event,) = provider.parse(body).events
    assert isinstance(event, ChannelEvent)
    assert (event.name, event.account, event.raw) == ("other", ACCOUNT, body)
    assert event.content == Other({"AccountSid": ACCOUNT, "Sid": "NO1", "Level": "ERROR", "Payload": "{}"})


def test_the_call_of_a_fallback_address_is_the_message_itself() -> None:
    """Twilio adds why it comes there."""
    body = (FOLDER / "in_text.form").read_bytes().rstrip() + b"&ErrorCode=11200&ErrorUrl=https%3A%2F%2Fgw"
    (event,) = events(body)
    assert event.message_id == "SM00000000000000000000000000000001"
    assert isinstance(event.content, inbound.Text)
