"""Only Meta's own signature and our own token are let in (reliability.md A1 to A3)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from pathlib import Path

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.provider import WebhookRequest
from providers.meta_cloud.scan import scan
from providers.meta_cloud.settings import MetaSettings
from providers.meta_cloud.verify import handshake, signature, signed, verify

VECTORS = json.loads((Path(__file__).parents[2] / "samples" / "meta" / "SIGNATURE_VECTORS.json").read_bytes())
BASE = {"phone_number_id": "401122334455667", "access_token": "t", "verify_token": "hello"}
SECRET, BODY = "composed-app-secret-0001", b'{"entry": []}'
GOOD = signature(BODY, SECRET)


def channel(secret: object = SECRET, **given: object) -> MetaSettings:
    """Settings with this app secret."""
    return msgspec.convert(BASE | {"app_secret": secret} | given, MetaSettings)


@pytest.mark.parametrize("vector", VECTORS, ids=lambda vector: vector["name"])
def test_the_vectors_are_accepted(vector: dict[str, str]) -> None:
    """The signature is over the raw bytes with the app's secret, also after a rotation."""
    body = base64.b64decode(vector["raw_body_base64"])
    headers = {"x-hub-signature-256": [vector["X-Hub-Signature-256"]]}
    request = WebhookRequest("/webhooks/meta_cloud", "", headers, body)
    assert verify(request, channel(vector["app_secret"]))
    assert verify(request, channel(["newer", vector["app_secret"]]))
    assert not verify(request, channel("other"))
    assert signature(body, vector["app_secret"]) == vector["X-Hub-Signature-256"]


@pytest.mark.parametrize(
    "values",
    [
        [],
        [""],
        ["sha256="],
        [GOOD, GOOD],
        [GOOD.upper()],
        ["sha256=" + GOOD[7:].upper()],
        ["sha1=" + GOOD[7:47]],
        [GOOD[7:]],
        [GOOD + "0"],
        [GOOD + "\n"],
        [" " + GOOD],
        ["sha256=" + "é" * 64],
        ["sha256=" + "٠" * 64],
        [signature(b'{"entry":[]}', SECRET)],
        ["sha256=" + hmac.new(b"", BODY, hashlib.sha256).hexdigest()],
    ],
    ids=range(15),
)
def test_other_headers_are_refused(values: list[str]) -> None:
    """Missing, doubled, of another body or scheme, in upper case, empty: all refused."""
    assert not signed(BODY, values, [SECRET, ""])
    assert signed(BODY, [GOOD], [SECRET])


@pytest.mark.parametrize("secret", ["", "  ", [], [""], ["good", ""]])
def test_an_empty_secret_is_refused_at_start(secret: object) -> None:
    """A channel whose secret is empty cannot be configured."""
    with pytest.raises(msgspec.ValidationError, match="app_secret is empty"):
        channel(secret)


@pytest.mark.parametrize(
    "given",
    [
        {"verify_token": ""},
        {"access_token": "a\nb"},
        {"phone_number_id": "1/2"},
        {"api_version": "25"},
        {"api_base": "graph.facebook.com"},
        {"unknown": 1},
    ],
    ids=str,
)
def test_settings_that_cannot_work_are_refused(given: dict[str, object]) -> None:
    """Each wrong field is refused when the settings are decoded."""
    with pytest.raises(msgspec.ValidationError):
        channel(**given)


def test_the_secret_is_a_list_once_decoded() -> None:
    """One value or a list give the same settings."""
    assert channel("a").app_secret == channel(["a"]).app_secret == ["a"]


QUERY = {"hub.mode": "subscribe", "hub.challenge": "1158201444", "hub.verify_token": "hello"}


def test_the_handshake_echoes_the_challenge() -> None:
    """Any channel's token lets the challenge through."""
    assert handshake(QUERY, [channel(verify_token="other"), channel()]) == "1158201444"


@pytest.mark.parametrize(
    "change",
    [
        {"hub.mode": "unsubscribe"},
        {"hub.verify_token": "Hello"},
        {"hub.verify_token": ""},
        {"hub.challenge": "x" * 257},
        {"hub.challenge": ""},
        {"hub.verify_token": "é\ud800"},
    ],
    ids=repr,
)
def test_a_wrong_handshake_is_refused(change: dict[str, str]) -> None:
    """Wrong mode, token or an endless challenge get nothing."""
    assert handshake(QUERY | change, [channel()]) is None
    assert handshake(QUERY, []) is None


@given(st.text(max_size=80))
def test_any_header_text_is_answered(value: str) -> None:
    """No header value makes the check raise, and none that is not ours passes."""
    assert signed(BODY, [value], [SECRET]) == (value == GOOD)


def test_the_scan_finds_four_numbers_at_most() -> None:
    """Distinct ids in their order, without decoding, and no more than four."""
    body = b"".join(b'"phone_number_id" : "%d",' % (i // 2) for i in range(20))
    assert scan(body) == ("0", "1", "2", "3")
    assert scan(b'"phone_number_id": {"a": 1}, "phone_number_id":"../x"' + b"[" * 10_000) == ()
    assert scan(b'\xff{"phone_number_id":"401122334455667"') == ("401122334455667",)
