"""Registering a sender's webhooks at Twilio."""

from __future__ import annotations

from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest

from gateway.provider import HttpAnswer, ProviderError
from providers.twilio import provider
from tests.providers.twilio.conftest import NUMBER, SENDER, make_settings
from tests.providers.twilio.console import HERE, ONE, OTHER, OVERRIDES, SENDERS, SERVICE, THERE, Twilio, well
from tests.support.desk import Desk


def register(twilio: Twilio, **more: Any) -> tuple[str, ...]:
    """What `register` says."""
    assert provider.registration is not None
    return twilio.run(provider.registration.register(HERE, make_settings(**more)))


def test_the_sender_of_the_number_gets_the_address() -> None:
    """With the request to try again; a fallback of somebody's is left alone."""
    twilio = Twilio(well())

    said = register(twilio)

    address = f"{HERE}#{OVERRIDES}"
    assert twilio.wrote == [
        (
            f"{SENDERS}/{SENDER}",
            {
                "webhook": {
                    "callback_url": address,
                    "callback_method": "POST",
                    "status_callback_url": address,
                    "status_callback_method": "POST",
                }
            },
        )
    ]
    assert parse_qs(urlsplit(twilio.calls[0].url).query) == {"Channel": ["whatsapp"], "PageSize": ["100"]}
    assert (HERE in said[0], NUMBER in said[0]) == (True, True)
    assert "fallback_url" in said[-1]


def test_fallback_and_overrides_are_those_of_the_settings() -> None:
    """None of the latter leaves the address bare."""
    twilio = Twilio(well())
    said = register(twilio, fallback_url="https://spare.example.com/x", connection_overrides="")
    webhook = twilio.wrote[0][1]["webhook"]
    assert webhook["callback_url"] == HERE
    assert (webhook["fallback_url"], webhook["fallback_method"]) == ("https://spare.example.com/x", "POST")
    assert any("https://spare.example.com/x" in sentence for sentence in said)


def test_the_sender_may_be_named() -> None:
    """Then no list is read, and its number is compared."""
    twilio = Twilio(well())
    register(twilio, sender_sid=SENDER)
    assert [call.method for call in twilio.calls] == ["GET", "POST"]
    with pytest.raises(ProviderError, match="is whatsapp:\\+15550009999, and not"):
        register(Twilio(well(sender_id="whatsapp:+15550009999")), sender_sid=SENDER)


def test_the_sender_may_be_on_a_later_page() -> None:
    """Whose address is asked for where the settings say, whatever host it names."""
    answers = well()
    page = "https://elsewhere.example.com/v2/Channels/Senders?Channel=whatsapp&Page=1"
    answers[f"GET {SENDERS}"] = {"senders": [OTHER], "meta": {"next_page_url": page}}
    answers[f"GET {SENDERS}?Channel=whatsapp&Page=1"] = {"senders": [ONE], "meta": {}}
    twilio = Twilio(answers)

    register(twilio)

    assert twilio.wrote[0][0] == f"{SENDERS}/{SENDER}"


@pytest.mark.parametrize("told", [{}, {"senders": []}, {"senders": [OTHER, 7]}, {"senders": "x", "meta": []}])
def test_an_account_without_the_sender_is_said(told: Any) -> None:
    """With what to compare; pages that go round are left at some time."""
    with pytest.raises(ProviderError, match=r"has no WhatsApp sender \+15550104477"):
        register(Twilio(well() | {f"GET {SENDERS}": told}))
    round_ = {"senders": [], "meta": {"next_page_url": f"https://messaging.twilio.com{SENDERS}?PageSize=100"}}
    with pytest.raises(ProviderError, match="has no WhatsApp sender"):
        register(Twilio(well() | {f"GET {SENDERS}": round_}))


def test_the_sandbox_is_entered_by_hand() -> None:
    """It is nobody's sender."""
    with pytest.raises(ProviderError, match="sandbox"):
        register(Twilio(well()), **{"from": "whatsapp:+14155238886"})


def test_a_refusal_is_an_error() -> None:
    """And nothing is written."""
    twilio = Twilio(well() | {f"GET {SENDERS}": (401, {"code": 20003, "message": "Authenticate"})})
    with pytest.raises(ProviderError) as caught:
        register(twilio)
    assert (caught.value.kind, caught.value.code, twilio.wrote) == ("auth", 20003, [])
    with pytest.raises(ProviderError, match="empty"):
        register(Twilio(well() | {f"POST {SENDERS}/{SENDER}": (400, {"code": 63100, "message": "is empty"})}))


@pytest.mark.parametrize(
    ("service", "wrote", "words"),
    [
        ({"use_inbound_webhook_on_number": True, "inbound_request_url": THERE}, False, "come to us already"),
        ({"inbound_request_url": f"{HERE}#rc=1"}, False, "come to us already"),
        ({"inbound_request_url": "https://gw.example.com/webhooks/twilio"}, False, "come to us already"),
        ({"inbound_request_url": THERE}, False, f"go to {THERE}, and stay there"),
        ({"inbound_request_url": None}, True, "messages go to its senders' addresses"),
        ({}, True, "messages go to its senders' addresses"),
        ((403, {"code": 20003, "message": "no"}), False, "by hand"),
        ((404, b"not found"), False, "by hand"),
    ],
)
def test_a_messaging_service_goes_before_its_senders(service: Any, wrote: bool, words: str) -> None:
    """What would be dropped is left to the senders; somebody's address stays, and the rest is said."""
    twilio = Twilio(well() | {f"GET /v1/Services/{SERVICE}": service})

    said = register(twilio, messaging_service_sid=SERVICE)

    expected = [(f"/v1/Services/{SERVICE}", {"UseInboundWebhookOnNumber": "true"})] if wrote else []
    assert twilio.wrote[1:] == expected
    assert words in said[-1]
    assert SERVICE in said[-1]


@pytest.mark.parametrize(
    ("status", "problem"),
    [(403, ""), (404, "no such channel"), (200, "no gateway (HTTP 200)"), (502, "no gateway (HTTP 502)")],
)
def test_a_gateway_is_known_by_how_it_refuses(status: int, problem: str) -> None:
    """One GET, without a secret in it, that no gateway takes for a webhook."""
    assert provider.registration is not None
    desk = Desk(lambda request: HttpAnswer(status, {}, b""))
    said = desk.run(provider.registration.knock(HERE, make_settings()))
    assert problem in said
    assert bool(said) == bool(problem)
    (call,) = desk.calls
    assert (call.method, call.url, call.headers, call.sends) == ("GET", HERE, {}, False)
