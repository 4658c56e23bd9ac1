"""What a channel is configured with, and what is refused with which words."""

from __future__ import annotations

import base64
from typing import Any

import msgspec
import pytest

from providers.twilio import provider
from providers.twilio.settings import SharedKey, TwilioSettings
from tests.providers.twilio.conftest import ACCOUNT, NUMBER, make_settings

KEY = {"id": "WK1", "secret": "s3cret-key"}
SK = "SK" + "1" * 32


def test_the_least_that_is_needed() -> None:
    """Account, token, sender; everything else is Twilio's own."""
    told = make_settings()
    assert (provider.number(told), provider.account(told)) == (NUMBER, ACCOUNT)
    assert (told.sender, told.tokens, told.keys) == (f"whatsapp:{NUMBER}", ["composed-auth-token"], [])
    assert told.messages_url == f"https://api.twilio.com/2010-04-01/Accounts/{ACCOUNT}/Messages.json"
    assert (told.content_base, told.messaging_base) == (
        "https://content.twilio.com",
        "https://messaging.twilio.com",
    )
    assert told.overridden("https://gw/x") == "https://gw/x#rc=3&rp=5xx,ct,rt"
    assert make_settings(connection_overrides="").overridden("https://gw/x") == "https://gw/x"


def test_the_sender_may_be_written_without_its_channel() -> None:
    """It is a WhatsApp number anyway."""
    assert make_settings(**{"from": NUMBER}).sender == f"whatsapp:{NUMBER}"


def test_another_address_stands_for_all_of_twilio() -> None:
    """A proxy or a simulator, unless the others are named too."""
    told = make_settings(api_base="http://127.0.0.1:9000/")
    assert (told.api_base, told.content_base, told.messaging_base) == ("http://127.0.0.1:9000",) * 3
    told = make_settings(api_base="http://127.0.0.1:9000", content_base="https://c.example")
    assert (told.content_base, told.messaging_base) == ("https://c.example", "http://127.0.0.1:9000")


def test_calls_are_made_with_the_first_token_or_with_the_key() -> None:
    """Webhooks are always judged by tokens and shared keys."""

    def word(told: TwilioSettings) -> str:
        return base64.b64decode(told.basic.removeprefix("Basic ")).decode()

    assert word(make_settings(auth_token=["new", "old"])) == f"{ACCOUNT}:new"
    assert word(make_settings(api_key=SK, api_secret="word")) == f"{SK}:word"


def test_a_shared_key_may_be_one_or_several() -> None:
    """Always a list once decoded."""
    assert make_settings(shared_key=KEY).keys == [SharedKey("WK1", "s3cret-key")]
    two = make_settings(shared_key=[KEY, {"id": "WK2", "secret": "t"}])
    assert [key.id for key in two.keys] == ["WK1", "WK2"]


def test_no_secret_is_shown() -> None:
    """Neither by the settings nor by a key."""
    told = make_settings(auth_token=["tok-1", "tok-2"], shared_key=KEY, api_key=SK, api_secret="word-3")
    for text in (repr(told), str(told), repr(told.keys)):
        for secret in ("tok-1", "tok-2", "s3cret-key", "word-3"):
            assert secret not in text
    assert provider.secret_fields == {"auth_token", "shared_key", "api_secret"}


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"account_sid": "AC1"}, "account_sid must be AC"),
        ({"account_sid": "SK" + "0" * 32}, "account_sid must be AC"),
        ({"from": "15550104477"}, "from must be the sender's number"),
        ({"from": "whatsapp:ES.1"}, "from must be the sender's number"),
        ({"from": "messenger:+15550104477"}, "from must be the sender's number"),
        ({"auth_token": ""}, "auth_token is empty"),
        ({"auth_token": []}, "auth_token is empty"),
        ({"auth_token": ["good", " "]}, "auth_token is empty"),
        ({"auth_token": "line\nbreak"}, "auth_token is empty or holds a line break"),
        ({"messaging_service_sid": "MG1"}, "messaging_service_sid must be MG"),
        ({"sender_sid": "XE1"}, "sender_sid must be XE"),
        ({"api_key": SK}, "belong together"),
        ({"api_secret": "x"}, "belong together"),
        ({"api_key": "key", "api_secret": "x"}, "api_key must be SK"),
        ({"shared_key": {"id": "", "secret": "x"}}, "shared_key needs"),
        ({"shared_key": {"id": "x", "secret": ""}}, "shared_key needs"),
        ({"shared_key": [KEY, KEY]}, "names one id twice"),
        ({"shared_key": {"id": "x"}}, "missing required field `secret`"),
        ({"api_base": "api.twilio.com"}, "api_base must start with https://"),
        ({"api_base": ""}, "api_base is empty"),
        ({"content_base": "ftp://x"}, "content_base must start"),
        ({"fallback_url": "gw.example"}, "fallback_url must start"),
        ({"connection_overrides": "#rc=3"}, "connection_overrides must look like"),
        ({"auth_tokens": "x"}, "unknown field"),
    ],
)
def test_what_cannot_work_is_refused(given: dict[str, Any], words: str) -> None:
    """With the field's name; the value of a secret is not in the words."""
    with pytest.raises((msgspec.ValidationError, ValueError), match=words):
        make_settings(**given)


@pytest.mark.parametrize("value", ["rc=3", "rc=3&rp=5xx,ct,rt&ct=2000&rt=5000&tt=15000", "e=dublin,ashburn"])
def test_connection_overrides_are_twilio_s(value: str) -> None:
    """They are passed on as they are written."""
    assert make_settings(connection_overrides=value).overridden("u") == f"u#{value}"


def test_the_provider_says_what_the_gateway_needs_to_know() -> None:
    """Twilio does not come back, and wants TwiML."""
    assert provider.redelivers is False
    assert provider.answer is not None
    assert (provider.answer.body, provider.answer.content_type) == ("<Response></Response>", "text/xml")
    assert (provider.name, provider.backlog is not None, provider.registration is not None) == (
        "twilio",
        True,
        True,
    )
