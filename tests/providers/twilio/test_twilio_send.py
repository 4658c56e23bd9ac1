"""One send: the request that is made, and what each answer means."""

from __future__ import annotations

import base64
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from gateway.errors import GatewayError
from gateway.model import outbound as out
from gateway.provider import Accepted, CallbackUrl, HttpAnswer, ProviderError
from providers.twilio.send import send
from providers.twilio.settings import TwilioSettings
from tests.providers.twilio.outgoing import ACCOUNT, ANA, SETTINGS, SID, Twilio, ok, refusal
from tests.support.examples import examples

PART = {"Body": "Hi"}


def refused(answer: HttpAnswer) -> ProviderError:
    """The error that a send makes of *answer*."""
    with pytest.raises(ProviderError) as caught:
        Twilio(answer).run(send(PART, ANA, "c-1", SETTINGS))
    return caught.value


def test_the_request_is_one_authenticated_form() -> None:
    """Endpoint, secret and our id are where Twilio wants them, and only this call can send."""
    twilio = Twilio()
    assert twilio.send(out.Text("Hi")) == Accepted(SID)
    (call,) = twilio.calls
    assert (call.method, call.sends) == ("POST", True)
    assert call.url == f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert (
        base64.b64decode(call.headers["Authorization"].removeprefix("Basic "))
        == f"{ACCOUNT}:secret-1".encode()
    )
    assert call.headers["Content-Type"] == "application/x-www-form-urlencoded"
    assert twilio.forms[0] == {
        "To": "whatsapp:+34600111222",
        "From": "whatsapp:+15550104477",
        "Body": "Hi",
        "StatusCallback": "https://gw.example.com/webhooks/x?c=c-1",
    }


def test_a_messaging_service_sends_in_the_number_s_place() -> None:
    """Its SID takes the place of the sender."""
    service = "MG" + "0" * 32
    twilio = Twilio()
    twilio.send(out.Text("Hi"), settings=replace(SETTINGS, messaging_service_sid=service))
    assert twilio.forms[0]["MessagingServiceSid"] == service
    assert "From" not in twilio.forms[0]


def test_an_api_key_makes_the_calls_when_there_is_one() -> None:
    """The account's own token is not used then."""
    key = "SK" + "0" * 32
    settings = TwilioSettings(
        account_sid=ACCOUNT, auth_token="t", sender="+15550104477", api_key=key, api_secret="word"
    )
    twilio = Twilio()
    twilio.send(out.Text("Hi"), settings=settings)
    basic = twilio.calls[0].headers["Authorization"].removeprefix("Basic ")
    assert base64.b64decode(basic) == f"{key}:word".encode()


@pytest.mark.parametrize(
    ("url", "correlation", "wanted"),
    [
        ("", "c-1", None),
        ("https://gw.example.org/w/x", "", "https://gw.example.org/w/x"),
        ("https://gw.example.org/w/x", "a&b=é /", "https://gw.example.org/w/x?c=a%26b%3D%C3%A9%20%2F"),
        ("https://gw.example.org/w_1/x?k=1", "a", "https://gw.example.org/w_1/x?k=1&c=a"),
    ],
)
def test_statuses_come_back_with_our_id(url: str, correlation: str, wanted: str | None) -> None:
    """It is in the callback's query; without a public address there is no callback."""

    class Elsewhere(Twilio):
        def answer(self, ask: object) -> object:
            return url if isinstance(ask, CallbackUrl) else super().answer(ask)

    twilio = Elsewhere()
    twilio.run(send(PART, ANA, correlation, SETTINGS))
    assert twilio.forms[0].get("StatusCallback") == wanted


def test_an_address_that_twilio_does_not_call_is_named_before_the_call() -> None:
    """A host with an underscore (wire.md §4.4); a path may have one."""

    class Underscored(Twilio):
        def answer(self, ask: object) -> object:
            return "https://my_gw.example.org/w/x" if isinstance(ask, CallbackUrl) else super().answer(ask)

    twilio = Underscored()
    with pytest.raises(ProviderError, match=r"underscore.*public_url"):
        twilio.run(send(PART, ANA, "c", SETTINGS))
    assert twilio.calls == []


@pytest.mark.parametrize(
    ("to", "wanted"),
    [
        ("+34600111222", "whatsapp:+34600111222"),
        ("34600111222", "whatsapp:+34600111222"),
        ("ES.90817263544536271", "whatsapp:ES.90817263544536271"),
        ("ES.ENT.9081", "whatsapp:ES.ENT.9081"),
    ],
)
def test_a_phone_has_its_plus_and_a_user_id_has_none(to: str, wanted: str) -> None:
    """As Twilio writes them."""
    twilio = Twilio()
    twilio.send(out.Text("Hi"), to)
    assert twilio.forms[0]["To"] == wanted


