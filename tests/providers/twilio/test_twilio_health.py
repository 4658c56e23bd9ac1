"""What Twilio says of a channel, as findings."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.model.finding import Finding
from providers.twilio import provider
from tests.providers.twilio.conftest import ACCOUNT, SENDER, make_settings
from tests.providers.twilio.console import HERE, OVERRIDES, SENDERS, SERVICE, THERE, WEBHOOK, Twilio, well
from tests.support.examples import examples


def check(answers: dict[str, Any], callback: str = HERE, **more: Any) -> dict[str, Finding]:
    """The findings by name."""
    assert provider.registration is not None
    found = Twilio(answers).run(provider.registration.check(callback, make_settings(**more)))
    assert len({each.what for each in found}) == len(found)
    return {each.what: each for each in found}


def test_all_is_well() -> None:
    """Every finding is good, and says what it looked at."""
    found = check(well(), messaging_service_sid=SERVICE)
    assert set(found) == {
        "signature",
        "token",
        "sender",
        "quality",
        "webhook",
        "failures",
        "account",
        "service",
    }
    assert all(each.ok and not each.remedy for each in found.values())
    assert "Duka" in found["sender"].detail
    assert "ONLINE" in found["sender"].detail
    assert "HIGH" in found["quality"].detail
    assert found["webhook"].detail == f"Twilio calls {HERE}"
    assert OVERRIDES in found["failures"].detail
    assert "auth token" in found["signature"].detail


def test_without_a_public_address_every_webhook_is_refused() -> None:
    """That is the first thing that is said."""
    found = check(well(), callback="")
    assert not found["signature"].ok
    assert "public_url" in found["signature"].remedy
    assert found["webhook"].ok


def test_a_host_that_twilio_does_not_call_is_told() -> None:
    """Every send would be refused for its status callback."""
    found = check(well(), "https://my_gateway.example.com/webhooks/twilio/duka-main")["signature"]
    assert (found.ok, "underscore" in found.detail, "public_url" in found.remedy) == (False, True, True)


def test_which_signature_is_taken_is_said() -> None:
    """By shared keys alone, or by any of some tokens."""
    keyed = check(well(), shared_key={"id": "WK1", "secret": "s3cret"})["signature"]
    assert "WK1" in keyed.detail
    assert "s3cret" not in str(keyed)
    assert "2 auth tokens" in check_tokens().detail


def check_tokens() -> Finding:
    """With two tokens: calls are made with the first."""
    return check(well(), auth_token=["composed-auth-token", "older"])["signature"]


@pytest.mark.parametrize(
    ("sender", "what", "words", "remedy"),
    [
        ({"status": "OFFLINE", "offline_reasons": [{"code": "63020", "message": "not accepted"}]},
         "sender", "OFFLINE: not accepted (63020)", "console"),
        ({"status": "PENDING_VERIFICATION"}, "sender", "PENDING_VERIFICATION", "code"),
        ({"status": "SOMETHING_NEW"}, "sender", "SOMETHING_NEW", "console"),
        ({"properties": {"quality_rating": "LOW"}}, "quality", "LOW", "campaigns"),
        ({"webhook": {}}, "webhook", "no address", "register"),
        ({"webhook": None}, "webhook", "no address", "register"),
        ({"webhook": WEBHOOK | {"callback_url": THERE}}, "webhook", f"calls {THERE}, and not", "register"),
        ({"webhook": WEBHOOK | {"callback_method": "GET"}}, "webhook", "with GET", "register"),
        ({"webhook": WEBHOOK | {"callback_url": HERE}}, "failures", "does not try again", "register"),
    ],
)  # fmt: skip
def test_what_is_wrong_is_found(sender: dict[str, Any], what: str, words: str, remedy: str) -> None:
    """With what to do about it."""
    finding = check(well(**sender))[what]
    assert not finding.ok
    assert words in finding.detail
    assert remedy in finding.remedy


@pytest.mark.parametrize(
    ("sender", "what", "words"),
    [
        ({"status": "ONLINE:UPDATING"}, "sender", "UPDATING"),
        ({"status": None, "profile": 7}, "sender", "not told"),
        ({"properties": {"quality_rating": "MEDIUM"}}, "quality", "MEDIUM"),
        ({"properties": None}, "quality", "UNKNOWN"),
        ({"webhook": WEBHOOK | {"callback_url": "https://gw.example.com/webhooks/twilio#" + OVERRIDES}},
         "webhook", "the address of all channels"),
        ({"webhook": WEBHOOK | {"fallback_url": "https://spare"}}, "failures", "then calls https://spare"),
    ],
)  # fmt: skip
def test_what_is_well_enough(sender: dict[str, Any], what: str, words: str) -> None:
    """It is said, and nothing has to be done at once."""
    finding = check(well(**sender))[what]
    assert finding.ok
    assert words in finding.detail


@pytest.mark.parametrize(
    ("service", "ok", "words"),
    [
        ({"inbound_request_url": HERE + "#rc=1"}, True, f"calls {HERE}"),
        ({"inbound_request_url": THERE}, False, f"calls {THERE}, and not {HERE}"),
        ({}, False, "drops what comes in"),
        ((404, {"code": 20404, "message": "not found"}), False, "not found"),
    ],
)
def test_a_service_that_does_not_pass_messages_on_is_found(service: Any, ok: bool, words: str) -> None:
    """It goes before the sender's address."""
    answers = well() | {f"GET /v1/Services/{SERVICE}": service}
    finding = check(answers, messaging_service_sid=SERVICE)["service"]
    assert finding.ok is ok
    assert words in finding.detail