@pytest.mark.parametrize("to", ["", "R1JPVVA=", "+1234567890123456", "whatsapp:+1", "+34 600"])
def test_nobody_else_can_be_written_to(to: str) -> None:
    """A group, or what is no address, is refused before any call."""
    twilio = Twilio()
    with pytest.raises(ProviderError) as caught:
        twilio.send(out.Text("Hi"), to)
    assert (caught.value.kind, twilio.calls) == ("invalid", [])


def test_a_kept_file_gets_a_fresh_address_with_each_try() -> None:
    """The link is asked for in the send, not when the message is rendered."""
    twilio = Twilio()
    twilio.send(out.Image(stored="f-1", caption="Door"))
    assert twilio.forms[0]["MediaUrl"] == "https://gw.example.com/media/f-1"
    assert twilio.forms[0]["Body"] == "Door"


def test_a_kept_document_has_its_name_in_its_address() -> None:
    """Twilio has no other place for it; of a long name the end stays, where the extension is."""
    twilio = Twilio()
    twilio.send(out.Document(stored="f-1", filename="invoice-17.pdf"))
    twilio.send(out.Document(stored="f-1", filename="a" * 90 + ".pdf"))
    assert [form["MediaUrl"].rpartition("/")[2] for form in twilio.forms] == [
        "invoice-17.pdf",
        "a" * 56 + ".pdf",
    ]


def test_values_of_extra_are_written_as_twilio_reads_them() -> None:
    """Truth values are small letters."""
    twilio = Twilio()
    twilio.send(out.Text("Hi", extra={"twilio": {"ProvideFeedback": True, "ValidityPeriod": 60}}))
    assert (twilio.forms[0]["ProvideFeedback"], twilio.forms[0]["ValidityPeriod"]) == ("true", "60")


@pytest.mark.parametrize(
    ("status", "code", "kind"),
    [
        (429, 20429, "rate_limited"),
        (429, 0, "rate_limited"),
        (401, 20003, "auth"),
        (400, 21211, "undeliverable"),
        (400, 21610, "opted_out"),
        (400, 21617, "invalid"),
        (400, 21655, "template"),
        (400, 63016, "window_closed"),
        (400, 63019, "media"),
        (404, 20404, "invalid"),
        (400, 99999, "unknown"),
        (500, 20500, "ambiguous"),
        (503, 0, "ambiguous"),
        (400, 0, "invalid"),
    ],
)
def test_a_refusal_has_the_class_of_its_code(status: int, code: int, kind: str) -> None:
    """A 5xx may have sent, everything else has not."""
    error = refused(refusal(status, code))
    assert (error.kind, error.code, error.http) == (kind, code, status)


def test_twilio_says_when_to_come_again() -> None:
    """And a 503 that does says that nothing was sent."""
    assert refused(refusal(429, 20429, retry_after="7")).retry_after == 7.0
    error = refused(refusal(503, 0, retry_after="3"))
    assert (error.kind, error.retry_after) == ("unavailable", 3.0)


@pytest.mark.parametrize("body", [b"", b"{}", b"<html>", b'{"sid": ""}', b'{"sid": 1}', b"[]"])
def test_a_success_without_a_sid_is_in_doubt(body: bytes) -> None:
    """It may have been sent."""
    assert refused(HttpAnswer(201, {}, body)).kind == "ambiguous"


@examples(100)
@given(
    st.integers(100, 599),
    st.binary(max_size=60) | st.builds(lambda c: json.dumps({"code": c}).encode(), st.integers() | st.text()),
)
def test_no_answer_breaks_a_send(status: int, body: bytes) -> None:
    """Each is an acceptance or a `ProviderError` that can be written down."""
    told = ""
    try:
        told = Twilio(HttpAnswer(status, {}, body)).run(send(PART, ANA, "c", SETTINGS)).message_id
    except ProviderError as error:
        told = str(error)
    assert told.encode()


def test_no_secret_is_in_an_error() -> None:
    """Whatever Twilio answers."""
    error = refused(refusal(401, 20003))
    told = repr(error) + str(error) + error.details + error.hint
    assert "secret-1" not in told
    assert isinstance(error, GatewayError)


def test_an_accepted_message_is_known_by_its_sid() -> None:
    """Other fields of the answer do not matter."""
    made = Twilio(ok({"sid": "MM" + "1" * 32, "status": None, "error_code": 7})).send(out.Text("a"))
    assert made.message_id == "MM" + "1" * 32