def test_a_service_s_other_address_cannot_be_compared_without_ours() -> None:
    """It is told, and no fault."""
    answers = well() | {f"GET /v1/Services/{SERVICE}": {"inbound_request_url": THERE}}
    assert check(answers, callback="", messaging_service_sid=SERVICE)["service"].ok


@pytest.mark.parametrize(
    ("status", "code", "what"),
    [(401, 20003, "token"), (403, 0, "token"), (404, 20404, "sender"), (500, 0, "sender")],
)
def test_what_twilio_refuses_to_tell_is_a_finding(status: int, code: int, what: str) -> None:
    """A wrong token is one of the token."""
    found = check(well() | {f"GET {SENDERS}": (status, {"code": code, "message": "No"})})
    assert not found[what].ok
    assert set(found) == {"signature", what}


@pytest.mark.parametrize(
    ("told", "key", "ok", "words"),
    [
        ({"status": "active", "type": "Trial"}, False, True, "Trial"),
        ({}, False, True, ACCOUNT),
        ({"status": "suspended", "type": "Full"}, False, False, "suspended"),
        ((401, {"code": 20003, "message": "Authenticate"}), False, False, "Authenticate"),
        ((401, {"code": 20003, "message": "Authenticate"}), True, True, "Authenticate"),
        ((500, {}), True, False, "HTTP 500"),
    ],
)
def test_the_account_s_state_is_looked_at(told: Any, key: bool, ok: bool, words: str) -> None:
    """An API key may not look at it, which is no fault."""
    more = {"api_key": "SK" + "1" * 32, "api_secret": "word"} if key else {}
    finding = check(well() | {f"GET /2010-04-01/Accounts/{ACCOUNT}.json": told}, **more)["account"]
    assert finding.ok is ok
    assert words in finding.detail


MEMBERS = ("sid", "sender_id", "status", "profile", "properties", "webhook", "offline_reasons")
SCALARS = st.none() | st.integers() | st.text(max_size=5)
INNER = st.dictionaries(st.sampled_from(["name", "callback_url", "quality_rating"]), SCALARS)


@examples(100)
@given(st.dictionaries(st.sampled_from(MEMBERS), SCALARS | st.lists(SCALARS | INNER, max_size=2) | INNER))
def test_any_sender_can_be_looked_at(sender: dict[str, Any]) -> None:
    """Whatever Twilio tells, there are findings, or a refusal in words."""
    told = well()
    told[f"GET {SENDERS}/{SENDER}"] = sender
    found = check(told)
    assert found["signature"].ok
    assert len(found) in (2, 7)
